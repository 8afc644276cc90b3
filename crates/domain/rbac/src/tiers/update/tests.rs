use aedile_kernel::mock::context_of;
use serde_json::json;

use super::super::{ADMIN, ANONYMOUS, MockTiers, TierId, samples};
use super::*;

fn run(tiers: &mut MockTiers, input: Value) -> Result<Change<TierUpdate>> {
    let command: UpdateTier = serde_json::from_value(input).unwrap();
    command.run(tiers, &context_of("boss", [Permission::ConfigWrite]))
}

/// The built-in tiers; no rule may write more than the test expects.
fn store() -> MockTiers {
    let mut tiers = MockTiers::new();
    tiers.expect_lock_tier().returning(|name| Ok(samples::built_in().into_iter().find(|tier| tier.tier_name == name)));
    tiers.expect_find_rank_holder().returning(|rank| {
        Ok(samples::built_in().into_iter().find(|tier| tier.order_rank == rank).map(|tier| tier.tier_name))
    });
    tiers
}

fn inserted(new: &NewTier, now: Timestamp) -> Tier {
    Tier {
        id: TierId(9),
        tier_name: new.tier_name.clone(),
        order_rank: new.order_rank,
        rate_limit: new.rate_limit,
        display_name: new.display_name.clone(),
        description: new.description.clone(),
        features: new.features.clone(),
        is_active: new.is_active,
        created_at: now,
        updated_at: now,
    }
}

#[test]
fn only_the_changed_fields_are_audited() {
    let mut tiers = store();
    tiers
        .expect_update_tier()
        .once()
        .withf(|tier| tier.rate_limit == 500 && tier.order_rank == 2)
        .returning(|_| Ok(()));
    let change = run(&mut tiers, json!({"tier_name": "pro", "rate_limit": 500, "is_active": true})).unwrap();
    assert!(!change.output().created);
    assert!(change.output().tier.updated_at > change.output().tier.created_at);
    let [record] = change.records() else { panic!("one record") };
    assert_eq!((record.resource_type, record.resource_id.as_str()), ("tier_config", "pro"));
    assert_eq!(record.old_values, Some(json!({"rate_limit": 60})));
    assert_eq!(record.new_values, Some(json!({"rate_limit": 500})));
}

#[test]
fn features_are_replaced() {
    let mut tiers = store();
    tiers.expect_update_tier().once().returning(|_| Ok(()));
    let change = run(&mut tiers, json!({"tier_name": "pro", "features": {"maxSources": 100}})).unwrap();
    assert_eq!(Value::from(change.output().tier.features.clone()), json!({"maxSources": 100}));
}

#[test]
fn sending_what_is_there_writes_nothing() {
    for input in [json!({"tier_name": "pro"}), json!({"tier_name": "pro", "rate_limit": 60, "order_rank": 2})] {
        let change = run(&mut store(), input).unwrap();
        assert!(change.records().is_empty());
    }
}

#[test]
fn an_unknown_tier_is_made_from_the_needed_fields() {
    let mut tiers = store();
    tiers.expect_insert_tier().once().returning(|new, now| Ok(inserted(new, now)));
    let input = json!({"tier_name": "gold", "display_name": " Gold ", "order_rank": 500, "rate_limit": 900});
    let change = run(&mut tiers, input).unwrap();
    assert!(change.output().created);
    assert_eq!(change.output().tier.display_name, "Gold");
    let [record] = change.records() else { panic!("one record") };
    assert_eq!(record.old_values, None);
    assert_eq!(record.action, None, "the action is the operation's own name");
}

#[test]
fn an_unknown_tier_without_them_is_not_found() {
    for input in [
        json!({"tier_name": "gold"}),
        json!({"tier_name": "gold", "display_name": "Gold", "order_rank": 9}),
        json!({"tier_name": "gold", "display_name": "Gold", "rate_limit": 9}),
        json!({"tier_name": "gold", "order_rank": 9, "rate_limit": 9}),
    ] {
        assert!(matches!(run(&mut store(), input), Err(Error::NotFound(_))));
    }
}

#[test]
fn a_rank_belongs_to_one_tier() {
    for rank in 0..4 {
        let input = json!({"tier_name": "gold", "display_name": "Gold", "order_rank": rank, "rate_limit": 9});
        assert!(matches!(run(&mut store(), input), Err(Error::Conflict(_))), "{rank}");
    }
    assert!(matches!(run(&mut store(), json!({"tier_name": "pro", "order_rank": 1})), Err(Error::Conflict(_))));
}

#[test]
fn a_creation_that_comes_second_is_a_conflict() {
    let mut tiers = store();
    tiers.expect_insert_tier().returning(|_, _| Err(Error::conflict("this tier exists")));
    let input = json!({"tier_name": "gold", "display_name": "Gold", "order_rank": 9, "rate_limit": 9});
    assert!(matches!(run(&mut tiers, input), Err(Error::Conflict(_))));
}

#[test]
fn the_ends_of_the_order_stay() {
    for name in [ANONYMOUS, ADMIN] {
        for change in [json!({"order_rank": 77}), json!({"is_active": false})] {
            let mut input = change;
            input["tier_name"] = name.into();
            assert!(matches!(run(&mut store(), input.clone()), Err(Error::Conflict(_))), "{input}");
        }
        let mut tiers = store();
        tiers.expect_update_tier().once().returning(|_| Ok(()));
        assert!(run(&mut tiers, json!({"tier_name": name, "rate_limit": 7})).is_ok());
    }
}

#[test]
fn another_tier_may_be_disabled_and_moved() {
    let mut tiers = store();
    tiers.expect_update_tier().once().withf(|tier| !tier.is_active && tier.order_rank == 40).returning(|_| Ok(()));
    assert!(run(&mut tiers, json!({"tier_name": "pro", "is_active": false, "order_rank": 40})).is_ok());
}

#[test]
fn values_out_of_range_are_invalid() {
    for input in [
        json!({"tier_name": "pro", "rate_limit": 1_000_001}),
        json!({"tier_name": "pro", "order_rank": 1_001}),
        json!({"tier_name": "pro", "display_name": " "}),
        json!({"tier_name": "pro", "description": "\u{7}"}),
        json!({"tier_name": "pro\u{0}"}),
        json!({"tier_name": ""}),
    ] {
        assert!(matches!(run(&mut MockTiers::new(), input.clone()), Err(Error::Invalid(_))), "{input}");
    }
}

#[test]
fn c_28_the_servers_own_fields_are_not_input() {
    for field in ["id", "created_at", "updated_at"] {
        let input = json!({"tier_name": "pro", field: 1});
        assert!(serde_json::from_value::<UpdateTier>(input).is_err(), "{field}");
    }
    for features in [json!([]), json!("{}"), json!(1)] {
        assert!(serde_json::from_value::<UpdateTier>(json!({"tier_name": "pro", "features": features})).is_err());
    }
}
