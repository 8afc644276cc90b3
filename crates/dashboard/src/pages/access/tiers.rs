//! Tiers and scopes: how often callers may ask, and what the services let them do.

use aedile_kernel::Result;
use aedile_rbac::scopes::{ListScopes, Scope};
use aedile_rbac::tiers::{ListTiers, Tier};

use super::super::{changes, named_change};
use super::HERE;
use crate::backend::DashboardBackend;
use crate::view::{Cell, Section, Table};

pub(super) async fn tiers(backend: &dyn DashboardBackend) -> Result<Section> {
    let tiers = backend.read(ListTiers {}).await?;
    let titles = ["Tier", "Display name", "Rank", "Requests a minute", "Description", "Active", ""];
    let table = Table::new("Tiers", &titles, "No tiers.").rows(tiers.iter().map(|tier| row(backend, tier)));
    Ok(Section::new("Tiers")
        .action(named_change(backend, "tier.update", "Create tier", &[], HERE))
        .text("Every caller of the gateway has a tier. A higher rank includes the lower ones.")
        .block(table))
}

fn row(backend: &dyn DashboardBackend, tier: &Tier) -> [Cell; 7] {
    let named: &[(&str, &str)] = match tier.is_built_in() {
        true => &[("tier.update", "Change")],
        false => &[("tier.update", "Change"), ("tier.delete", "Delete")],
    };
    [
        Cell::Code(tier.tier_name.clone()),
        Cell::from(tier.display_name.as_str()),
        Cell::Number(tier.order_rank.into()),
        if tier.rate_limit == 0 { Cell::from("unlimited") } else { Cell::Number(tier.rate_limit.into()) },
        Cell::from(tier.description.as_str()),
        Cell::switch(tier.is_active),
        changes(backend, named, &[("tier_name", &tier.tier_name)], HERE),
    ]
}

pub(super) async fn scopes(backend: &dyn DashboardBackend) -> Result<Section> {
    let scopes = backend.read(ListScopes {}).await?;
    let titles = ["Scope", "Display name", "From tier", "Description", "Active", ""];
    let empty = "No scopes. Create one to name a use of your services that a path can require.";
    let table = Table::new("Scopes", &titles, empty).rows(scopes.iter().map(|scope| scope_row(backend, scope)));
    Ok(Section::new("Scopes").action(named_change(backend, "scope.update", "Create scope", &[], HERE)).block(table))
}

fn scope_row(backend: &dyn DashboardBackend, scope: &Scope) -> [Cell; 6] {
    let named = [("scope.update", "Change"), ("scope.delete", "Delete")];
    [
        Cell::Code(scope.scope_name.clone()),
        Cell::from(scope.display_name.as_str()),
        Cell::Code(scope.required_tier.clone()),
        Cell::from(scope.description.as_str()),
        Cell::switch(scope.is_active),
        changes(backend, &named, &[("scope_name", &scope.scope_name)], HERE),
    ]
}
