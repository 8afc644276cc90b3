//! All endpoint overrides.

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{EndpointOverride, Endpoints, RESOURCE};

/// Lists all endpoint overrides, active or not.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListEndpoints {}

impl Operation for ListEndpoints {
    const NAME: &'static str = "endpoint.list";
    const PERMISSION: Permission = Permission::AdminRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Endpoints;
    type Output = Vec<EndpointOverride>;
}

impl Query for ListEndpoints {
    fn run(&self, endpoints: &mut Self::Repository, _cx: &Context) -> Result<Vec<EndpointOverride>> {
        endpoints.list_endpoints()
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::{MockEndpoints, samples};
    use super::*;

    #[test]
    fn all_are_listed() {
        let mut endpoints = MockEndpoints::new();
        endpoints.expect_list_endpoints().returning(|| Ok(vec![samples::endpoint("/x/*", "get")]));
        let listed = ListEndpoints {}.run(&mut endpoints, &context_of("boss", [Permission::AdminRead])).unwrap();
        let json = serde_json::to_value(&listed).unwrap();
        assert_eq!((json[0]["path_pattern"].as_str(), json[0]["method"].as_str()), (Some("/x/*"), Some("GET")));
    }
}
