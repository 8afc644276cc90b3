//! The packages of skills, for those who hand them out.

use aedile_catalog::SkillId;
use aedile_catalog::skills::{SkillVersions, StoredVersion};
use aedile_kernel::Result;
use diesel::prelude::*;

use crate::connection::{Backend, Connection};
use crate::error::{DriverResult, exactly};
use crate::read;
use crate::schema::catalog::{skill_versions, skills};

#[derive(Queryable, Selectable)]
#[diesel(table_name = skill_versions, check_for_backend(Backend))]
struct PackageRow {
    skill_id: i64,
    version: String,
    artifact: String,
    sha256: String,
    size_bytes: i64,
}

impl SkillVersions for Connection {
    fn find_version(&mut self, slug: &str, version: Option<&str>) -> Result<Option<StoredVersion>> {
        type Row = (PackageRow, i64, Option<String>);
        let query = skill_versions::table
            .inner_join(skills::table.on(skills::id.eq(skill_versions::skill_id)))
            .filter(skills::slug.eq(slug))
            .filter(skills::is_active.eq(true))
            .into_boxed();
        let query = match version {
            Some(version) => query.filter(skill_versions::version.eq(version)),
            None => query.filter(skills::version.eq(skill_versions::version.nullable())),
        };
        let columns = (PackageRow::as_select(), skills::price_cents, skills::seller_id);
        let row: Option<Row> = query.select(columns).first(self).optional().db()?;
        row.map(|(package, price_cents, seller_id)| {
            Ok(StoredVersion {
                skill_id: SkillId(package.skill_id),
                version: package.version,
                artifact: package.artifact,
                sha256: package.sha256,
                size_bytes: package.size_bytes,
                price_cents,
                seller_id: seller_id.as_deref().map(|id| read::user_id("skills", "seller_id", id)).transpose()?,
            })
        })
        .transpose()
    }

    fn count_download(&mut self, id: SkillId) -> Result<()> {
        let counted =
            diesel::update(skills::table.find(id.0)).set(skills::downloads.eq(skills::downloads + 1)).execute(self);
        exactly(1, counted.db()?)
    }
}
