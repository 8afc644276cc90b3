//! Reads a skill.

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Skill;
use super::port::SkillListing;
use crate::slug;

/// Reads a skill that is offered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetSkill {
    /// Its name in URLs.
    pub slug: String,
}

impl Operation for GetSkill {
    const NAME: &'static str = "skill.get";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SkillListing;
    type Output = Skill;

    fn resource_id(&self) -> Option<String> {
        Some(self.slug.clone())
    }
}

impl Query for GetSkill {
    fn run(&self, listing: &mut Self::Repository, _: &Context) -> Result<Skill> {
        find(listing, &self.slug)
    }
}

/// The skill of this slug; what is no slug names nothing.
pub(super) fn find(listing: &mut dyn SkillListing, slug: &str) -> Result<Skill> {
    let not_found = || Error::not_found("Skill");
    let slug = slug::parse("slug", slug).map_err(|_| not_found())?;
    listing.find_skill(&slug)?.ok_or_else(not_found)
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockSkillListing;
    use super::super::samples::skill;
    use super::*;

    #[test]
    fn it_is_there_or_not() {
        for slug in ["a", "b", "A", "", "a\0", "../a", "' OR 1=1"] {
            let mut listing = MockSkillListing::new();
            listing.expect_find_skill().returning(|slug| Ok((slug == "a").then(|| skill("a"))));
            let result = GetSkill { slug: slug.into() }.run(&mut listing, &context_of("", []));
            match slug {
                "a" => assert_eq!(result.unwrap(), skill("a")),
                _ => assert!(matches!(result, Err(Error::NotFound(_))), "{slug:?}"),
            }
        }
    }
}
