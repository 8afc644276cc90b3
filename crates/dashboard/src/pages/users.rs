//! Everybody: search, filter, sort.

use aedile_accounts::ListLocalUsers;
use aedile_accounts::impersonation::ListImpersonations;
use aedile_accounts::invitations::ListInvitations;
use aedile_kernel::{AccountStatus, PageRequest, Result};
use aedile_reporting::directory::{DirectoryEntry, ListUsers, SortBy, SortOrder};

use super::{change, named_change, next};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Cell, Column, Form, FormField, Page, Section, Table, address, words};

const HERE: &str = "/dashboard/admin";
/// Rows of a page.
const ROWS: u32 = 50;
/// Columns that the list can be sorted by.
const SORTED: [(&str, SortBy); 5] = [
    ("email", SortBy::Email),
    ("created_at", SortBy::CreatedAt),
    ("is_admin", SortBy::IsAdmin),
    ("is_seller", SortBy::IsSeller),
    ("stripe_connected", SortBy::StripeConnected),
];

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let mut page =
        Page::new("Users").intro("Everybody who ever signed in. Click a name to see everything about a user.");
    if backend.may::<ListUsers>() {
        page = page.section(all(backend, asked).await?);
    }
    if backend.may::<ListLocalUsers>() {
        page = page.section(with_password(backend).await?);
    }
    if backend.may::<ListInvitations>() {
        page = page.section(super::invitations::newest(backend, HERE).await?);
    }
    if backend.may::<ListImpersonations>() {
        page = page.section(super::impersonations::newest(backend, HERE).await?);
    }
    Ok(page)
}

async fn all(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Section> {
    let (sorted_by, sort_by) = sorting(asked.query("sort_by"));
    let sort_order = if asked.query("sort_order") == Some("asc") { SortOrder::Asc } else { SortOrder::Desc };
    let status = asked.query("status").and_then(|name| AccountStatus::ALL.into_iter().find(|s| s.as_str() == name));
    let q = asked.query("q").map(str::to_owned);
    let page = backend.page(ROWS, asked.query("cursor"))?;
    let found = backend.read(ListUsers { q, status, sort_by, sort_order, page }).await?;
    let sorting = [("sort_by", sorted_by), ("sort_order", order_name(sort_order))];
    let kept = [kept(asked), sorting].concat();
    let next = next(backend, found.next.as_ref(), &["dashboard", "admin"], "cursor", &kept);
    let mut table =
        Table::new("Users", &[], "No users match.").rows(found.items.iter().map(row)).total(found.total).next(next);
    table.columns = columns(asked, sorted_by, sort_order);
    Ok(Section::bare().block(filter(asked)).block(table))
}

fn sorting(name: Option<&str>) -> (&'static str, SortBy) {
    let known = SORTED.into_iter().find(|(known, _)| Some(*known) == name);
    known.unwrap_or(("created_at", SortBy::CreatedAt))
}

const fn order_name(order: SortOrder) -> &'static str {
    match order {
        SortOrder::Asc => "asc",
        SortOrder::Desc => "desc",
    }
}

/// The list, filtered as it is.
fn link(asked: &Asked, query: &[(&str, &str)]) -> String {
    address(&["dashboard", "admin"], &[&kept(asked), query].concat())
}

/// What the list is filtered by.
fn kept(asked: &Asked) -> [(&'static str, &str); 2] {
    ["q", "status"].map(|name| (name, asked.query(name).unwrap_or_default()))
}

fn columns(asked: &Asked, sorted_by: &str, order: SortOrder) -> Vec<Column> {
    let column = |title: &str, name: Option<&str>| {
        let sort = name.map(|name| {
            let (then, now) = match (name == sorted_by, order) {
                (true, SortOrder::Asc) => ("desc", "ascending"),
                (true, SortOrder::Desc) => ("asc", "descending"),
                (false, _) => (if name == "email" { "asc" } else { "desc" }, "none"),
            };
            (link(asked, &[("sort_by", name), ("sort_order", then)]), now)
        });
        Column { title: title.to_owned(), sort }
    };
    vec![
        column("Name", None),
        column("E-mail", Some("email")),
        column("Admin", Some("is_admin")),
        column("Seller", Some("is_seller")),
        column("Stripe", Some("stripe_connected")),
        column("Status", None),
        column("Since", Some("created_at")),
    ]
}

fn filter(asked: &Asked) -> Form {
    let states = AccountStatus::ALL.map(AccountStatus::as_str);
    Form {
        action: HERE.to_owned(),
        is_query: true,
        fields: vec![
            FormField::search("q", "Name or e-mail address", asked.query("q")),
            FormField::choice("status", "Status", &states, asked.query("status")),
        ],
        button: "Find".to_owned(),
        ..Form::default()
    }
}

fn row(user: &DirectoryEntry) -> [Cell; 7] {
    let name = user.display_name.as_deref().or(user.email.as_deref());
    [
        Cell::user(&user.id, name),
        Cell::from(user.email.clone()),
        Cell::tick(user.is_admin, "admin"),
        Cell::tick(user.is_seller, "seller"),
        Cell::tick(user.stripe_connected, "connected"),
        Cell::state(user.status.as_str()),
        Cell::Time(user.created_at),
    ]
}

/// Those whose password is kept here.
async fn with_password(backend: &dyn DashboardBackend) -> Result<Section> {
    let users = backend.read(ListLocalUsers { page: PageRequest::first() }).await?;
    let mut table = Table::new(
        "Password accounts",
        &["Signs in with", "Role", "Tier", "API", "Since", ""],
        "No password accounts. Create one, or sign in through an identity provider.",
    )
    .total(users.total);
    for user in users.items {
        let id = [("id", user.id.as_str())];
        let changes = ["local_user.update", "local_user.delete"];
        let actions = ["Change", "Delete"].iter().zip(changes);
        let actions: Vec<_> =
            actions.filter_map(|(label, operation)| named_change(backend, operation, label, &id, HERE)).collect();
        table.row([
            Cell::user(&user.id, Some(&user.identifier)),
            Cell::from(words(user.role.as_str())),
            Cell::from(user.tier),
            if user.api_disabled { Cell::state("held") } else { Cell::Nothing },
            Cell::Time(user.created_at),
            Cell::from(actions),
        ]);
    }
    Ok(Section::new("Password accounts").action(change(backend, "local_user.create", &[], HERE)).block(table))
}
