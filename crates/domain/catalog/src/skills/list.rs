//! Lists the skills.

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::filter::{SkillFilter, bounded};
use super::model::Skill;
use super::port::SkillListing;

/// Lists the skills that are offered, the newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSkills {
    /// Only those of the category of this slug.
    #[serde(default)]
    pub category: Option<String>,
    /// Only those of the seller of this slug.
    #[serde(default)]
    pub seller: Option<String>,
    /// Only those that cost so much or more.
    #[serde(default)]
    pub min_price_cents: Option<i64>,
    /// Only those that cost so much or less.
    #[serde(default)]
    pub max_price_cents: Option<i64>,
    /// Which part; the first 50 when left out.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListSkills {
    const NAME: &'static str = "skill.list";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SkillListing;
    type Output = Page<Skill>;
}

impl Query for ListSkills {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, listing: &mut Self::Repository, _: &Context) -> Result<Page<Skill>> {
        let filter = SkillFilter {
            category: self.category.clone(),
            seller: self.seller.clone(),
            min_price_cents: self.min_price_cents,
            max_price_cents: self.max_price_cents,
        };
        listing.list_skills(&filter.checked()?, bounded(&self.page)?)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use serde_json::json;

    use super::super::port::MockSkillListing;
    use super::super::samples::skill;
    use super::*;

    fn list(input: serde_json::Value, listing: &mut MockSkillListing) -> Result<Page<Skill>> {
        serde_json::from_value::<ListSkills>(input).unwrap().run(listing, &context_of("", []))
    }

    #[test]
    fn filters_and_page_reach_the_store() {
        let mut listing = MockSkillListing::new();
        let expected = SkillFilter {
            category: Some("documents".into()),
            seller: Some("ada".into()),
            min_price_cents: Some(1),
            max_price_cents: Some(2),
        };
        listing
            .expect_list_skills()
            .withf(move |filter, page| *filter == expected && page.limit == 7)
            .returning(|_, _| Ok(Page { items: vec![skill("a")], total: None, next: None }));
        let input = json!({
            "category": "documents", "seller": "ada", "min_price_cents": 1, "max_price_cents": 2,
            "page": {"limit": 7, "offset": 0},
        });
        assert_eq!(list(input, &mut listing).unwrap().items, [skill("a")]);
    }

    #[test]
    fn c_53_a_page_is_bounded() {
        for limit in [0, 101] {
            assert!(serde_json::from_value::<ListSkills>(json!({"page": {"limit": limit}})).is_err(), "{limit}");
            let mut list: ListSkills = serde_json::from_value(json!({})).unwrap();
            list.page.limit = limit;
            assert!(list.run(&mut MockSkillListing::new(), &context_of("", [])).is_err(), "{limit}");
        }
    }

    #[test]
    fn a_filter_that_makes_no_sense_is_refused() {
        assert!(list(json!({"min_price_cents": 2, "max_price_cents": 1}), &mut MockSkillListing::new()).is_err());
        assert!(list(json!({"category": "%"}), &mut MockSkillListing::new()).is_err());
    }
}
