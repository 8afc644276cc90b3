//! `skill.publish`

use std::cmp::Ordering;

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, Together, UserId,
};
use schemars::JsonSchema;
use semver::Version;
use serde::Deserialize;

use super::fields;
use super::index::IndexEntry;
use super::model::{self, NewSkill, NewVersion, Skill, SkillCategory, SkillChanges};
use super::port::Skills;
use crate::packages::Package;
use crate::slug;

/// Publishes a skill, or a new version of one's own skill.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishSkill {
    /// Slug of the skill; made from the name when omitted. One's own skill of that slug gets a new version.
    #[serde(default)]
    pub slug: Option<String>,
    /// One line of at most 120 characters.
    pub name: String,
    /// At most 4,000 characters, in several lines.
    #[schemars(extend("x-multiline" = true))]
    pub description: String,
    /// Slug of the category.
    pub category: String,
    /// 0 for a free skill, else 50 to 100,000,000 US cents, for which a Stripe account must be connected.
    pub price_cents: i64,
    /// A semantic version, greater than the newest one.
    pub version: String,
    /// The package, which was looked into and kept before.
    pub package: Package,
}

impl Operation for PublishSkill {
    const NAME: &'static str = "skill.publish";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Skills;
    type Output = Skill;

    fn resource_id(&self) -> Option<String> {
        slug::chosen("skill", self.slug.as_deref(), &self.name).ok()
    }
}

impl Command for PublishSkill {
    fn run(&self, skills: &mut Self::Repository, cx: &Context) -> Result<Change<Skill>> {
        let seller = self.seller(skills, cx)?;
        let (slug, name, description, version, category) = (
            slug::chosen("skill", self.slug.as_deref(), &self.name),
            fields::name(&self.name),
            fields::description(&self.description),
            model::version(&self.version),
            fields::category(skills, &self.category),
        )
            .together()?;
        let checked = Checked { slug, name, description, version, category };
        match skills.lock_skill(&checked.slug)? {
            None => self.add(skills, checked, seller, cx),
            Some(skill) if skill.seller_id.as_ref() == Some(seller) => self.renew(skills, &skill, checked, cx),
            Some(_) => Err(Error::conflict("this slug is taken: choose another with the field slug")),
        }
    }
}

/// The input, once it makes sense.
struct Checked {
    slug: String,
    name: String,
    description: String,
    version: Version,
    category: SkillCategory,
}

impl Checked {
    fn index(&self) -> IndexEntry {
        IndexEntry::of(&self.name, &self.slug, &self.description, &self.category)
    }
}

impl PublishSkill {
    /// The refusal of whoever is no seller, which may come before the package is read.
    #[must_use]
    pub fn not_a_seller() -> Error {
        Error::forbidden("only sellers may publish skills: become one with POST /v1/sellers/connect")
    }

    /// Whoever is calling, if they may sell at this price.
    fn seller<'a>(&self, skills: &mut dyn Skills, cx: &'a Context) -> Result<&'a UserId> {
        let user = cx.caller.user_id.as_ref().ok_or_else(Self::not_a_seller)?;
        let seller = skills.find_publisher(user)?.ok_or_else(Self::not_a_seller)?;
        if fields::price(self.price_cents)? > 0 && !seller.is_connected {
            return Err(Error::conflict(
                "a paid skill needs a connected Stripe account: connect one with POST /v1/sellers/connect, \
                 or set price_cents to 0",
            ));
        }
        Ok(user)
    }

    fn add(&self, skills: &mut dyn Skills, checked: Checked, seller: &UserId, cx: &Context) -> Result<Change<Skill>> {
        let index = checked.index();
        let new = NewSkill {
            slug: checked.slug,
            name: checked.name,
            description: checked.description,
            category: checked.category.id,
            price_cents: self.price_cents,
            version: Some(checked.version.to_string()),
            seller_id: Some(seller.clone()),
            origin: None,
            created_at: cx.now,
        };
        let skill = skills.insert_skill(&new, &index)?;
        skills.insert_version(skill.id, &self.put_away(&checked.version, cx))?;
        Ok(Change::of(Self::RESOURCE, &skill.slug).after(&skill).returning(skill))
    }

    fn renew(&self, skills: &mut dyn Skills, before: &Skill, checked: Checked, cx: &Context) -> Result<Change<Skill>> {
        if let Some(newest) = &before.version {
            let known = Version::parse(newest).map_err(Error::internal)?;
            // Build metadata makes no version newer than another (semver.org, 10).
            if checked.version.cmp_precedence(&known) != Ordering::Greater {
                return Err(Error::conflict(format!("the version must be greater than {newest}, the newest one")));
            }
        }
        let index = checked.index();
        let changes = SkillChanges {
            name: checked.name,
            description: checked.description,
            category: checked.category.id,
            price_cents: self.price_cents,
            version: checked.version.to_string(),
            updated_at: cx.now,
        };
        skills.insert_version(before.id, &self.put_away(&checked.version, cx))?;
        let after = skills.set_skill(before.id, &changes, &index)?;
        Ok(Change::of(Self::RESOURCE, &after.slug).before(before).after(&after).returning(after))
    }

    fn put_away(&self, version: &Version, cx: &Context) -> NewVersion {
        NewVersion { version: version.to_string(), package: self.package.clone(), created_at: cx.now }
    }
}

#[cfg(test)]
#[path = "publish_tests.rs"]
mod tests;
