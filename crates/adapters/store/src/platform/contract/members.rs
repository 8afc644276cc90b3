use aedile_kernel::mock::{NOW, context_of};
use aedile_kernel::{Permission, Query, Timestamp};
use aedile_platform::flags::{CountReach, FlagId, Flags, NewFlag, Rollout};
use diesel::prelude::*;

use crate::connection::Connection;
use crate::schema::rules::tiers;
use crate::schema::users::{local_users, users};
use crate::testing::for_each_backend;

fn add(c: &mut Connection, id: &str, tier: Option<&str>, status: &str) {
    diesel::insert_into(users::table)
        .values((
            users::id.eq(id),
            users::tier.eq(tier),
            users::status.eq(status),
            users::created_at.eq(NOW),
            users::updated_at.eq(NOW),
        ))
        .execute(c)
        .unwrap();
}

fn add_local(c: &mut Connection, id: &str, role: &str) {
    diesel::insert_into(local_users::table)
        .values((
            local_users::user_id.eq(id),
            local_users::identifier.eq(format!("{id}@example.com")),
            local_users::identifier_type.eq("email"),
            local_users::role.eq(role),
            local_users::password_hash.eq("-"),
            local_users::created_at.eq(NOW),
            local_users::updated_at.eq(NOW),
        ))
        .execute(c)
        .unwrap();
}

/// Users of every kind; of them one was deleted.
fn people(c: &mut Connection) {
    add(c, "user_a", None, "active");
    add(c, "user_b", Some("pro"), "held");
    add(c, "user_c", Some("pro"), "deleted");
    add(c, "user_d", Some("free"), "pending_deletion");
    add_local(c, "user_d", "admin");
    add(c, "user_e", Some("pro"), "active");
    add_local(c, "user_e", "user");
}

fn listed(c: &mut Connection, limit: u32) -> Vec<(String, String)> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let members = Flags::list_members(c, after, limit).unwrap();
        let Some(last) = members.last() else { return all };
        assert!(last.number > after);
        after = last.number;
        all.extend(members.into_iter().map(|member| (member.user_id, member.tier)));
    }
}

#[test]
fn users_come_in_parts_with_the_tier_that_counts() {
    for_each_backend(|c| {
        people(c);
        let expected = [("user_a", "free"), ("user_b", "pro"), ("user_d", "admin"), ("user_e", "pro")]
            .map(|(id, tier)| (id.to_owned(), tier.to_owned()));
        for limit in [1, 2, 3, 100] {
            assert_eq!(listed(c, limit), expected, "{limit} at a time");
        }
        diesel::update(tiers::table.filter(tiers::tier_name.eq("pro")))
            .set(tiers::is_active.eq(false))
            .execute(c)
            .unwrap();
        let tiers: Vec<String> = listed(c, 100).into_iter().map(|(_, tier)| tier).collect();
        assert_eq!(tiers, ["free", "free", "admin", "free"], "a disabled tier counts as the next lower one");
    });
}

#[test]
fn a_flags_reach_is_counted_over_all_users() {
    for_each_backend(|c| {
        people(c);
        let new = NewFlag {
            flag_name: "beta".into(),
            enabled: false,
            rollout_percentage: Rollout::FULL,
            target_tiers: vec!["pro".into()],
            target_users: vec!["user_a".into()],
            description: None,
            created_by: "user_a".into(),
            created_at: Timestamp::from_micros(NOW),
        };
        let id = Flags::insert(c, &new).unwrap().id;
        assert_eq!(c.find_flag(id).unwrap().map(|flag| flag.flag_name).as_deref(), Some("beta"));
        assert_eq!(c.find_flag(FlagId(id.0 + 1)).unwrap(), None);
        let query = CountReach { id, rollout_percentage: None, target_tiers: None, target_users: None };
        let reach = query.run(c, &context_of("boss", [Permission::AdminRead])).unwrap();
        assert_eq!((reach.reached, reach.users, reach.enabled), (3, 4, false));
    });
}
