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

use crate::desk::Desk;
use crate::page::Asked;
use crate::view::Page;

const HERE: &str = "/dashboard/access";

pub(crate) async fn show(desk: &dyn Desk, _: &Asked) -> Result<Page> {
    let mut page = Page::new("Access").intro("Who may do what here, and what the gateway asks of callers.");
    if desk.may::<ListRoles>() {
        page = page.section(roles::roles(desk).await?).section(roles::permissions(desk).await?);
    }
    if desk.may::<ListAssignments>() {
        page = page.section(roles::assignments(desk).await?);
    }
    if desk.may::<ListEndpoints>() {
        page = page.section(endpoints::overrides(desk).await?);
    }
    if desk.may::<TestEndpoint>() {
        page = page.section(test::question(desk).await?);
    }
    if desk.may::<ListTiers>() {
        page = page.section(tiers::tiers(desk).await?);
    }
    if desk.may::<ListScopes>() {
        page = page.section(tiers::scopes(desk).await?);
    }
    if page.sections.is_empty() {
        return Err(Error::forbidden("this page needs the permission admin:read"));
    }
    Ok(page)
}
