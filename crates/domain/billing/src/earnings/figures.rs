//! `seller.earnings`, `seller.revenue` and `seller.skill_figures`

use aedile_kernel::{
    Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result, Timestamp,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Earnings, Period, SkillFigures};
use super::port::SellerBooks;
use crate::wallets::own;

/// Shows what the caller has earned in all.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetEarnings {}

impl Operation for GetEarnings {
    const NAME: &'static str = "seller.earnings";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SellerBooks;
    type Output = Earnings;
}

impl Query for GetEarnings {
    fn run(&self, books: &mut Self::Repository, cx: &Context) -> Result<Earnings> {
        books.earnings(own(cx)?, None)
    }
}

/// Shows what the caller has earned by the sales of a time, the last thirty days unless said.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetRevenue {
    /// From then on.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Before then.
    #[serde(default)]
    pub to: Option<Timestamp>,
}

impl Operation for GetRevenue {
    const NAME: &'static str = "seller.revenue";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SellerBooks;
    type Output = (Timestamp, Timestamp, Earnings);
}

impl Query for GetRevenue {
    fn run(&self, books: &mut Self::Repository, cx: &Context) -> Result<Self::Output> {
        let range = Period::new(self.from, self.to, cx.now)?;
        Ok((range.from, range.to, books.earnings(own(cx)?, Some(range))?))
    }
}

/// Lists the caller's skills with what they earned, the newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSkillFigures {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListSkillFigures {
    const NAME: &'static str = "seller.skill_figures";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SellerBooks;
    type Output = Page<SkillFigures>;
}

impl Query for ListSkillFigures {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, books: &mut Self::Repository, cx: &Context) -> Result<Page<SkillFigures>> {
        books.skills(own(cx)?, &self.page)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context, context_of};
    use aedile_kernel::{Caller, Timestamp};

    use super::super::model::{ActivityKind, Sale};
    use super::super::port::MockSellerBooks;
    use super::super::{Activity, BreakDownRevenue, BreakdownBy, BreakdownRow, ListSales, ListSellerActivity};
    use super::*;

    const SUMS: Earnings = Earnings { sales: 2, gross_cents: 1_000, fee_cents: 150, refunded_cents: 50 };

    /// The books of `user_a`; anybody else's are not asked for.
    fn books() -> MockSellerBooks {
        let mut books = MockSellerBooks::new();
        books.expect_earnings().withf(|seller, _| seller.as_str() == "user_a").returning(|_, _| Ok(SUMS));
        let row = |key: &str| BreakdownRow { key: key.into(), earnings: SUMS };
        books.expect_by_skill().returning(move |_, _| Ok(vec![row("a-skill")]));
        books.expect_by_day().returning(move |_, _| Ok(vec![row("2026-01-14"), row("2026-01-15")]));
        books.expect_skills().returning(|_, _| Ok(Page { items: vec![], total: Some(4), next: None }));
        books.expect_sales().returning(|_, _| Ok(Page::<Sale> { items: vec![], total: Some(5), next: None }));
        books.expect_activity().returning(|_, page| {
            let one = Activity {
                kind: ActivityKind::Sale,
                skill_slug: "a-skill".into(),
                amount_cents: None,
                rating: None,
                at: Timestamp::from_micros(0),
            };
            Ok(Page { items: vec![one; usize::try_from(page.limit).unwrap()], total: None, next: None })
        });
        books
    }

    #[test]
    fn sums_are_of_all_times_or_of_the_last_thirty_days() {
        let (cx, now) = (context_of("user_a", []), Timestamp::from_micros(NOW));
        assert_eq!(GetEarnings {}.run(&mut books(), &cx).unwrap(), SUMS);
        let revenue = GetRevenue { from: None, to: None }.run(&mut books(), &cx).unwrap();
        assert_eq!(revenue, (now.plus_seconds(-30 * 86_400), now, SUMS));
    }

    #[test]
    fn revenue_is_broken_down_as_asked() {
        let keys = |by| {
            let query = BreakDownRevenue { by, from: None, to: None };
            let rows = query.run(&mut books(), &context_of("user_a", [])).unwrap();
            rows.into_iter().map(|row| row.key).collect::<Vec<_>>()
        };
        assert_eq!(keys(BreakdownBy::Skill), ["a-skill"]);
        assert_eq!(keys(BreakdownBy::Day), ["2026-01-14", "2026-01-15"]);
        assert_eq!(keys(BreakdownBy::Month), ["2026-01"]);
    }

    #[test]
    fn lists_are_of_the_caller_alone() {
        let (cx, page) = (context_of("user_a", []), PageRequest::first);
        assert_eq!(ListSkillFigures { page: page() }.run(&mut books(), &cx).unwrap().total, Some(4));
        assert_eq!(ListSales { page: page() }.run(&mut books(), &cx).unwrap().total, Some(5));
        let operator = context(Caller::operator());
        assert!(ListSales { page: page() }.run(&mut books(), &operator).is_err());
        assert!(GetEarnings {}.run(&mut books(), &operator).is_err());
    }

    #[test]
    fn as_much_activity_is_listed_as_a_page_holds() {
        let count = |limit| {
            let page = PageRequest { limit, ..PageRequest::first() };
            let listed = ListSellerActivity { page }.run(&mut books(), &context_of("user_a", [])).unwrap();
            listed.items.len()
        };
        assert_eq!((count(50), count(1), count(100)), (50, 1, 100));
    }
}
