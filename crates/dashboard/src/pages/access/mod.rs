//! Who may do what: roles and who holds them, tiers, scopes, and what paths ask for.

mod endpoints;
mod roles;
mod test;
mod tiers;

use aedile_kernel::{Error, Result};
use aedile_rbac::assignments::ListAssignments;
use aedile_rbac::endpoints::ListEndpoints;
use aedile_rbac::gateway::TestEndpoint;
use aedile_rbac::roles::ListRoles;
use aedile_rbac::scopes::ListScopes;
use aedile_rbac::tiers::ListTiers;

pub(crate) use test::show as test;

use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::Page;

const HERE: &str = "/dashboard/access";

pub(crate) async fn show(backend: &dyn DashboardBackend, _: &Asked) -> Result<Page> {
    let mut page = Page::new("Access").intro("Roles and assignments, and what the gateway requires of callers.");
    if backend.may::<ListRoles>() {
        page = page.section(roles::roles(backend).await?).section(roles::permissions(backend).await?);
    }
    if backend.may::<ListAssignments>() {
        page = page.section(roles::assignments(backend).await?);
    }
    if backend.may::<ListEndpoints>() {
        page = page.section(endpoints::overrides(backend).await?);
    }
    if backend.may::<TestEndpoint>() {
        page = page.section(test::question(backend).await?);
    }
    if backend.may::<ListTiers>() {
        page = page.section(tiers::tiers(backend).await?);
    }
    if backend.may::<ListScopes>() {
        page = page.section(tiers::scopes(backend).await?);
    }
    if page.sections.is_empty() {
        return Err(Error::forbidden("Missing permission: admin:read"));
    }
    Ok(page)
}
