//! Skills, for those who publish them.

use aedile_catalog::skills::{
    CURRENCY, IndexEntry, NewSkill, NewVersion, Origin, Publisher, Skill, SkillCategory, SkillChanges, Skills, Source,
};
use aedile_catalog::{CategoryId, SkillId};
use aedile_kernel::{Error, Result, UserId};
use diesel::prelude::*;

use super::{skills_rows, skills_search};
use crate::connection::{Connection, on_postgres};
use crate::error::{DriverResult, exactly};
use crate::schema::catalog::{categories, skill_versions, skills, slugs};
use crate::schema::users::users;

/// What `slugs` says of the slug of a skill.
const KIND: &str = "skill";

impl Skills for Connection {
    fn find_publisher(&mut self, user: &UserId) -> Result<Option<Publisher>> {
        let account: Option<Option<String>> = users::table
            .filter(users::id.eq(user.as_str()))
            .filter(users::tos_accepted_at.is_not_null())
            .filter(users::seller_slug.is_not_null())
            .select(users::stripe_connect_id)
            .first(self)
            .optional()
            .db()?;
        Ok(account.map(|account| Publisher { is_connected: account.is_some() }))
    }

    fn hold_category(&mut self, slug: &str) -> Result<Option<SkillCategory>> {
        let query = categories::table.filter(categories::slug.eq(slug)).select(category_columns());
        let row: Option<CategoryRow> = match self {
            Self::Sqlite(c) => query.first(c),
            Self::Postgres(c) => query.for_share().first(c),
        }
        .optional()
        .db()?;
        Ok(row.map(into_category))
    }

    fn lock_skill(&mut self, slug: &str) -> Result<Option<Skill>> {
        let row = skills::table.filter(skills::slug.eq(slug)).select(skills::id);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        skills_rows::find(self, slug)
    }

    fn find_imported(&mut self, registry: &str, external_id: &str) -> Result<Option<String>> {
        let imported = skills::table
            .filter(skills::registry.eq(registry))
            .filter(skills::external_id.eq(external_id))
            .select(skills::slug);
        imported.first(self).optional().db()
    }

    fn insert_skill(&mut self, skill: &NewSkill, index: &IndexEntry) -> Result<Skill> {
        diesel::insert_into(slugs::table)
            .values((slugs::slug.eq(&skill.slug), slugs::kind.eq(KIND)))
            .execute(self)
            .db_unique("this slug is taken: choose another with the field slug")?;
        let origin = skill.origin.as_ref();
        let source = if origin.is_some() { Source::External } else { Source::Native };
        let id: i64 = diesel::insert_into(skills::table)
            .values((
                skills::slug.eq(&skill.slug),
                skills::name.eq(&skill.name),
                skills::description.eq(&skill.description),
                skills::category_id.eq(skill.category.0),
                skills::price_cents.eq(skill.price_cents),
                skills::currency.eq(CURRENCY),
                skills::seller_id.eq(skill.seller_id.as_ref().map(UserId::as_str)),
                skills::source.eq(source.as_str()),
                skills::registry.eq(origin.map(|origin: &Origin| origin.registry.as_str())),
                skills::external_id.eq(origin.map(|origin| origin.external_id.as_str())),
                skills::upstream_owner_email.eq(origin.and_then(|origin| origin.owner_email.as_deref())),
                skills::version.eq(&skill.version),
                skills::created_at.eq(skill.created_at.as_micros()),
                skills::updated_at.eq(skill.created_at.as_micros()),
            ))
            .returning(skills::id)
            .get_result(self)
            .db_unique("this skill of the registry was imported before")?;
        skills_search::insert(self, id, index)?;
        written(self, &skill.slug)
    }

    fn set_skill(&mut self, id: SkillId, changes: &SkillChanges, index: &IndexEntry) -> Result<Skill> {
        let slug: String = diesel::update(skills::table.find(id.0))
            .set((
                skills::name.eq(&changes.name),
                skills::description.eq(&changes.description),
                skills::category_id.eq(changes.category.0),
                skills::price_cents.eq(changes.price_cents),
                skills::version.eq(&changes.version),
                skills::source.eq(Source::Native.as_str()),
                skills::updated_at.eq(changes.updated_at.as_micros()),
            ))
            .returning(skills::slug)
            .get_result(self)
            .db()?;
        skills_search::update(self, id.0, index)?;
        written(self, &slug)
    }

    fn insert_version(&mut self, id: SkillId, version: &NewVersion) -> Result<()> {
        let package = &version.package;
        let inserted = diesel::insert_into(skill_versions::table)
            .values((
                skill_versions::skill_id.eq(id.0),
                skill_versions::version.eq(&version.version),
                skill_versions::artifact.eq(&package.artifact),
                skill_versions::sha256.eq(&package.sha256),
                skill_versions::size_bytes.eq(package.size_bytes),
                skill_versions::entries.eq(package.entries),
                skill_versions::created_at.eq(version.created_at.as_micros()),
            ))
            .execute(self)
            .db_unique("the skill has this version")?;
        exactly(1, inserted)
    }

    fn index_category(&mut self, category: CategoryId) -> Result<()> {
        let row: Option<CategoryRow> =
            categories::table.find(category.0).select(category_columns()).first(self).optional().db()?;
        let Some(category) = row.map(into_category) else { return Ok(()) };
        let rows: Vec<(i64, String, String, String)> = skills::table
            .filter(skills::category_id.eq(category.id.0))
            .select((skills::id, skills::name, skills::slug, skills::description))
            .load(self)
            .db()?;
        for (id, name, slug, description) in rows {
            skills_search::update(self, id, &IndexEntry::of(&name, &slug, &description, &category))?;
        }
        Ok(())
    }
}

type CategoryRow = (i64, String, String);

const fn category_columns() -> (categories::id, categories::name, categories::sample_keywords) {
    (categories::id, categories::name, categories::sample_keywords)
}

fn into_category((id, name, sample_keywords): CategoryRow) -> SkillCategory {
    SkillCategory { id: CategoryId(id), name, sample_keywords }
}

/// The skill that was just written.
fn written(connection: &mut Connection, slug: &str) -> Result<Skill> {
    skills_rows::find(connection, slug)?.ok_or_else(|| Error::internal("a skill was written and is not there"))
}
