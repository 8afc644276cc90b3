//! `endpoint.test`

use aedile_kernel::{Authority, Context, Effect, Error, GatewayDefault, Operation, Permission, Query, Result, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::{Decision, GatewayCaller};
use super::path::normalise;
use super::port::{GatewayFacts, RuleSet};
use super::protected;
use super::rules::GatewayRules;
use crate::endpoints::EndpointOverride;
use crate::principal::Principal;

/// Tests what the gateway would decide about a request by an anonymous caller, a user, or a caller of a given tier. Nothing
/// is counted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestEndpoint {
    /// The method, such as `GET`.
    pub method: String,
    /// The path as a client sends it, such as `/api/rules/7`; a query does not count.
    pub path: String,
    /// ID of the caller; anonymous when omitted.
    #[serde(default)]
    pub user_id: Option<UserId>,
    /// The tier of whoever is signed in, in place of a user. Take `admin` for admins of the identity provider: only their
    /// tokens say that they are.
    #[serde(default)]
    pub tier: Option<String>,
}

/// Whether a request would pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It would.
    Allowed,
    /// A credential is needed, or the one shown is no longer good: 401.
    SignInNeeded,
    /// The caller is known and may not: 403.
    Forbidden,
}

/// What the gateway would decide, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointTest {
    /// The path as rules see it.
    pub path: String,
    /// Whether the request would pass.
    pub outcome: Outcome,
    /// What the caller would be told; nothing when it passes.
    pub reason: Option<String>,
    /// The override that decided; none where the default did (`AEDILE_GATEWAY_DEFAULT`).
    pub endpoint: Option<EndpointOverride>,
    /// Whether the path is one of the administration, which guards itself: no override reaches it.
    pub is_protected: bool,
    /// The tier that counts for the caller.
    pub tier: String,
    /// How many requests a minute that tier has; 0 is unlimited.
    pub rate_limit: u32,
}

impl Operation for TestEndpoint {
    const NAME: &'static str = "endpoint.test";
    const PERMISSION: Permission = Permission::AdminRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = crate::endpoints::RESOURCE;
    type Repository = dyn GatewayFacts;
    type Output = EndpointTest;
}

impl Query for TestEndpoint {
    fn run(&self, facts: &mut Self::Repository, cx: &Context) -> Result<EndpointTest> {
        let method = http_method(&self.method)?;
        let path = normalise(&self.path)?;
        let caller = self.caller(facts)?;
        let set = facts.load()?;
        let rules = self.compiled(set, cx.policy.gateway_default)?;
        let tier = match (&caller, &self.tier) {
            (Some(user), _) => user.effective_tier(user.is_local_admin()),
            (None, Some(tier)) => tier,
            (None, None) => GatewayCaller::ANONYMOUS.tier,
        };
        let is_anonymous = caller.is_none() && self.tier.is_none();
        let judged = if is_anonymous { GatewayCaller::ANONYMOUS } else { GatewayCaller::of_tier(tier) };
        let decision = rules.decide(method, &path, judged);
        let (outcome, reason) = outcome(decision, caller.as_ref(), method);
        Ok(EndpointTest {
            path: path.to_string(),
            outcome,
            reason,
            endpoint: decision.matched.cloned(),
            is_protected: protected::covers(path.as_str()),
            tier: rules.effective_tier_name(tier).to_owned(),
            rate_limit: rules.rate_of(tier).per_minute,
        })
    }
}

impl TestEndpoint {
    fn caller(&self, facts: &mut dyn GatewayFacts) -> Result<Option<Principal>> {
        let Some(user_id) = &self.user_id else { return Ok(None) };
        if self.tier.is_some() {
            return Err(Error::invalid("tier", "can't be combined with a user, who has a tier already"));
        }
        facts.find(user_id)?.map(Some).ok_or_else(|| Error::not_found("User"))
    }

    /// A tier that there is not counts as the lowest one, which nobody means who asks about it.
    fn compiled(&self, set: RuleSet, default: GatewayDefault) -> Result<GatewayRules> {
        match &self.tier {
            Some(name) if !set.tiers.iter().any(|tier| tier.tier_name == *name) => {
                Err(Error::invalid("tier", format!("there is no tier {name}")))
            }
            _ => Ok(GatewayRules::compile(set, default)),
        }
    }
}

/// The override decides first, and then how the account stands.
fn outcome(decision: Decision<'_>, caller: Option<&Principal>, method: &str) -> (Outcome, Option<String>) {
    let passes = decision.into_result().and_then(|()| caller.map_or(Ok(()), |caller| caller.may_pass(method)));
    match passes {
        Ok(()) => (Outcome::Allowed, None),
        Err(error @ Error::Unauthenticated(_)) => (Outcome::SignInNeeded, Some(error.to_string())),
        Err(error) => (Outcome::Forbidden, Some(error.to_string())),
    }
}

/// A method by its name; methods are tokens of HTTP (RFC 9110), so also ones that no standard names.
fn http_method(name: &str) -> Result<&str> {
    let is_mark = |byte: u8| b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_token = (1..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || is_mark(b));
    if is_token { Ok(name) } else { Err(Error::invalid("method", "must be a method such as GET")) }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use aedile_kernel::{AccountStatus, LocalRole, Policy};
    use mockall::mock;
    use serde_json::{Value, json};

    use super::super::port::GatewaySource;
    use super::*;
    use crate::endpoints::samples::endpoint;
    use crate::principal::Principals;
    use crate::tiers::samples;

    mock! {
        Facts {}
        impl GatewaySource for Facts {
            fn load(&mut self) -> Result<RuleSet>;
        }
        impl Principals for Facts {
            fn find(&mut self, user: &UserId) -> Result<Option<Principal>>;
        }
    }

    fn user(id: &UserId) -> Option<Principal> {
        let known = Principal {
            id: id.clone(),
            email: None,
            display_name: None,
            is_admin: false,
            status: AccountStatus::Active,
            api_disabled: false,
            tier: Some("pro".into()),
            local_role: None,
            assignment: None,
            has_second_factor: false,
        };
        match id.as_str() {
            "user_pro" => Some(known),
            "user_held" => Some(Principal { status: AccountStatus::Held, ..known }),
            "user_leaving" => Some(Principal { status: AccountStatus::PendingDeletion, ..known }),
            "user_gone" => Some(Principal { status: AccountStatus::Deleted, ..known }),
            "local_admin" => Some(Principal { local_role: Some(LocalRole::Admin), ..known }),
            _ => None,
        }
    }

    /// `/x/*` asks for the tier `pro`, `/in` for somebody signed in.
    fn test(input: Value) -> Result<EndpointTest> {
        test_with(input, GatewayDefault::Allow)
    }

    fn test_with(input: Value, default: GatewayDefault) -> Result<EndpointTest> {
        let mut facts = MockFacts::new();
        facts.expect_find().returning(|id| Ok(user(id)));
        facts.expect_load().returning(|| {
            let pro = EndpointOverride { required_tier: Some("pro".into()), ..endpoint("/x/*", "*") };
            Ok(RuleSet { tiers: samples::built_in(), scopes: Vec::new(), overrides: vec![pro, endpoint("/in", "GET")] })
        });
        let query: TestEndpoint = serde_json::from_value(input).unwrap();
        let policy = Policy { gateway_default: default, ..Policy::DEFAULT };
        query.run(&mut facts, &Context { policy, ..context_of("boss", [Permission::AdminRead]) })
    }

    fn of(path: &str, who: &[(&str, &str)]) -> EndpointTest {
        let mut input = json!({ "method": "GET", "path": path });
        who.iter().for_each(|(name, value)| input[*name] = (*value).into());
        test(input).unwrap()
    }

    #[test]
    fn it_says_what_decides() {
        let shown = of("/x/7/?q=1", &[("user_id", "user_pro")]);
        assert_eq!((shown.outcome, shown.reason, shown.path.as_str()), (Outcome::Allowed, None, "/x/7"));
        assert_eq!(shown.endpoint.unwrap().path_pattern.to_string(), "/x/*");
        assert_eq!((shown.tier.as_str(), shown.rate_limit), ("pro", samples::built_in()[2].rate_limit));

        let refused = of("/x", &[("tier", "free")]);
        assert_eq!(refused.outcome, Outcome::Forbidden);
        assert_eq!(refused.reason.as_deref(), Some("this needs the tier pro"));
        assert_eq!(of("/x", &[]).outcome, Outcome::SignInNeeded);

        let open = of("/other", &[]);
        assert_eq!((open.outcome, open.endpoint, open.tier.as_str()), (Outcome::Allowed, None, "anonymous"));
        assert!(of("/admin/system", &[]).is_protected && !open.is_protected);
    }

    #[test]
    fn it_follows_the_servers_default_the_case_of_paths_and_head() {
        let denied = test_with(json!({ "method": "GET", "path": "/other" }), GatewayDefault::Deny).unwrap();
        assert_eq!((denied.outcome, denied.endpoint), (Outcome::Forbidden, None));
        assert_eq!(denied.reason.as_deref(), Some("no endpoint override lets this request pass"));
        assert_eq!(of("/X/7", &[]).outcome, Outcome::SignInNeeded);
        assert_eq!(test(json!({ "method": "HEAD", "path": "/IN" })).unwrap().outcome, Outcome::SignInNeeded);
    }

    #[test]
    fn a_local_admin_has_the_highest_tier_and_signed_in_is_signed_in() {
        assert_eq!(of("/x", &[("user_id", "local_admin")]).tier, "admin");
        assert_eq!(of("/in", &[("tier", "anonymous")]).outcome, Outcome::Allowed);
        assert_eq!(of("/in", &[]).outcome, Outcome::SignInNeeded);
    }

    #[test]
    fn the_account_must_stand_well_too() {
        let asked = |method: &str, user: &str| {
            test(json!({ "method": method, "path": "/other", "user_id": user })).unwrap().outcome
        };
        assert_eq!(asked("GET", "user_held"), Outcome::Forbidden);
        assert_eq!(
            (asked("GET", "user_leaving"), asked("POST", "user_leaving")),
            (Outcome::Allowed, Outcome::Forbidden)
        );
        assert_eq!(asked("GET", "user_gone"), Outcome::SignInNeeded);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for input in [
            json!({ "method": "G ET", "path": "/x" }),
            json!({ "method": "", "path": "/x" }),
            json!({ "method": "GET", "path": "x" }),
            json!({ "method": "GET", "path": "/x/../y" }),
            json!({ "method": "GET", "path": "/x", "tier": "gold" }),
            json!({ "method": "GET", "path": "/x", "tier": "pro", "user_id": "user_pro" }),
        ] {
            assert!(matches!(test(input.clone()), Err(Error::Invalid(_))), "{input}");
        }
        let nobody = json!({ "method": "GET", "path": "/x", "user_id": "user_nobody" });
        assert!(matches!(test(nobody), Err(Error::NotFound(_))));
    }
}
