//! `/admin/usage`.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use aedile_kernel::{Day, UserId};
use aedile_platform::usage::{GetUsage, UsageDay, UsageReport};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use super::wire::Succeeded;
use crate::call::Answer;
use crate::families::times::Zoned;

pub(super) async fn get(call: Call<GetUsage>) -> Answer {
    let Lookback { days } = call.query()?;
    let operation = GetUsage { user_id: UserId::parse(&call.segment("user_id")?)?, days };
    call.answer(operation, |report| (HttpResponse::Ok(), Succeeded::with(ReportBody::from(report)))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Lookback {
    #[serde(default = "a_month")]
    days: u32,
}

const fn a_month() -> u32 {
    30
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportBody {
    user_id: UserId,
    total: TotalBody,
    days: Vec<DayBody>,
    lookback_days: u32,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TotalBody {
    count: u64,
    first_seen: Option<Zoned>,
    last_seen: Option<Zoned>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct DayBody {
    date: Day,
    count: u64,
    routes: BTreeMap<String, u64>,
}

impl From<UsageReport> for ReportBody {
    fn from(report: UsageReport) -> Self {
        Self {
            user_id: report.user_id,
            total: TotalBody {
                count: report.total.count,
                first_seen: report.total.first_seen.map(Zoned::from),
                last_seen: report.total.last_seen.map(Zoned::from),
            },
            days: report
                .days
                .into_iter()
                .map(|UsageDay { date, count, routes }| DayBody { date, count, routes })
                .collect(),
            lookback_days: report.lookback_days,
        }
    }
}

#[cfg(test)]
mod tests {
    use aedile_platform::usage::UsageTotal;
    use serde_json::{json, to_value};

    use super::super::wire::tests::at;
    use super::*;

    #[test]
    fn the_body_is_the_documented_one() {
        let routes = [("/compile".to_owned(), 38), ("/validate".to_owned(), 4)].into();
        let report = UsageReport {
            user_id: UserId::parse("uuid").unwrap(),
            total: UsageTotal {
                count: 1234,
                first_seen: Some(at("2025-01-01T00:00:00Z")),
                last_seen: Some(at("2025-03-15T12:00:00Z")),
            },
            days: vec![UsageDay { date: "2025-03-15".parse().unwrap(), count: 42, routes }],
            lookback_days: 30,
        };
        assert_eq!(
            to_value(Succeeded::with(ReportBody::from(report))).unwrap(),
            json!({
                "success": true,
                "userId": "uuid",
                "total": {"count": 1234, "firstSeen": "2025-01-01T00:00:00Z", "lastSeen": "2025-03-15T12:00:00Z"},
                "days": [{"date": "2025-03-15", "count": 42, "routes": {"/compile": 38, "/validate": 4}}],
                "lookbackDays": 30,
            })
        );
    }

    #[test]
    fn the_lookback_is_a_month_unless_said_otherwise() {
        let days = |query| serde_urlencoded::from_str::<Lookback>(query).map(|lookback| lookback.days);
        assert_eq!((days("").unwrap(), days("days=7").unwrap()), (30, 7));
        for bad in ["days=-1", "days=x", "days=", "since=1"] {
            assert!(days(bad).is_err(), "{bad}");
        }
    }
}
