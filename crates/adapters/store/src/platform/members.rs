//! Users as flags see them.

use aedile_kernel::{GatewayDefault, Result};
use aedile_platform::flags::Member;
use aedile_rbac::gateway::{GatewayRules, RuleSet};
use aedile_rbac::principal::{LocalRole, effective_tier};
use aedile_rbac::tiers::Tiers;
use diesel::prelude::*;

use crate::connection::Connection;
use crate::error::DriverResult;
use crate::read;
use crate::schema::users::{local_users, users};

type Row = (i64, String, Option<String>, Option<String>);

/// A part of them, in the order of their numbers.
pub(super) fn list(connection: &mut Connection, after: i64, limit: u32) -> Result<Vec<Member>> {
    // What a disabled tier counts as, the gateway knows; overrides have no say in it.
    let rules =
        GatewayRules::compile(RuleSet { tiers: connection.list_tiers()?, ..RuleSet::default() }, GatewayDefault::Allow);
    let rows: Vec<Row> = users::table
        .left_join(local_users::table.on(local_users::user_id.eq(users::id)))
        .filter(users::number.gt(after))
        .filter(users::status.ne("deleted"))
        .order(users::number)
        .limit(limit.into())
        .select((users::number, users::id, users::tier, local_users::role.nullable()))
        .load(connection)
        .db()?;
    let member = |(number, user_id, tier, role): Row| {
        let is_admin = role.as_deref().map(read::local_role).transpose()? == Some(LocalRole::Admin);
        let tier = rules.effective_tier_name(effective_tier(tier.as_deref(), is_admin)).to_owned();
        Ok(Member { number, user_id, tier })
    };
    rows.into_iter().map(member).collect()
}
