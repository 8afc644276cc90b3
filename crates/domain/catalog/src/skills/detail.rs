//! Reads all that there is to know of a skill.

use aedile_kernel::{Authority, Context, Effect, Operation, PageRequest, Permission, Query, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::filter::SkillFilter;
use super::get::find;
use super::model::{Rating, Seller, Skill, SkillVersion};
use super::port::SkillListing;
use crate::reviews::SkillReview;

/// The most reviews and related skills to show.
const FEW: u32 = 5;
/// The most versions to show.
const VERSIONS: u32 = 50;

/// Reads a skill with its seller, its latest reviews, its versions, how often it was installed, and its neighbours.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetSkillDetail {
    /// Its name in URLs.
    pub slug: String,
}

/// What reviewers say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RatedReviews {
    /// What they gave.
    pub rating: Rating,
    /// Up to five reviews, the newest first.
    pub latest: Vec<SkillReview>,
}

/// All that there is to know of a skill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SkillDetail {
    /// The skill.
    pub skill: Skill,
    /// Who sells it; `None` while nobody owns it.
    pub seller: Option<Seller>,
    /// What reviewers say.
    pub reviews: RatedReviews,
    /// Up to 50 versions, the newest first.
    pub versions: Vec<SkillVersion>,
    /// How many versions there are in all.
    pub version_count: u64,
    /// How often it was installed.
    pub installations: u64,
    /// Up to five other skills of its category, the newest first.
    pub related: Vec<Skill>,
}

impl Operation for GetSkillDetail {
    const NAME: &'static str = "skill.detail";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SkillListing;
    type Output = SkillDetail;

    fn resource_id(&self) -> Option<String> {
        Some(self.slug.clone())
    }
}

impl Query for GetSkillDetail {
    fn run(&self, listing: &mut Self::Repository, _: &Context) -> Result<SkillDetail> {
        let skill = find(listing, &self.slug)?;
        Ok(SkillDetail {
            seller: skill.seller.clone(),
            reviews: RatedReviews { rating: skill.rating, latest: listing.list_latest_reviews(skill.id, FEW)? },
            versions: listing.list_versions(skill.id, VERSIONS)?,
            version_count: listing.count_versions(skill.id)?,
            installations: listing.count_skill_installations(skill.id)?,
            related: related(listing, &skill)?,
            skill,
        })
    }
}

/// One more than are shown are read, since the skill itself may be among them.
fn related(listing: &mut dyn SkillListing, skill: &Skill) -> Result<Vec<Skill>> {
    let filter = SkillFilter { category: Some(skill.category.clone()), ..SkillFilter::default() };
    let page = listing.list_skills(&filter, &PageRequest { limit: FEW + 1, ..PageRequest::first() })?;
    let few = usize::try_from(FEW).unwrap_or(usize::MAX);
    Ok(page.items.into_iter().filter(|other| other.id != skill.id).take(few).collect())
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use aedile_kernel::{Error, Page};

    use super::super::port::MockSkillListing;
    use super::super::samples::skill;
    use super::*;
    use crate::id::SkillId;

    fn listing(neighbours: i64) -> MockSkillListing {
        let mut listing = MockSkillListing::new();
        listing.expect_find_skill().returning(|slug| Ok((slug == "a").then(|| skill("a"))));
        listing.expect_list_latest_reviews().withf(|id, limit| (id.0, *limit) == (7, 5)).returning(|_, _| Ok(vec![]));
        listing.expect_list_versions().returning(|_, _| Ok(vec![]));
        listing.expect_count_versions().returning(|_| Ok(51));
        listing.expect_count_skill_installations().returning(|_| Ok(3));
        listing.expect_list_skills().withf(|filter, _| filter.category.as_deref() == Some("documents")).returning(
            move |_, page| {
                let items = (1..=neighbours).map(|id| Skill { id: SkillId(id), ..skill("b") });
                Ok(Page { items: items.take(page.limit.try_into().unwrap()).collect(), total: None, next: None })
            },
        );
        listing
    }

    #[test]
    fn a_skill_is_not_its_own_neighbour() {
        for (neighbours, shown) in [(0, 0), (1, 1), (5, 5), (6, 5), (9, 5)] {
            let query = GetSkillDetail { slug: "a".into() };
            let detail = query.run(&mut listing(neighbours), &context_of("", [])).unwrap();
            assert_eq!(detail.related.len(), shown);
            assert!(detail.related.iter().all(|other| other.id != detail.skill.id));
            assert_eq!((detail.installations, &detail.seller), (3, &detail.skill.seller));
        }
    }

    #[test]
    fn an_unknown_skill_has_no_page() {
        let result = GetSkillDetail { slug: "b".into() }.run(&mut listing(0), &context_of("", []));
        assert!(matches!(result, Err(Error::NotFound(_))));
    }
}
