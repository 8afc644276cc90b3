//! `credit_event.list`

use aedile_kernel::{
    Authority, Context, Effect, Error, Operation, Page, PageRequest, Permission, Query, ReadCost, Result, UserId,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::CreditEvent;
use super::port::Plans;

/// Lists the changes of a user's plan credits, newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListCreditEvents {
    /// ID of the user.
    pub user_id: UserId,
    /// Which part; of 200 rows at most.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

const GREATEST_LIMIT: u32 = 200;

impl Operation for ListCreditEvents {
    const NAME: &'static str = "credit_event.list";
    const PERMISSION: Permission = Permission::BillingRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::OperatorKey, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Plans;
    type Output = Page<CreditEvent>;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

impl Query for ListCreditEvents {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, plans: &mut Self::Repository, _: &Context) -> Result<Page<CreditEvent>> {
        if !(1..=GREATEST_LIMIT).contains(&self.page.limit) {
            return Err(Error::invalid("limit", "must be between 1 and 200"));
        }
        if !plans.is_known(&self.user_id)? {
            return Err(Error::not_found("User"));
        }
        plans.list_events(&self.user_id, &self.page)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::memory::{MemoryPlans, day, stranger, user};
    use super::*;

    #[test]
    fn as_many_are_listed_as_asked_for() {
        let mut plans = MemoryPlans::on("free", 30, day(-1));
        let mut list = |user_id, limit| {
            let query = ListCreditEvents { user_id, page: PageRequest { limit, ..PageRequest::first() } };
            assert_eq!(query.resource_id(), Some(query.user_id.to_string()));
            query.run(&mut plans, &context_of("user_root", [])).map(|events| (events.items.len(), plans.events_asked))
        };
        assert_eq!(list(user(), 50).unwrap(), (1, Some(50)));
        for limit in [1, 200] {
            assert_eq!(list(user(), limit).unwrap().1, Some(limit));
        }
        for limit in [0, 201, u32::MAX] {
            assert!(matches!(list(user(), limit), Err(Error::Invalid(_))), "{limit}");
        }
        assert!(matches!(list(stranger(), 50), Err(Error::NotFound(_))));
    }
}
