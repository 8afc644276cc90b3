//! Roles, what they permit, and who holds them.

use std::collections::BTreeMap;

use aedile_accounts::ListLocalUsers;
use aedile_accounts::admins::{AdminProfile, ListAdmins};
use aedile_kernel::{PageRequest, Permission, Position, Result, Risk, Timestamp};
use aedile_rbac::assignments::{Assignment, ListAssignments};
use aedile_rbac::roles::{ListRoles, Role};

use super::super::{change, changes, named_change};
use super::HERE;
use crate::backend::DashboardBackend;
use crate::view::{Cell, Link, Section, Table, Tone};

/// The roles.
pub(super) async fn roles(backend: &dyn DashboardBackend) -> Result<Section> {
    let roles = backend.read(ListRoles {}).await?;
    let titles = ["Role", "Display name", "Description", "Active", ""];
    let table = Table::new("Roles", &titles, "No roles.").rows(roles.iter().map(|role| row(backend, role)));
    Ok(Section::new("Roles")
        .action(change(backend, "role.create", &[], HERE))
        .text("A role is a set of permissions. A user holds at most one; it applies when they sign in as an admin.")
        .block(table))
}

/// What each role permits.
pub(super) async fn permissions(backend: &dyn DashboardBackend) -> Result<Section> {
    let roles = backend.read(ListRoles {}).await?;
    Ok(Section::new("Permissions by role").block(grid(&roles)))
}

fn row(backend: &dyn DashboardBackend, role: &Role) -> [Cell; 5] {
    let id = role.id.to_string();
    let name = role.role_name.as_str();
    let links: Vec<Link> = [
        named_change(backend, "role.update", "Change", &[("id", &id)], HERE),
        named_change(backend, "role.assign", "Assign", &[("role_name", name)], HERE),
    ]
    .into_iter()
    .flatten()
    .collect();
    let kind = if role.is_built_in { format!("{} (built in)", role.display_name) } else { role.display_name.clone() };
    [
        Cell::Code(name.to_owned()),
        Cell::from(kind),
        Cell::from(role.description.clone()),
        Cell::switch(role.is_active),
        Cell::from(links),
    ]
}

/// Permissions down, roles across.
fn grid(roles: &[Role]) -> Table {
    let names = roles.iter().map(|role| role.role_name.as_str());
    let columns: Vec<&str> = ["Permission", "Permits", "Risk"].into_iter().chain(names).collect();
    let rows = Permission::grantable().map(|permission| {
        let about = [Cell::Code(permission.to_string()), Cell::from(permission.description()), risk(permission.risk())];
        let ticks = roles.iter().map(|role| match role.permission_set().contains(permission) {
            true => Cell::Badge(Tone::Good, "✓ yes".to_owned()),
            false => Cell::from("no"),
        });
        about.into_iter().chain(ticks).collect::<Vec<_>>()
    });
    Table::new("Permissions by role", &columns, "No roles.").rows(rows).row_heads()
}

fn risk(risk: Risk) -> Cell {
    match risk {
        Risk::Low => Cell::Badge(Tone::Neutral, "low".to_owned()),
        Risk::Medium => Cell::Badge(Tone::Warning, "medium".to_owned()),
        Risk::High => Cell::Badge(Tone::Bad, "high".to_owned()),
    }
}

/// Who holds which role.
pub(super) async fn assignments(backend: &dyn DashboardBackend) -> Result<Section> {
    let listed = backend.read(ListAssignments { clerk_user_id: None, role_name: None }).await?;
    let names = names(backend).await?;
    let titles = ["Who", "Role", "Active", "Until", "Assigned", "By", ""];
    let empty = "No assignments. Assign a role to let somebody into the admin area.";
    let rows = listed.iter().map(|assignment| holder(backend, assignment, &names));
    let table = Table::new("Role assignments", &titles, empty).rows(rows);
    Ok(Section::new("Role assignments").action(change(backend, "role.assign", &[], HERE)).block(table))
}

/// What people call those who are likely to hold a role, by id; nobody, where this person may not see that.
async fn names(backend: &dyn DashboardBackend) -> Result<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    if backend.may::<ListLocalUsers>() {
        let page = PageRequest { limit: PageRequest::MAX_LIMIT, position: Position::Offset(0) };
        let listed = backend.read(ListLocalUsers { page }).await?.items;
        names.extend(listed.into_iter().map(|user| (user.id.to_string(), user.identifier)));
    }
    if backend.may::<ListAdmins>() {
        let listed = backend.read(ListAdmins {}).await?;
        let named = |admin: AdminProfile| Some((admin.user_id.to_string(), admin.email.or(admin.display_name)?));
        names.extend(listed.into_iter().filter_map(named));
    }
    Ok(names)
}

fn holder(backend: &dyn DashboardBackend, assignment: &Assignment, names: &BTreeMap<String, String>) -> [Cell; 7] {
    let name = |id: &str| names.get(id).map(String::as_str);
    let id = assignment.clerk_user_id.as_str();
    let values = [("clerk_user_id", id), ("role_name", assignment.role_name.as_str())];
    [
        Cell::user(&assignment.clerk_user_id, name(id)),
        Cell::Code(assignment.role_name.clone()),
        counts(assignment.expires_at, backend.now()),
        assignment.expires_at.map_or_else(|| Cell::from("no end"), Cell::Time),
        Cell::Time(assignment.assigned_at),
        name(&assignment.assigned_by).map_or_else(|| Cell::Code(assignment.assigned_by.clone()), Cell::from),
        changes(backend, &[("role.revoke", "Revoke")], &values, HERE),
    ]
}

fn counts(expires_at: Option<Timestamp>, now: Timestamp) -> Cell {
    match expires_at {
        Some(end) if end <= now => Cell::Badge(Tone::Neutral, "expired".to_owned()),
        _ => Cell::Badge(Tone::Good, "yes".to_owned()),
    }
}
