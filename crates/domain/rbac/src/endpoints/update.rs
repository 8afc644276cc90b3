//! Changing an endpoint override.

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, Prefill, Result, Topic,
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::{EndpointId, EndpointOverride, Endpoints, RESOURCE, demands};

/// Updates an endpoint override, or turns it on or off; at least one field is required.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateEndpoint {
    /// ID of the endpoint override.
    pub id: EndpointId,
    /// Minimum tier of the caller; null for none.
    #[serde(default, deserialize_with = "given")]
    pub required_tier: Option<Option<String>>,
    /// Scopes that the caller must have; null for none.
    #[serde(default, deserialize_with = "given")]
    pub required_scopes: Option<Option<Vec<String>>>,
    /// Whether the path is public. Can't be combined with a tier or scopes.
    #[serde(default)]
    pub is_public: Option<bool>,
    /// Whether the path is case-sensitive (ASCII).
    #[serde(default)]
    pub case_sensitive: Option<bool>,
    /// Whether it is active.
    #[serde(default)]
    pub is_active: Option<bool>,
}

/// Tells a field given as null, `Some(None)`, from one that is absent, `None`.
fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

impl Operation for UpdateEndpoint {
    const NAME: &'static str = "endpoint.update";
    const PERMISSION: Permission = Permission::ConfigWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const PREFILL: Option<Prefill> = Some(Prefill { query: "endpoint.list", key: Some("id") });
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Endpoints;
    type Output = EndpointOverride;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for UpdateEndpoint {
    fn run(&self, endpoints: &mut Self::Repository, cx: &Context) -> Result<Change<EndpointOverride>> {
        if self.is_empty() {
            let message =
                "give at least one of required_tier, required_scopes, is_public, case_sensitive and is_active";
            return Err(Error::invalid("input", message));
        }
        let before = endpoints.lock_endpoint(self.id)?.ok_or_else(|| Error::not_found("Endpoint override"))?;
        let mut after = self.applied_to(&before, endpoints)?;
        demands::agree(after.is_public, after.required_tier.as_deref(), after.required_scopes.as_deref())?;
        if after == before {
            return Ok(Change::none().returning(after));
        }
        after.updated_at = cx.now;
        endpoints.update_endpoint(&after)?;
        Ok(Change::of(RESOURCE, after.id).before(&before).after(&after).invalidate(Topic::Rules).returning(after))
    }
}

impl UpdateEndpoint {
    fn is_empty(&self) -> bool {
        self.required_tier.is_none()
            && self.required_scopes.is_none()
            && self.is_public.is_none()
            && self.case_sensitive.is_none()
            && self.is_active.is_none()
    }

    fn applied_to(&self, before: &EndpointOverride, endpoints: &mut dyn Endpoints) -> Result<EndpointOverride> {
        Ok(EndpointOverride {
            required_tier: match &self.required_tier {
                Some(tier) => demands::tier(endpoints, tier.as_deref())?,
                None => before.required_tier.clone(),
            },
            required_scopes: match &self.required_scopes {
                Some(scopes) => demands::scopes(endpoints, scopes.as_deref())?,
                None => before.required_scopes.clone(),
            },
            is_public: self.is_public.unwrap_or(before.is_public),
            case_sensitive: self.case_sensitive.unwrap_or(before.case_sensitive),
            is_active: self.is_active.unwrap_or(before.is_active),
            ..before.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use serde_json::{Value, json};

    use super::super::{MockEndpoints, samples};
    use super::*;

    fn run(endpoints: &mut MockEndpoints, mut input: Value) -> Result<Change<EndpointOverride>> {
        input["id"] = 1.into();
        let command: UpdateEndpoint = serde_json::from_value(input).unwrap();
        command.run(endpoints, &context_of("boss", [Permission::ConfigWrite]))
    }

    /// Override 1 on `/x/*` asks for the tier `pro` and the scope `rules`; both exist, and so does the tier `free`.
    fn store() -> MockEndpoints {
        let mut endpoints = MockEndpoints::new();
        endpoints.expect_hold_tier().returning(|name| Ok(matches!(name, "free" | "pro")));
        endpoints.expect_hold_scopes().returning(|_| Ok(vec!["rules".to_owned()]));
        endpoints.expect_lock_endpoint().returning(|id| {
            Ok((id == EndpointId(1)).then(|| EndpointOverride {
                required_tier: Some("pro".to_owned()),
                required_scopes: Some(vec!["rules".to_owned()]),
                ..samples::endpoint("/x/*", "GET")
            }))
        });
        endpoints
    }

    fn accepting() -> MockEndpoints {
        let mut endpoints = store();
        endpoints.expect_update_endpoint().once().returning(|_| Ok(()));
        endpoints
    }

    #[test]
    fn null_clears_and_absence_keeps() {
        let cleared = run(&mut accepting(), json!({"required_tier": null})).unwrap();
        assert_eq!(cleared.output().required_tier, None);
        assert!(cleared.output().required_scopes.is_some());
        let [record] = cleared.records() else { panic!("one record") };
        assert_eq!(record.old_values, Some(json!({"required_tier": "pro"})));
        assert_eq!(record.new_values, Some(json!({"required_tier": null})));

        for scopes in [json!(null), json!([])] {
            let cleared = run(&mut accepting(), json!({"required_scopes": scopes})).unwrap();
            assert_eq!(
                (cleared.output().required_scopes.clone(), cleared.output().required_tier.as_deref()),
                (None, Some("pro"))
            );
        }
    }

    #[test]
    fn it_can_be_turned_off_and_made_public() {
        assert!(!run(&mut accepting(), json!({"is_active": false})).unwrap().output().is_active);
        let input = json!({"is_public": true, "required_tier": null, "required_scopes": null});
        assert!(run(&mut accepting(), input).unwrap().output().is_public);
    }

    #[test]
    fn the_case_can_be_made_to_count_unless_another_override_is_the_same_then() {
        assert!(run(&mut accepting(), json!({"case_sensitive": true})).unwrap().output().case_sensitive);
        let mut taken = store();
        taken.expect_update_endpoint().returning(|_| Err(Error::conflict("taken")));
        assert!(matches!(run(&mut taken, json!({"case_sensitive": true})), Err(Error::Conflict(_))));
    }

    #[test]
    fn the_state_after_the_update_is_what_is_judged() {
        for input in [
            json!({"is_public": true}),
            json!({"is_public": true, "required_tier": null}),
            json!({"is_public": true, "required_scopes": null}),
            json!({"required_tier": "gold"}),
            json!({"required_scopes": ["rules", "nope"]}),
            json!({}),
        ] {
            assert!(matches!(run(&mut store(), input.clone()), Err(Error::Invalid(_))), "{input}");
        }
    }

    #[test]
    fn sending_what_is_there_writes_nothing() {
        for input in [json!({"required_tier": "pro"}), json!({"required_scopes": ["rules"], "is_active": true})] {
            assert!(run(&mut store(), input).unwrap().records().is_empty());
        }
    }

    #[test]
    fn an_unknown_override_is_not_found() {
        let command = UpdateEndpoint {
            id: EndpointId(2),
            required_tier: None,
            required_scopes: None,
            is_public: Some(true),
            case_sensitive: None,
            is_active: None,
        };
        let context = context_of("boss", [Permission::ConfigWrite]);
        assert!(matches!(command.run(&mut store(), &context), Err(Error::NotFound(_))));
    }

    #[test]
    fn the_path_and_method_stay() {
        for field in ["path_pattern", "method", "created_at"] {
            assert!(serde_json::from_value::<UpdateEndpoint>(json!({"id": 1, field: "/y"})).is_err(), "{field}");
        }
    }
}
