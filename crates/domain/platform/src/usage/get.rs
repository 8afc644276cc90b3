//! `usage.get`

use std::collections::BTreeMap;

use aedile_kernel::{Authority, Context, Day, Effect, Error, Operation, Permission, Query, Result, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{RouteCount, UsageDay, UsageReport};
use super::port::Usage;

const DEFAULT_DAYS: u32 = 30;
const MAX_DAYS: u32 = 90;

/// Shows a user's API usage by route and day, and in total.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetUsage {
    /// ID of the user; one who never called has no usage.
    pub user_id: UserId,
    /// Days to include, counting today: 1 to 90, default 30.
    #[serde(default = "default_days")]
    pub days: u32,
}

fn default_days() -> u32 {
    DEFAULT_DAYS
}

impl GetUsage {
    /// The longest lookback, behind which days need not be kept.
    pub const MAX_DAYS: u32 = MAX_DAYS;
}

impl Operation for GetUsage {
    const NAME: &'static str = "usage.get";
    const PERMISSION: Permission = Permission::MetricsRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Usage;
    type Output = UsageReport;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

impl Query for GetUsage {
    fn run(&self, usage: &mut Self::Repository, cx: &Context) -> Result<UsageReport> {
        if !(1..=MAX_DAYS).contains(&self.days) {
            return Err(Error::invalid("days", "must be between 1 and 90"));
        }
        let since = Day::of(cx.now).minus(self.days.saturating_sub(1));
        Ok(UsageReport {
            user_id: self.user_id.clone(),
            total: usage.find_total(&self.user_id)?.unwrap_or_default(),
            days: by_day(usage.list_routes(&self.user_id, since)?),
            lookback_days: self.days,
        })
    }
}

/// The counts of each day together, the newest first.
fn by_day(counts: Vec<RouteCount>) -> Vec<UsageDay> {
    let mut days: BTreeMap<Day, UsageDay> = BTreeMap::new();
    for RouteCount { date, route, count } in counts {
        let day = days.entry(date).or_insert_with(|| UsageDay { date, count: 0, routes: BTreeMap::new() });
        day.count = day.count.saturating_add(count);
        day.routes.insert(route, count);
    }
    days.into_values().rev().collect()
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::{NOW, context_of};
    use serde_json::json;

    use super::super::model::UsageTotal;
    use super::super::port::MockUsage;
    use super::*;

    fn get(json: serde_json::Value, usage: &mut MockUsage) -> Result<UsageReport> {
        serde_json::from_value::<GetUsage>(json).unwrap().run(usage, &context_of("user_admin", []))
    }

    fn count(date: &str, route: &str, count: u64) -> RouteCount {
        RouteCount { date: date.parse().unwrap(), route: route.into(), count }
    }

    #[test]
    fn days_come_newest_first_with_their_sums() {
        let seen = Timestamp::from_micros(NOW);
        let mut usage = MockUsage::new();
        usage.expect_find_total().returning(move |_| {
            Ok(Some(UsageTotal { count: 1_234, first_seen: Some(seen.plus_seconds(-9)), last_seen: Some(seen) }))
        });
        usage.expect_list_routes().returning(|_, _| {
            Ok(vec![count("2026-01-13", "/a", 1), count("2026-01-15", "/compile", 38), count("2026-01-15", "/v", 4)])
        });
        let report = get(json!({"user_id": "u"}), &mut usage).unwrap();
        assert_eq!(
            serde_json::to_value(&report).unwrap(),
            json!({
                "user_id": "u",
                "total": {"count": 1234, "first_seen": "2026-01-15T10:29:51Z", "last_seen": "2026-01-15T10:30:00Z"},
                "days": [
                    {"date": "2026-01-15", "count": 42, "routes": {"/compile": 38, "/v": 4}},
                    {"date": "2026-01-13", "count": 1, "routes": {"/a": 1}},
                ],
                "lookback_days": 30,
            })
        );
    }

    #[test]
    fn today_is_the_first_of_the_days() {
        for (days, since) in [(1, "2026-01-15"), (2, "2026-01-14"), (30, "2025-12-17"), (90, "2025-10-18")] {
            let mut usage = MockUsage::new();
            usage.expect_find_total().returning(|_| Ok(None));
            let since: Day = since.parse().unwrap();
            usage.expect_list_routes().withf(move |_, day| *day == since).times(1).returning(|_, _| Ok(Vec::new()));
            assert_eq!(get(json!({"user_id": "u", "days": days}), &mut usage).unwrap().lookback_days, days);
        }
    }

    #[test]
    fn who_never_called_has_made_no_call() {
        let mut usage = MockUsage::new();
        usage.expect_find_total().returning(|_| Ok(None));
        usage.expect_list_routes().returning(|_, _| Ok(Vec::new()));
        let report = get(json!({"user_id": "nobody"}), &mut usage).unwrap();
        assert_eq!((report.total, report.days.len()), (UsageTotal::default(), 0));
    }

    #[test]
    fn the_lookback_has_bounds() {
        for days in [0, 91, u32::MAX] {
            assert!(get(json!({"user_id": "u", "days": days}), &mut MockUsage::new()).is_err(), "{days}");
        }
    }
}
