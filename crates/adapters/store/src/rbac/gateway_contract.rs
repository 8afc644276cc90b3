//! What the ports promise, on each database.

use aedile_kernel::mock::NOW;
use aedile_kernel::{Error, GatewayDefault, Result, Timestamp};
use aedile_rbac::endpoints::{EndpointId, EndpointOverride, Endpoints, MethodPattern, NewEndpoint, PathPattern};
use aedile_rbac::gateway::{GatewayCaller, GatewayRules, GatewaySource, normalise};
use aedile_rbac::scopes::{NewScope, Scope, Scopes};
use aedile_rbac::tiers::{NewTier, Tier, TierUses, Tiers};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Map, Value, json};

use crate::connection::Connection;
use crate::schema::rules::tiers;
use crate::schema::users::users;
use crate::testing::for_each_backend;
use crate::transaction;

fn now() -> Timestamp {
    Timestamp::from_micros(NOW)
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(map) = value else { panic!("an object") };
    map
}

fn new_tier(name: &str, order_rank: u32) -> NewTier {
    NewTier {
        tier_name: name.to_owned(),
        order_rank,
        rate_limit: 1_000_000,
        display_name: "Gold ★".to_owned(),
        description: "one\ntwo".to_owned(),
        features: object(json!({"nul": "\u{0}", "deep": {"list": [1, 2.5, null]}})),
        is_active: true,
    }
}

fn new_scope(name: &str, tier: &str) -> NewScope {
    NewScope {
        scope_name: name.to_owned(),
        display_name: name.to_owned(),
        description: String::new(),
        required_tier: tier.to_owned(),
        is_active: true,
    }
}

fn new_endpoint(pattern: &str, method: &str, scopes: &[&str]) -> NewEndpoint {
    NewEndpoint {
        path_pattern: PathPattern::parse(pattern).unwrap(),
        case_sensitive: false,
        method: MethodPattern::parse(method).unwrap(),
        required_tier: None,
        required_scopes: (!scopes.is_empty()).then(|| scopes.iter().copied().map(str::to_owned).collect()),
        is_public: false,
        is_active: true,
    }
}

/// The error of work that is taken back, so that the transaction can go on.
fn refused<T>(connection: &mut Connection, work: impl FnOnce(&mut Connection) -> Result<T>) -> Error {
    transaction::savepoint(connection).unwrap();
    let result = work(connection);
    transaction::unwind_to(connection, 1).unwrap();
    result.map(drop).unwrap_err()
}

fn tier_named(c: &mut Connection, name: &str) -> Tier {
    c.lock_tier(name).unwrap().unwrap()
}

#[test]
fn a_new_installation_has_its_tiers_and_scopes() {
    for_each_backend(|c| {
        let tiers = c.list_tiers().unwrap();
        let seen: Vec<_> = tiers.iter().map(|t| (t.tier_name.as_str(), t.order_rank, t.rate_limit)).collect();
        assert_eq!(seen, [("anonymous", 0, 10), ("free", 1, 60), ("pro", 2, 300), ("admin", 3, 0)]);
        assert!(tiers.iter().all(|tier| tier.is_active && tier.created_at.to_rfc3339() == "2025-01-01T00:00:00Z"));
        assert_eq!(tiers[0].description, "Unauthenticated user — basic access");
        assert_eq!(Value::from(tiers[0].features.clone()), json!({"maxSources": 3, "maxBatchSize": 1}));
        let scopes = c.list_scopes().unwrap();
        let seen: Vec<_> = scopes.iter().map(|s| (s.scope_name.as_str(), s.required_tier.as_str())).collect();
        assert_eq!(seen, [("compile", "free"), ("rules", "free")]);
        assert_eq!(scopes[1].description, "Manage filter rules");
        assert_eq!(c.list_endpoints().unwrap(), []);
    });
}

#[test]
fn a_tier_comes_back_as_it_was_written() {
    for_each_backend(|c| {
        let made = c.insert_tier(&new_tier("gold", 7), now()).unwrap();
        assert_eq!((made.created_at, made.updated_at, made.rate_limit), (now(), now(), 1_000_000));
        assert_eq!(made.features, new_tier("gold", 7).features);
        assert_eq!(tier_named(c, "gold"), made);
        assert_eq!(c.find_rank_holder(7).unwrap().as_deref(), Some("gold"));
        assert_eq!(c.find_rank_holder(8).unwrap(), None);
        assert_eq!(c.lock_tier("Gold").unwrap(), None);

        let changed = Tier { order_rank: 8, rate_limit: 0, is_active: false, features: Map::new(), ..made.clone() };
        c.update_tier(&changed).unwrap();
        assert_eq!(tier_named(c, "gold"), changed);
        c.delete_tier(changed.id).unwrap();
        assert_eq!(c.lock_tier("gold").unwrap(), None);
        assert!(matches!(refused(c, |c| c.delete_tier(changed.id)), Error::Internal(_)));
        assert!(matches!(refused(c, |c| c.update_tier(&changed)), Error::Internal(_)));
    });
}

#[test]
fn a_tiers_name_and_rank_are_its_own() {
    for_each_backend(|c| {
        assert!(matches!(refused(c, |c| c.insert_tier(&new_tier("pro", 7), now())), Error::Conflict(_)));
        assert!(matches!(refused(c, |c| c.insert_tier(&new_tier("gold", 2), now())), Error::Conflict(_)));
        let moved = Tier { order_rank: 1, ..tier_named(c, "pro") };
        assert!(matches!(refused(c, |c| c.update_tier(&moved)), Error::Conflict(_)));
    });
}

#[test]
fn every_use_of_a_tier_is_found() {
    for_each_backend(|c| {
        c.insert_tier(&new_tier("gold", 7), now()).unwrap();
        assert_eq!(c.find_tier_uses("gold").unwrap(), TierUses::default());

        let scope = c.insert_scope(&new_scope("mine", "gold"), now()).unwrap();
        assert_eq!(c.find_tier_uses("gold").unwrap(), TierUses { by_scopes: true, ..TierUses::default() });
        c.delete_scope(scope.id).unwrap();

        let inactive = NewEndpoint {
            required_tier: Some("gold".to_owned()),
            is_active: false,
            ..new_endpoint("/mined", "GET", &[])
        };
        let endpoint = c.insert_endpoint(&inactive, now()).unwrap();
        assert_eq!(c.find_tier_uses("gold").unwrap(), TierUses { by_endpoints: true, ..TierUses::default() });
        c.delete_endpoint(endpoint.id).unwrap();

        let user =
            (users::id.eq("user_1"), users::tier.eq("gold"), users::created_at.eq(NOW), users::updated_at.eq(NOW));
        diesel::insert_into(users::table).values(user).execute(c).unwrap();
        assert_eq!(c.find_tier_uses("gold").unwrap(), TierUses { by_users: true, ..TierUses::default() });
        diesel::update(users::table).set(users::status.eq("deleted")).execute(c).unwrap();
        assert_eq!(c.find_tier_uses("gold").unwrap(), TierUses::default());
    });
}

#[test]
fn the_database_itself_keeps_references_whole() {
    for_each_backend(|c| {
        let free = tier_named(c, "free");
        assert!(matches!(refused(c, |c| c.delete_tier(free.id)), Error::Conflict(_)));
        assert!(matches!(refused(c, |c| c.insert_scope(&new_scope("x", "gone"), now())), Error::Conflict(_)));
        let dangling = NewEndpoint { required_tier: Some("gone".to_owned()), ..new_endpoint("/x", "*", &[]) };
        assert!(matches!(refused(c, |c| c.insert_endpoint(&dangling, now())), Error::Conflict(_)));
    });
}

#[test]
fn a_scope_comes_back_as_it_was_written() {
    for_each_backend(|c| {
        let made = c.insert_scope(&new_scope("export", "pro"), now()).unwrap();
        assert_eq!(c.lock_scope("export").unwrap(), Some(made.clone()));
        assert!(matches!(refused(c, |c| c.insert_scope(&new_scope("export", "free"), now())), Error::Conflict(_)));
        let changed = Scope { required_tier: "admin".to_owned(), is_active: false, ..made };
        c.update_scope(&changed).unwrap();
        assert_eq!(c.lock_scope("export").unwrap(), Some(changed.clone()));
        c.delete_scope(changed.id).unwrap();
        assert_eq!(c.lock_scope("export").unwrap(), None);
        assert!(matches!(refused(c, |c| c.delete_scope(changed.id)), Error::Internal(_)));
        assert!(Scopes::hold_tier(c, "pro").unwrap() && !Scopes::hold_tier(c, "gone").unwrap());
    });
}

#[test]
fn a_scopes_use_is_found_by_its_whole_name() {
    for_each_backend(|c| {
        c.insert_endpoint(&new_endpoint("/a", "*", &["compile", "rules-extra"]), now()).unwrap();
        c.insert_endpoint(&new_endpoint("/b", "*", &[]), now()).unwrap();
        assert_eq!(c.find_endpoint_requiring("compile").unwrap().as_deref(), Some("/a"));
        for name in ["rules", "Compile", "compil_", "%", ""] {
            assert_eq!(c.find_endpoint_requiring(name).unwrap(), None, "{name:?}");
        }
        let inactive = NewEndpoint { is_active: false, ..new_endpoint("/c/*", "*", &["rules"]) };
        c.insert_endpoint(&inactive, now()).unwrap();
        assert_eq!(c.find_endpoint_requiring("rules").unwrap().as_deref(), Some("/c/*"));
    });
}

#[test]
fn an_override_comes_back_as_it_was_written() {
    for_each_backend(|c| {
        let new =
            NewEndpoint { required_tier: Some("pro".to_owned()), ..new_endpoint("/api/é/*", "post", &["rules"]) };
        let made = c.insert_endpoint(&new, now()).unwrap();
        assert_eq!((made.path_pattern.as_str(), made.method.as_str()), ("/api/é/*", "POST"));
        assert_eq!(made.required_scopes, Some(vec!["rules".to_owned()]));
        assert_eq!(c.lock_endpoint(made.id).unwrap(), Some(made.clone()));
        assert_eq!(c.list_endpoints().unwrap(), std::slice::from_ref(&made));

        let changed = EndpointOverride { required_tier: None, required_scopes: None, is_public: true, ..made };
        c.update_endpoint(&changed).unwrap();
        assert_eq!(c.lock_endpoint(changed.id).unwrap(), Some(changed.clone()));
        c.delete_endpoint(changed.id).unwrap();
        assert_eq!(c.lock_endpoint(changed.id).unwrap(), None);
        assert!(matches!(refused(c, |c| c.delete_endpoint(EndpointId(99))), Error::Internal(_)));
        let again = c.insert_endpoint(&new, now()).unwrap();
        assert!(again.id > changed.id, "numbers are not used twice");
    });
}

#[test]
fn a_path_and_method_has_one_override() {
    for_each_backend(|c| {
        c.insert_endpoint(&new_endpoint("/x", "GET", &[]), now()).unwrap();
        c.insert_endpoint(&new_endpoint("/x", "*", &[]), now()).unwrap();
        c.insert_endpoint(&new_endpoint("/x/*", "GET", &[]), now()).unwrap();
        assert!(matches!(
            refused(c, |c| c.insert_endpoint(&new_endpoint("/x/", "get", &[]), now())),
            Error::Conflict(_)
        ));
    });
}

fn exact(pattern: &str, method: &str) -> NewEndpoint {
    NewEndpoint { case_sensitive: true, ..new_endpoint(pattern, method, &[]) }
}

#[test]
fn two_overrides_are_the_same_in_any_case_unless_it_counts_for_one() {
    for_each_backend(|c| {
        c.insert_endpoint(&new_endpoint("/Reports/É", "GET", &[]), now()).unwrap();
        let same = new_endpoint("/rePorts/É", "GET", &[]);
        assert!(matches!(refused(c, |c| c.insert_endpoint(&same, now())), Error::Conflict(_)));
        c.insert_endpoint(&new_endpoint("/reports/é", "GET", &[]), now()).expect("only ASCII is folded");
        let made = c.insert_endpoint(&exact("/reports/É", "GET"), now()).unwrap();
        assert!(made.case_sensitive && c.lock_endpoint(made.id).unwrap().unwrap().case_sensitive);
        c.insert_endpoint(&exact("/REPORTS/É", "GET"), now()).unwrap();
        assert!(matches!(refused(c, |c| c.insert_endpoint(&exact("/reports/É", "GET"), now())), Error::Conflict(_)));
        let folded = EndpointOverride { case_sensitive: false, ..made };
        assert!(matches!(refused(c, |c| c.update_endpoint(&folded)), Error::Conflict(_)));
    });
}

/// What was stored when the case always counted is kept, and each path has a rule still.
#[test]
fn overrides_that_only_differ_in_case_outlive_the_migration() {
    for_each_backend(|c| {
        let undone =
            "DROP INDEX endpoint_overrides_in_any_case; ALTER TABLE endpoint_overrides DROP COLUMN case_sensitive";
        c.batch_execute(undone).unwrap();
        for (id, pattern, method) in
            [(1, "/Reports", "GET"), (2, "/reports", "GET"), (3, "/REPORTS", "*"), (4, "/x", "GET")]
        {
            c.batch_execute(&format!(
                "INSERT INTO endpoint_overrides (id, path_pattern, method, created_at, updated_at) \
                 VALUES ({id}, '{pattern}', '{method}', 0, 0)"
            ))
            .unwrap();
        }
        let up = match c {
            Connection::Sqlite(_) => include_str!("../../../../../migrations/sqlite/0027_endpoint_case/up.sql"),
            Connection::Postgres(_) => include_str!("../../../../../migrations/postgres/0027_endpoint_case/up.sql"),
        };
        c.batch_execute(up).unwrap();
        let kept: Vec<_> =
            c.list_endpoints().unwrap().into_iter().map(|kept| (kept.id.0, kept.case_sensitive)).collect();
        assert_eq!(kept, [(1, false), (2, true), (3, false), (4, false)]);
    });
}

#[test]
fn of_the_scopes_asked_for_those_that_exist_are_held() {
    for_each_backend(|c| {
        let asked = ["rules", "gone", "compile"].map(str::to_owned);
        assert_eq!(c.hold_scopes(&asked).unwrap(), ["compile", "rules"]);
        assert!(c.hold_scopes(&[]).unwrap().is_empty());
        assert!(Endpoints::hold_tier(c, "anonymous").unwrap() && !Endpoints::hold_tier(c, "").unwrap());
    });
}

#[test]
fn the_book_has_all_that_counts() {
    for_each_backend(|c| {
        let guarded = NewEndpoint { required_tier: Some("pro".to_owned()), ..new_endpoint("/x/*", "*", &["rules"]) };
        c.insert_endpoint(&guarded, now()).unwrap();
        c.insert_endpoint(&NewEndpoint { is_active: false, ..new_endpoint("/x", "*", &[]) }, now()).unwrap();
        let set = GatewaySource::load(c).unwrap();
        assert_eq!((set.tiers.len(), set.scopes.len(), set.overrides.len()), (4, 2, 1));
        let rules = GatewayRules::compile(set, GatewayDefault::Allow);
        let path = normalise("/x").unwrap();
        assert!(rules.decide("GET", &path, GatewayCaller::of_tier("pro")).is_allowed());
        assert!(!rules.decide("GET", &path, GatewayCaller::of_tier("free")).is_allowed());
        assert_eq!(rules.rate_of("pro").per_minute, 300);
    });
}

#[test]
fn a_row_of_other_hands_is_not_believed() {
    for_each_backend(|c| {
        diesel::update(tiers::table).set(tiers::features.eq("[1]")).execute(c).unwrap();
        assert!(matches!(c.list_tiers(), Err(Error::Internal(_))));
        assert!(matches!(GatewaySource::load(c), Err(Error::Internal(_))));
    });
}
