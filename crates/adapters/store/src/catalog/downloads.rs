//! The packages of skills, for those who hand them out.

use aedile_catalog::SkillId;
use aedile_catalog::packages::{DownloadCount, Downloads, Offer, Package};
use aedile_kernel::{Result, UserId};
use diesel::prelude::*;

use super::is_offered;
use crate::billing::has_licence;
use crate::connection::{Backend, Connection};
use crate::error::DriverResult;
use crate::read;
use crate::schema::catalog::{skill_versions, skills};
use crate::schema::users::users;

#[derive(Queryable, Selectable)]
#[diesel(table_name = skill_versions, check_for_backend(Backend))]
struct PackageRow {
    artifact: String,
    sha256: String,
    size_bytes: i64,
    entries: i64,
}

impl Downloads for Connection {
    fn find_offer(&mut self, slug: &str) -> Result<Option<Offer>> {
        type Row = (i64, Option<String>, i64, bool, Option<String>);
        let row: Option<Row> = skills::table
            .left_join(users::table.on(users::id.nullable().eq(skills::seller_id)))
            .filter(skills::slug.eq(slug))
            .select((skills::id, skills::seller_id, skills::price_cents, is_offered(), skills::version))
            .first(self)
            .optional()
            .db()?;
        row.map(|(id, seller_id, price_cents, is_active, version)| {
            let seller_id = seller_id.as_deref().map(|id| read::user_id("skills", "seller_id", id)).transpose()?;
            Ok(Offer { skill_id: SkillId(id), seller_id, price_cents, is_active, version })
        })
        .transpose()
    }

    fn find_package(&mut self, skill_id: SkillId, version: &str) -> Result<Option<Package>> {
        let of_version = skill_versions::skill_id.eq(skill_id.0).and(skill_versions::version.eq(version));
        let query = skill_versions::table.filter(of_version).select(PackageRow::as_select());
        let row: Option<PackageRow> = query.first(self).optional().db()?;
        Ok(row.map(|PackageRow { artifact, sha256, size_bytes, entries }| Package {
            artifact,
            sha256,
            size_bytes,
            entries,
        }))
    }

    fn owns(&mut self, user: &UserId, skill_id: SkillId) -> Result<bool> {
        has_licence(self, user, skill_id.0)
    }

    fn add_downloads(&mut self, batch: &[DownloadCount]) -> Result<()> {
        let mut batch: Vec<&DownloadCount> = batch.iter().collect();
        batch.sort_by_key(|download| download.skill_id);
        for DownloadCount { skill_id, count } in batch {
            let counted = skills::downloads.eq(skills::downloads + *count);
            diesel::update(skills::table.find(skill_id.0)).set(counted).execute(self).db()?;
        }
        Ok(())
    }
}
