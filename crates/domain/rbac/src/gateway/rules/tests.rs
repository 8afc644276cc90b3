use proptest::prelude::*;

use super::super::normalise;
use super::*;
use crate::endpoints::{MethodPattern, PathPattern, samples::endpoint};
use crate::scopes::samples::scope;
use crate::tiers::{self, Tier};

fn tiers() -> Vec<Tier> {
    tiers::samples::built_in()
}

fn rules(overrides: Vec<EndpointOverride>) -> GatewayRules {
    let off = Scope { is_active: false, ..scope("off", "anonymous") };
    let scopes = vec![scope("compile", "free"), scope("export", "pro"), scope("open", "anonymous"), off];
    GatewayRules::compile(RuleSet { tiers: tiers(), scopes, overrides }, GatewayDefault::Allow)
}

fn demanding(pattern: &str, tier: Option<&str>, scopes: &[&str]) -> EndpointOverride {
    EndpointOverride {
        required_tier: tier.map(str::to_owned),
        required_scopes: (!scopes.is_empty()).then(|| scopes.iter().copied().map(str::to_owned).collect()),
        ..endpoint(pattern, "*")
    }
}

/// The status the decision stands for.
fn status(decision: Decision<'_>) -> u16 {
    match decision.verdict {
        Verdict::Allow => 200,
        Verdict::NeedsSignIn => 401,
        Verdict::Forbidden { .. } => 403,
    }
}

/// The statuses for a caller without a credential, and for those of `free`, `pro` and `admin`.
fn statuses(rules: &GatewayRules, path: &str) -> [u16; 4] {
    let path = normalise(path).unwrap();
    let visitors = [
        GatewayCaller::ANONYMOUS,
        GatewayCaller::of_tier("free"),
        GatewayCaller::of_tier("pro"),
        GatewayCaller::of_tier("admin"),
    ];
    visitors.map(|caller| status(rules.decide("GET", &path, caller)))
}

#[test]
fn without_an_override_everybody_passes() {
    let rules = rules(vec![endpoint("/x", "*")]);
    assert_eq!(statuses(&rules, "/y"), [200; 4]);
    assert_eq!(rules.decide("GET", &normalise("/y").unwrap(), GatewayCaller::ANONYMOUS).matched, None);
}

#[test]
fn what_an_override_asks_for_is_asked() {
    for (rule, expected) in [
        (EndpointOverride { is_public: true, ..endpoint("/x", "*") }, [200, 200, 200, 200]),
        (endpoint("/x", "*"), [401, 200, 200, 200]),
        (demanding("/x", Some("anonymous"), &[]), [200, 200, 200, 200]),
        (demanding("/x", Some("free"), &[]), [401, 200, 200, 200]),
        (demanding("/x", Some("pro"), &[]), [401, 403, 200, 200]),
        (demanding("/x", Some("admin"), &[]), [401, 403, 403, 200]),
        (demanding("/x", Some("gone"), &[]), [401, 403, 403, 200]),
        (demanding("/x", None, &["open"]), [200, 200, 200, 200]),
        (demanding("/x", None, &["compile"]), [401, 200, 200, 200]),
        (demanding("/x", None, &["compile", "export"]), [401, 403, 200, 200]),
        (demanding("/x", None, &["off"]), [401, 403, 403, 403]),
        (demanding("/x", None, &["open", "unknown"]), [401, 403, 403, 403]),
        (demanding("/x", Some("pro"), &["compile"]), [401, 403, 200, 200]),
        (demanding("/x", Some("free"), &["export"]), [401, 403, 200, 200]),
        (EndpointOverride { is_active: false, ..demanding("/x", Some("admin"), &[]) }, [200, 200, 200, 200]),
        (EndpointOverride { is_public: true, ..demanding("/x", Some("pro"), &[]) }, [401, 403, 200, 200]),
    ] {
        assert_eq!(statuses(&rules(vec![rule.clone()]), "/x"), expected, "{rule:?}");
    }
}

#[test]
fn a_refusal_says_what_is_missing() {
    let rules = rules(vec![demanding("/x", Some("free"), &["compile", "export"])]);
    let path = normalise("/x/").unwrap();
    let decision = rules.decide("GET", &path, GatewayCaller::of_tier("free"));
    assert_eq!(decision.verdict, Verdict::Forbidden { reason: "this needs the scope export" });
    assert_eq!(decision.matched.unwrap().path_pattern.as_str(), "/x");
}

#[test]
fn without_a_credential_a_tier_counts_for_nothing() {
    let rules = rules(vec![demanding("/x", Some("pro"), &[])]);
    let caller = GatewayCaller { tier: "admin", signed_in: false };
    assert_eq!(rules.decide("GET", &normalise("/x").unwrap(), caller).verdict, Verdict::NeedsSignIn);
}

#[test]
fn c_32_an_escaped_spelling_meets_the_same_rule() {
    let rules = rules(vec![demanding("/reports/*", Some("pro"), &[])]);
    for path in ["/reports", "/reports/", "/%72eports", "/repo%72ts/2026", "/reports/%32026?x=/public"] {
        assert_eq!(statuses(&rules, path), [401, 403, 200, 200], "{path}");
    }
}

#[test]
fn no_override_reaches_the_administration() {
    let rules = rules(vec![demanding("/*", Some("admin"), &[]), demanding("/api/*", Some("admin"), &[])]);
    for path in ["/admin", "/admin/system/tiers", "/%61dmin/x", "/api/admin/users", "/v1/admin/users", "/dashboard"] {
        assert_eq!(statuses(&rules, path), [200; 4], "{path}");
    }
    for path in ["/", "/adminx", "/api/v1/me", "/v1/skills"] {
        assert_eq!(statuses(&rules, path), [401, 403, 403, 200], "{path}");
    }
}

#[test]
fn on_our_own_routes_an_override_only_adds_demands() {
    let public = EndpointOverride { is_public: true, ..endpoint("/v1/open", "*") };
    let rules = rules(vec![public, demanding("/v1/skills/*", Some("pro"), &[])]);
    let tightened = |path, caller| status(rules.tighten("GET", &normalise(path).unwrap(), caller));
    assert_eq!(tightened("/v1/open", GatewayCaller::ANONYMOUS), 200);
    assert_eq!(tightened("/v1/other", GatewayCaller::ANONYMOUS), 200);
    assert_eq!(tightened("/v1/skills/x", GatewayCaller::ANONYMOUS), 401);
    assert_eq!(tightened("/v1/skills/x", GatewayCaller::of_tier("free")), 403);
    assert_eq!(tightened("/v1/skills/x", GatewayCaller::of_tier("pro")), 200);
}

#[test]
fn what_no_override_lists_is_refused_where_the_default_is_to_deny() {
    let public = EndpointOverride { is_public: true, ..endpoint("/open/*", "GET") };
    let set = RuleSet { tiers: tiers(), scopes: Vec::new(), overrides: vec![public, endpoint("/in", "*")] };
    let rules = GatewayRules::compile(set, GatewayDefault::Deny);
    assert_eq!(statuses(&rules, "/open/x"), [200; 4]);
    assert_eq!(statuses(&rules, "/in"), [401, 200, 200, 200]);
    for path in ["/", "/other", "/opened", "/admin/system/roles"] {
        assert_eq!(statuses(&rules, path), [403; 4], "{path}");
    }
    let other = normalise("/other").unwrap();
    assert_eq!(
        status(rules.decide("POST", &normalise("/open/x").unwrap(), GatewayCaller::ANONYMOUS)),
        403,
        "another method"
    );
    assert_eq!(status(rules.tighten("GET", &other, GatewayCaller::ANONYMOUS)), 200, "our own routes guard themselves");
}

#[test]
fn rates_follow_the_tier_that_counts() {
    let mut stored = tiers();
    for (tier, rate) in stored.iter_mut().zip([10, 60, 300, 0]) {
        tier.rate_limit = rate;
        tier.is_active = tier.tier_name != "pro";
    }
    let rules = GatewayRules::compile(RuleSet { tiers: stored, ..RuleSet::default() }, GatewayDefault::Allow);
    for (tier, counts_as, rate) in [
        ("anonymous", "anonymous", 10),
        ("free", "free", 60),
        ("pro", "free", 60),
        ("admin", "admin", 0),
        ("x", "anonymous", 10),
    ] {
        assert_eq!(rules.effective_tier_name(tier), counts_as);
        assert_eq!(rules.rate_of(tier), Rate::per_minute(rate), "{tier}");
    }
}

#[test]
fn many_overrides_cost_no_more_than_few() {
    let overrides = (0..5_000).map(|n| demanding(&format!("/s{n}/*"), Some("pro"), &[])).collect();
    let rules = rules(overrides);
    let path = normalise("/s4999/deep/below").unwrap();
    let matched = rules.decide("GET", &path, GatewayCaller::ANONYMOUS).matched.unwrap();
    assert_eq!(matched.path_pattern.as_str(), "/s4999/*");
}

fn named(rule: &EndpointOverride) -> String {
    format!("{} {} {}", rule.method, rule.path_pattern, rule.case_sensitive)
}

/// The same rules by brute force: every override is looked at, and every demand is read off the lists.
mod reference {
    use super::*;

    fn covers(rule: &EndpointOverride, method: &str, path: &str) -> bool {
        let fold = |text: &str| if rule.case_sensitive { text.to_owned() } else { text.to_ascii_lowercase() };
        let (literal, path) = (fold(rule.path_pattern.literal()), fold(path));
        let below = if literal == "/" { "/".to_owned() } else { format!("{literal}/") };
        let path_fits = path == literal || (rule.path_pattern.covers_below() && path.starts_with(&below));
        let method_fits = rule.method.as_str() == method || (rule.method.as_str(), method) == ("GET", "HEAD");
        path_fits && (rule.method == MethodPattern::Any || method_fits)
    }

    fn specificity(rule: &EndpointOverride, method: &str) -> (bool, usize, bool, usize) {
        let pattern = &rule.path_pattern;
        let by_method = match rule.method {
            MethodPattern::Any => 0,
            named => 1 + usize::from(named.as_str() == method),
        };
        (!pattern.covers_below(), pattern.literal().len(), rule.case_sensitive, by_method)
    }

    /// A number that grows with the tier; `None` when unknown.
    fn rank(tiers: &[Tier], name: &str) -> Option<u32> {
        let tier = tiers.iter().find(|tier| tier.tier_name == name)?;
        Some(if name == "admin" { u32::MAX } else { tier.order_rank })
    }

    fn visitor_rank(tiers: &[Tier], caller: GatewayCaller<'_>) -> u32 {
        let own = if caller.signed_in { rank(tiers, caller.tier).unwrap_or(0) } else { 0 };
        let active = tiers.iter().filter(|tier| tier.is_active).filter_map(|tier| rank(tiers, &tier.tier_name));
        active.filter(|rank| *rank <= own).max().unwrap_or(0)
    }

    fn reached(tiers: &[Tier], caller: GatewayCaller<'_>, name: &str) -> bool {
        let have = visitor_rank(tiers, caller);
        let active = tiers.iter().any(|tier| tier.tier_name == name && tier.is_active);
        have == u32::MAX || (active && rank(tiers, name).is_some_and(|needed| have >= needed))
    }

    pub(super) fn decide(set: &RuleSet, method: &str, path: &str, caller: GatewayCaller<'_>) -> (u16, Option<String>) {
        let rules = set.overrides.iter().filter(|rule| rule.is_active && covers(rule, method, path));
        let Some(rule) = rules.max_by_key(|rule| specificity(rule, method)) else { return (200, None) };
        let matched = Some(named(rule));
        let scopes = rule.required_scopes.as_deref().unwrap_or_default();
        let passes = if rule.required_tier.is_none() && scopes.is_empty() {
            rule.is_public || caller.signed_in
        } else {
            let tier_fits = rule.required_tier.as_ref().is_none_or(|tier| reached(&set.tiers, caller, tier));
            let scope_fits = |name: &String| {
                let scope = set.scopes.iter().find(|scope| scope.scope_name == *name && scope.is_active);
                scope.is_some_and(|scope| reached(&set.tiers, caller, &scope.required_tier))
            };
            tier_fits && scopes.iter().all(scope_fits)
        };
        let refusal = if caller.signed_in { 403 } else { 401 };
        (if passes { 200 } else { refusal }, matched)
    }
}

fn some_path() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof!["a", "A", "b", "ab"], 0..4)
        .prop_map(|segments| format!("/{}", segments.join("/")))
}

fn some_pattern() -> impl Strategy<Value = PathPattern> {
    (some_path(), any::<bool>()).prop_map(|(path, below)| {
        let text = if below { format!("{}/*", path.trim_end_matches('/')) } else { path };
        PathPattern::parse(&text).unwrap()
    })
}

fn some_tier() -> impl Strategy<Value = String> {
    prop_oneof!["anonymous", "free", "pro", "gold", "admin", "gone"]
}

fn some_override() -> impl Strategy<Value = EndpointOverride> {
    let scopes = proptest::collection::vec(prop_oneof!["s1", "s2", "s3", "gone"], 1..3);
    (
        some_pattern(),
        prop_oneof!["\\*", "GET", "POST", "HEAD"],
        proptest::option::of(some_tier()),
        proptest::option::weighted(0.4, scopes),
        any::<[bool; 2]>(),
        prop::bool::weighted(0.85),
    )
        .prop_map(
            |(path_pattern, method, required_tier, required_scopes, [is_public, case_sensitive], is_active)| {
                EndpointOverride {
                    path_pattern,
                    case_sensitive,
                    required_tier,
                    required_scopes,
                    is_public,
                    is_active,
                    ..endpoint("/", &method)
                }
            },
        )
}

fn some_rules() -> impl Strategy<Value = RuleSet> {
    let overrides = proptest::collection::vec(some_override(), 0..12);
    let scopes = proptest::collection::vec((some_tier(), any::<bool>()), 3);
    (overrides, scopes, any::<[bool; 3]>()).prop_map(|(mut overrides, scopes, active)| {
        let mut seen = std::collections::HashSet::new();
        // What the store would refuse does not occur.
        overrides.retain(|rule| {
            let text = rule.path_pattern.as_str();
            let compared = if rule.case_sensitive { text.to_owned() } else { text.to_ascii_lowercase() };
            seen.insert((compared, rule.case_sensitive, rule.method))
        });
        let mut tiers = tiers();
        tiers.push(tiers::samples::tier("gold", 50));
        let others = tiers.iter_mut().filter(|tier| !tier.is_built_in());
        others.zip(active).for_each(|(tier, is_active)| tier.is_active = is_active);
        let scopes = scopes.into_iter().zip(["s1", "s2", "s3"]);
        let scopes = scopes.map(|((tier, is_active), name)| Scope { is_active, ..scope(name, &tier) }).collect();
        RuleSet { tiers, scopes, overrides }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_compiled_rules_agree_with_brute_force(
        set in some_rules(),
        requests in proptest::collection::vec((some_path(), prop_oneof!["GET", "HEAD", "POST", "PUT"], some_tier(), any::<bool>()), 1..12),
    ) {
        let rules = GatewayRules::compile(set.clone(), GatewayDefault::Allow);
        for (path, method, tier, signed_in) in requests {
            let caller = GatewayCaller { tier: &tier, signed_in };
            let normal = normalise(&path).unwrap();
            let decision = rules.decide(&method, &normal, caller);
            let matched = decision.matched.map(named);
            prop_assert_eq!((status(decision), matched), reference::decide(&set, &method, &path, caller));
        }
    }
}
