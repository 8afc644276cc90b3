//! Installations.

use aedile_catalog::installations::{Installations, InstalledSkill, NewInstallation};
use aedile_catalog::packages::Downloads;
use aedile_catalog::skills::Source;
use aedile_catalog::{InstallationId, SkillId};
use aedile_kernel::{Result, Timestamp, UserId};
use diesel::prelude::*;

use super::{is_offered, skills_rows};
use crate::connection::Connection;
use crate::error::{DriverResult, exactly};
use crate::read;
use crate::schema::catalog::skills;
use crate::schema::community::installations;
use crate::schema::users::users;

impl Installations for Connection {
    fn find_skill(&mut self, slug: &str) -> Result<Option<InstalledSkill>> {
        let row: Option<(i64, String, i64, Option<String>)> = skills::table
            .left_join(users::table.on(users::id.nullable().eq(skills::seller_id)))
            .filter(skills::slug.eq(slug))
            .filter(is_offered())
            .select((skills::id, skills::source, skills::price_cents, skills::seller_id))
            .first(self)
            .optional()
            .db()?;
        row.map(|(id, source, price_cents, seller_id)| {
            let source: Source = skills_rows::source(&source)?;
            let seller_id = seller_id.as_deref().map(|id| read::user_id("skills", "seller_id", id)).transpose()?;
            Ok(InstalledSkill { id: SkillId(id), source, price_cents, seller_id })
        })
        .transpose()
    }

    fn owns(&mut self, user: &UserId, skill: SkillId) -> Result<bool> {
        Downloads::owns(self, user, skill)
    }

    fn find(&mut self, installation: &NewInstallation) -> Result<Option<InstallationId>> {
        let mut same = installations::table
            .filter(installations::user_id.eq(installation.user_id.as_str()))
            .filter(installations::skill_id.eq(installation.skill_id.0))
            .select(installations::id)
            .into_boxed();
        same = match &installation.version {
            Some(version) => same.filter(installations::version.eq(version)),
            None => same.filter(installations::version.is_null()),
        };
        same = match &installation.source {
            Some(source) => same.filter(installations::source.eq(source)),
            None => same.filter(installations::source.is_null()),
        };
        same = match &installation.client {
            Some(client) => same.filter(installations::client.eq(client)),
            None => same.filter(installations::client.is_null()),
        };
        let id: Option<i64> = same.first(self).optional().db()?;
        Ok(id.map(InstallationId))
    }

    fn count_anonymous(&mut self, skill: SkillId) -> Result<()> {
        let counted = diesel::update(skills::table.find(skill.0)).set(skills::installs.eq(skills::installs + 1));
        exactly(1, counted.execute(self).db()?)
    }

    fn insert(&mut self, installation: &NewInstallation, now: Timestamp) -> Result<InstallationId> {
        let id: i64 = diesel::insert_into(installations::table)
            .values((
                installations::skill_id.eq(installation.skill_id.0),
                installations::user_id.eq(installation.user_id.as_str()),
                installations::version.eq(&installation.version),
                installations::source.eq(&installation.source),
                installations::client.eq(&installation.client),
                installations::created_at.eq(now.as_micros()),
            ))
            .returning(installations::id)
            .get_result(self)
            .db()?;
        Ok(InstallationId(id))
    }
}
