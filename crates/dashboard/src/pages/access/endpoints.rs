//! What paths ask for, where that is not the default.

use aedile_kernel::Result;
use aedile_rbac::endpoints::{EndpointOverride, ListEndpoints};

use super::super::{changes, named_change};
use super::HERE;
use crate::backend::DashboardBackend;
use crate::view::{Cell, Section, Table};

pub(super) async fn overrides(backend: &dyn DashboardBackend) -> Result<Section> {
    let listed = backend.read(ListEndpoints {}).await?;
    let titles = ["Path", "Case", "Method", "Asks for", "Active", ""];
    let empty = "No overrides: the gateway's default applies to every path.";
    let table =
        Table::new("Endpoint overrides", &titles, empty).rows(listed.iter().map(|endpoint| row(backend, endpoint)));
    Ok(Section::new("Endpoint overrides")
        .action(named_change(backend, "endpoint.create", "Create override", &[], HERE))
        .text("The most specific override of a path applies, otherwise AEDILE_GATEWAY_DEFAULT (default: allow). GET covers HEAD.")
        .block(table))
}

fn row(backend: &dyn DashboardBackend, endpoint: &EndpointOverride) -> [Cell; 6] {
    let id = endpoint.id.to_string();
    let named = [("endpoint.update", "Change"), ("endpoint.delete", "Delete")];
    [
        Cell::Code(endpoint.path_pattern.to_string()),
        Cell::from(if endpoint.case_sensitive { "counts" } else { "any" }),
        Cell::from(if endpoint.method.as_str() == "*" { "any" } else { endpoint.method.as_str() }),
        Cell::from(asks_for(endpoint)),
        Cell::switch(endpoint.is_active),
        changes(backend, &named, &[("id", &id)], HERE),
    ]
}

/// What an override asks of callers, in words.
pub(super) fn asks_for(endpoint: &EndpointOverride) -> String {
    if endpoint.is_public {
        return "nothing: everybody may pass".to_owned();
    }
    let tier = endpoint.required_tier.iter().map(|tier| format!("the tier {tier}"));
    let scopes = endpoint.required_scopes.iter().flatten().map(|scope| format!("the scope {scope}"));
    let demands: Vec<String> = tier.chain(scopes).collect();
    if demands.is_empty() { "somebody signed in".to_owned() } else { demands.join(" and ") }
}
