#![doc = include_str!("../README.md")]

use aedile_kernel::{Registry, UnitOfWork, View};

pub mod assignments;
pub mod endpoints;
pub mod gateway;
pub mod principal;
pub mod roles;
pub mod scopes;
pub mod tiers;

/// Lists the operations of this domain. The console's own [`assignments::PromoteFromConsole`] is not among them: no
/// other entry point may offer it.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn roles::Roles>,
    S::Connection: View<dyn assignments::Assignments>,
    S::Connection: View<dyn principal::Principals>,
    S::Connection: View<dyn gateway::GatewayFacts>,
    S::Connection: View<dyn tiers::Tiers> + View<dyn scopes::Scopes> + View<dyn endpoints::Endpoints>,
{
    registry.query::<roles::ListRoles>();
    registry.command::<roles::CreateRole>();
    registry.command::<roles::UpdateRole>();
    registry.query::<assignments::ListAssignments>();
    registry.command::<assignments::AssignRole>();
    registry.command::<assignments::RevokeRole>();
    registry.query::<principal::ListPermissions>();
    registry.query::<principal::ShowOwnPermissions>();
    registry.query::<tiers::ListTiers>();
    registry.command::<tiers::UpdateTier>();
    registry.command::<tiers::DeleteTier>();
    registry.query::<scopes::ListScopes>();
    registry.command::<scopes::UpdateScope>();
    registry.command::<scopes::DeleteScope>();
    registry.query::<endpoints::ListEndpoints>();
    registry.command::<endpoints::CreateEndpoint>();
    registry.command::<endpoints::UpdateEndpoint>();
    registry.command::<endpoints::DeleteEndpoint>();
    registry.query::<gateway::TestEndpoint>();
}
