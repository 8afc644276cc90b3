//! Reads the audit trail.

use aedile_kernel::{
    Authority, Context, Effect, Error, Operation, Page, PageRequest, Permission, Query, ReadCost, Result, Status,
    Timestamp, text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{AuditFilter, AuditRow};
use super::port::AuditTrail;

/// Lists the audit log, newest first: who changed what, when and from where, and what was refused.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListAudit {
    /// Filters by actor: a user's ID, `admin-key`, `console` or `system`.
    #[serde(default)]
    pub actor_id: Option<String>,
    /// Filters by action, e.g. `tier.update`.
    #[serde(default)]
    pub action: Option<String>,
    /// Filters by resource type, e.g. `feature_flag`.
    #[serde(default)]
    pub resource_type: Option<String>,
    /// Filters by resource ID.
    #[serde(default)]
    pub resource_id: Option<String>,
    /// Filters by result.
    #[serde(default)]
    pub status: Option<Status>,
    /// Start of the time range, inclusive.
    #[serde(default)]
    pub since: Option<Timestamp>,
    /// End of the time range, exclusive.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListAudit {
    const NAME: &'static str = "audit.list";
    const PERMISSION: Permission = Permission::AuditRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "audit_log";
    type Repository = dyn AuditTrail;
    type Output = Page<AuditRow>;
}

impl Query for ListAudit {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, trail: &mut Self::Repository, _: &Context) -> Result<Page<AuditRow>> {
        if !(1..=PageRequest::MAX_LIMIT).contains(&self.page.limit) {
            return Err(Error::invalid("limit", "must be between 1 and 100"));
        }
        trail.list(&self.filter()?, &self.page)
    }
}

impl ListAudit {
    fn filter(&self) -> Result<AuditFilter> {
        Ok(AuditFilter {
            actor_id: term("actor_id", self.actor_id.as_deref())?,
            action: term("action", self.action.as_deref())?,
            resource_type: term("resource_type", self.resource_type.as_deref())?,
            resource_id: term("resource_id", self.resource_id.as_deref())?,
            status: self.status,
            since: self.since,
            until: self.until,
        })
    }
}

fn term(field: &'static str, text: Option<&str>) -> Result<Option<String>> {
    text.map(|text| text::line(field, text, 255)).transpose()
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Position;
    use aedile_kernel::mock::context_of;
    use serde_json::json;

    use super::*;
    use crate::trail::MockAuditTrail;

    fn list(input: serde_json::Value) -> ListAudit {
        serde_json::from_value(input).unwrap()
    }

    fn run(query: &ListAudit, trail: &mut MockAuditTrail) -> Result<Page<AuditRow>> {
        query.run(trail, &context_of("user_a", [Permission::AuditRead]))
    }

    #[test]
    fn filters_and_page_reach_the_store() {
        let mut trail = MockAuditTrail::new();
        let expected = AuditFilter {
            action: Some("tier.update".into()),
            status: Some(Status::Denied),
            since: Some(Timestamp::parse("t", "2025-01-01T00:00:00Z").unwrap()),
            ..AuditFilter::default()
        };
        trail
            .expect_list()
            .once()
            .withf(move |filter, page| *filter == expected && page.limit == 20 && page.position == Position::Offset(40))
            .returning(|_, _| Ok(Page { items: vec![], total: Some(0), next: None }));
        let query = list(json!({
            "action": "tier.update", "status": "denied", "since": "2025-01-01T00:00:00Z",
            "page": {"limit": 20, "offset": 40},
        }));
        assert_eq!(run(&query, &mut trail).unwrap().total, Some(0));
    }

    #[test]
    fn without_anything_the_first_page_of_all_rows_is_meant() {
        let mut trail = MockAuditTrail::new();
        trail
            .expect_list()
            .once()
            .withf(|filter, page| *filter == AuditFilter::default() && *page == PageRequest::first())
            .returning(|_, _| Ok(Page { items: vec![], total: Some(0), next: None }));
        run(&list(json!({})), &mut trail).unwrap();
    }

    #[test]
    fn a_page_is_bounded_through_every_door() {
        for limit in [0, 101, u32::MAX] {
            assert!(serde_json::from_value::<ListAudit>(json!({"page": {"limit": limit}})).is_err(), "{limit}");
            let mut query = list(json!({}));
            query.page.limit = limit;
            assert!(run(&query, &mut MockAuditTrail::new()).is_err(), "{limit}");
        }
    }

    #[test]
    fn c_45_filters_are_the_listed_ones_and_plain_text() {
        assert!(serde_json::from_value::<ListAudit>(json!({"order_by": "id; DROP TABLE users"})).is_err());
        for text in ["", "a\0b", "a\nb", &"x".repeat(256)] {
            assert!(run(&list(json!({"actor_id": text})), &mut MockAuditTrail::new()).is_err(), "{text:?}");
        }
    }
}
