//! Making an endpoint override.

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, Topic};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{EndpointOverride, Endpoints, MethodPattern, NewEndpoint, PathPattern, RESOURCE, demands};
use crate::gateway::protected;

/// Creates an endpoint override: what the gateway requires of callers on a path. The most specific override wins: the exact
/// path, then the longest prefix by whole segments, then one whose case counts, then a named method over `*`. An override of
/// `GET` covers `HEAD` too. On Aedile's own routes it can only ask for more.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateEndpoint {
    /// A path such as `/compile`, or `/x/*` for `/x` and all below; never under `/admin`, `/api/admin`, `/v1/admin` or
    /// `/dashboard`.
    pub path_pattern: String,
    /// Whether the path is case-sensitive (ASCII); default: false, so that `/Reports` matches `/reports`.
    #[serde(default)]
    pub case_sensitive: bool,
    /// An HTTP method, or `*` for all.
    #[serde(default = "any")]
    pub method: String,
    /// Minimum tier of the caller.
    #[serde(default)]
    pub required_tier: Option<String>,
    /// Scopes that the caller must have.
    #[serde(default)]
    pub required_scopes: Option<Vec<String>>,
    /// Whether the path is public. Can't be combined with a tier or scopes.
    #[serde(default)]
    pub is_public: bool,
}

fn any() -> String {
    MethodPattern::Any.as_str().to_owned()
}

impl Operation for CreateEndpoint {
    const NAME: &'static str = "endpoint.create";
    const PERMISSION: Permission = Permission::ConfigWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Endpoints;
    type Output = EndpointOverride;
}

impl Command for CreateEndpoint {
    fn run(&self, endpoints: &mut Self::Repository, cx: &Context) -> Result<Change<EndpointOverride>> {
        let path_pattern = PathPattern::parse(&self.path_pattern)?;
        let method = MethodPattern::parse(&self.method)?;
        demands::agree(self.is_public, self.required_tier.as_deref(), self.required_scopes.as_deref())?;
        let required_tier = demands::tier(endpoints, self.required_tier.as_deref())?;
        let required_scopes = demands::scopes(endpoints, self.required_scopes.as_deref())?;
        if !self.case_sensitive && protected::covers(&path_pattern.literal().to_ascii_lowercase()) {
            let message = "the administration's own paths can't be overridden; set case_sensitive for another spelling";
            return Err(Error::invalid("path_pattern", message));
        }
        let new = NewEndpoint {
            path_pattern,
            case_sensitive: self.case_sensitive,
            method,
            required_tier,
            required_scopes,
            is_public: self.is_public,
            is_active: true,
        };
        let endpoint = endpoints.insert_endpoint(&new, cx.now)?;
        Ok(Change::of(RESOURCE, endpoint.id).after(&endpoint).invalidate(Topic::Rules).returning(endpoint))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use serde_json::{Value, json};

    use super::super::{EndpointId, MockEndpoints, samples};
    use super::*;

    fn run(endpoints: &mut MockEndpoints, input: Value) -> Result<Change<EndpointOverride>> {
        let command: CreateEndpoint = serde_json::from_value(input).unwrap();
        command.run(endpoints, &context_of("boss", [Permission::ConfigWrite]))
    }

    /// The tier `pro` and the scope `rules`.
    fn store() -> MockEndpoints {
        let mut endpoints = MockEndpoints::new();
        endpoints.expect_hold_tier().returning(|name| Ok(name == "pro"));
        endpoints
            .expect_hold_scopes()
            .returning(|names| Ok(names.iter().filter(|name| *name == "rules").cloned().collect()));
        endpoints
    }

    fn accepting() -> MockEndpoints {
        let mut endpoints = store();
        endpoints.expect_insert_endpoint().once().returning(|new, _| {
            Ok(EndpointOverride {
                id: EndpointId(5),
                case_sensitive: new.case_sensitive,
                required_tier: new.required_tier.clone(),
                required_scopes: new.required_scopes.clone(),
                is_public: new.is_public,
                is_active: new.is_active,
                ..samples::endpoint(new.path_pattern.as_str(), new.method.as_str())
            })
        });
        endpoints
    }

    #[test]
    fn an_override_covers_all_methods_unless_told() {
        let change = run(&mut accepting(), json!({"path_pattern": "/taken/"})).unwrap();
        let made = change.output();
        assert_eq!((made.path_pattern.as_str(), made.method), ("/taken", MethodPattern::Any));
        assert!(made.is_active && !made.is_public);
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.resource_type, record.resource_id.as_str()), ("endpoint_auth_override", "5"));
    }

    #[test]
    fn the_case_of_a_path_counts_only_when_told() {
        assert!(!run(&mut accepting(), json!({"path_pattern": "/X"})).unwrap().output().case_sensitive);
        let told = json!({"path_pattern": "/Admin/x", "case_sensitive": true});
        assert!(run(&mut accepting(), told).unwrap().output().case_sensitive);
        let own = json!({"path_pattern": "/Admin/x"});
        assert!(matches!(run(&mut store(), own), Err(Error::Invalid(_))), "another spelling of our own paths");
    }

    #[test]
    fn a_tier_and_scopes_are_kept() {
        let input = json!({
            "path_pattern": "/api/rules/*", "method": "post", "required_tier": "pro", "required_scopes": ["rules"]
        });
        let change = run(&mut accepting(), input).unwrap();
        let made = change.output();
        assert_eq!((made.method.as_str(), made.required_tier.as_deref()), ("POST", Some("pro")));
        assert_eq!(made.required_scopes, Some(vec!["rules".to_owned()]));
    }

    #[test]
    fn no_scopes_beside_public_are_fine() {
        let input = json!({"path_pattern": "/api/public/health", "is_public": true, "required_scopes": []});
        assert_eq!(run(&mut accepting(), input).unwrap().output().required_scopes, None);
    }

    #[test]
    fn the_same_path_and_method_twice_is_a_conflict() {
        let mut endpoints = store();
        endpoints.expect_insert_endpoint().returning(|_, _| Err(Error::conflict("somebody was first")));
        assert!(matches!(run(&mut endpoints, json!({"path_pattern": "/x"})), Err(Error::Conflict(_))));
    }

    #[test]
    fn contradictions_and_unknown_names_are_invalid() {
        for input in [
            json!({"path_pattern": "/x", "is_public": true, "required_tier": "pro"}),
            json!({"path_pattern": "/x", "is_public": true, "required_scopes": ["rules"]}),
            json!({"path_pattern": "/x", "required_tier": "gold"}),
            json!({"path_pattern": "/x", "required_scopes": ["rules", "nope"]}),
            json!({"path_pattern": "/x", "method": "FETCH"}),
            json!({"path_pattern": "x"}),
            json!({"path_pattern": "/admin/*", "is_public": true}),
        ] {
            assert!(matches!(run(&mut store(), input.clone()), Err(Error::Invalid(_))), "{input}");
        }
    }

    #[test]
    fn c_28_the_servers_own_fields_are_not_input() {
        for field in ["id", "created_at", "updated_at"] {
            let input = json!({"path_pattern": "/x", field: 1});
            assert!(serde_json::from_value::<CreateEndpoint>(input).is_err(), "{field}");
        }
    }
}
