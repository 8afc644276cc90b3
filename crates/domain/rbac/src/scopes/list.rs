//! All scopes.

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{RESOURCE, Scope, Scopes};

/// Lists all scopes.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListScopes {}

impl Operation for ListScopes {
    const NAME: &'static str = "scope.list";
    const PERMISSION: Permission = Permission::AdminRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Scopes;
    type Output = Vec<Scope>;
}

impl Query for ListScopes {
    fn run(&self, scopes: &mut Self::Repository, _cx: &Context) -> Result<Vec<Scope>> {
        scopes.list_scopes()
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::{MockScopes, samples};
    use super::*;

    #[test]
    fn all_are_listed() {
        let mut scopes = MockScopes::new();
        scopes.expect_list_scopes().returning(|| Ok(vec![samples::scope("compile", "free")]));
        let listed = ListScopes {}.run(&mut scopes, &context_of("boss", [Permission::AdminRead])).unwrap();
        assert_eq!(listed, [samples::scope("compile", "free")]);
    }
}
