//! Removing an endpoint override.

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, Topic};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{EndpointId, EndpointOverride, Endpoints, RESOURCE};

/// Deletes an endpoint override; a less specific one, or the default, applies from then on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteEndpoint {
    /// ID of the endpoint override.
    pub id: EndpointId,
}

impl Operation for DeleteEndpoint {
    const NAME: &'static str = "endpoint.delete";
    const PERMISSION: Permission = Permission::ConfigWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Endpoints;
    type Output = EndpointOverride;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for DeleteEndpoint {
    fn run(&self, endpoints: &mut Self::Repository, _cx: &Context) -> Result<Change<EndpointOverride>> {
        let endpoint = endpoints.lock_endpoint(self.id)?.ok_or_else(|| Error::not_found("Endpoint override"))?;
        endpoints.delete_endpoint(endpoint.id)?;
        Ok(Change::of(RESOURCE, endpoint.id).before(&endpoint).invalidate(Topic::Rules).returning(endpoint))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use mockall::predicate::eq;

    use super::super::{MockEndpoints, samples};
    use super::*;

    fn run(endpoints: &mut MockEndpoints, id: i64) -> Result<Change<EndpointOverride>> {
        DeleteEndpoint { id: EndpointId(id) }.run(endpoints, &context_of("boss", [Permission::ConfigWrite]))
    }

    #[test]
    fn it_goes_and_leaves_its_record() {
        let mut endpoints = MockEndpoints::new();
        endpoints.expect_lock_endpoint().returning(|_| Ok(Some(samples::endpoint("/x", "GET"))));
        endpoints.expect_delete_endpoint().once().with(eq(EndpointId(1))).returning(|_| Ok(()));
        let change = run(&mut endpoints, 1).unwrap();
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.resource_id.as_str(), &record.new_values), ("1", &None));
    }

    #[test]
    fn an_unknown_override_is_not_found() {
        let mut endpoints = MockEndpoints::new();
        endpoints.expect_lock_endpoint().returning(|_| Ok(None));
        assert!(matches!(run(&mut endpoints, 7), Err(Error::NotFound(_))));
    }
}
