//! Claims.

use aedile_kernel::{AccountStatus, Cursor, Error, Page, PageRequest, Position, Result, Timestamp, UserId, email};
use aedile_moderation::claims::{Claim, ClaimId, ClaimStatus, Claimant, ClaimedSkill, Claims, NewClaim};
use diesel::prelude::*;

use crate::connection::{Backend, Connection, on_postgres};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::schema::catalog::skills;
use crate::schema::moderation::claims;
use crate::schema::users::users;
use crate::{page, read};

const EXTERNAL: &str = "external";

impl Claims for Connection {
    fn find_claimant(&mut self, user: &UserId) -> Result<Option<Claimant>> {
        let is_seller = users::tos_accepted_at.is_not_null().and(users::seller_slug.is_not_null());
        let row: Option<(bool, String, Option<String>, bool)> = users::table
            .filter(users::id.eq(user.as_str()))
            .select((is_seller, users::status, users::email, users::email_verified))
            .first(self)
            .optional()
            .db()?;
        Ok(row.map(|(is_seller, status, email, is_verified)| Claimant {
            may_own: is_seller && status == AccountStatus::Active.as_str(),
            verified_email: email.filter(|_| is_verified).and_then(|email| email::comparable(&email)),
        }))
    }

    fn lock_skill(&mut self, slug: &str) -> Result<Option<ClaimedSkill>> {
        let offered = skills::table.filter(skills::slug.eq(slug)).filter(skills::is_active.eq(true));
        let _held: Vec<i64> = on_postgres!(self, |c| offered.select(skills::id).for_update().load(c)).db()?;
        let row: Option<SkillRow> = offered.select(SkillRow::as_select()).first(self).optional().db()?;
        row.map(|row| {
            let owner = row.seller_id.as_deref();
            Ok(ClaimedSkill {
                id: row.id,
                slug: row.slug,
                is_external: row.source == EXTERNAL,
                seller_id: owner.map(|id| read::user_id("skills", "seller_id", id)).transpose()?,
                owner_email: row.upstream_owner_email,
            })
        })
        .transpose()
    }

    fn insert(&mut self, claim: &NewClaim) -> Result<Claim> {
        let id: i64 = diesel::insert_into(claims::table)
            .values((
                claims::skill_id.eq(claim.skill_id),
                claims::claimant_id.eq(claim.claimant_id.as_str()),
                claims::evidence.eq(&claim.evidence),
                claims::status.eq(ClaimStatus::Sandbox.as_str()),
                claims::created_at.eq(claim.created_at.as_micros()),
            ))
            .returning(claims::id)
            .get_result(self)
            .db_unique("your claim to this skill is waiting for an admin")?;
        Claims::find(self, ClaimId(id))?.ok_or_else(|| Error::internal("a claim was written and is not there"))
    }

    fn find(&mut self, id: ClaimId) -> Result<Option<Claim>> {
        let query = with_slugs().filter(claims::id.eq(id.0)).select((ClaimRow::as_select(), skills::slug));
        let row: Option<(ClaimRow, String)> = query.first(self).optional().db()?;
        row.map(into_claim).transpose()
    }

    fn lock(&mut self, id: ClaimId) -> Result<Option<Claim>> {
        let row = claims::table.find(id.0).select(claims::id);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        Claims::find(self, id)
    }

    fn lock_undecided(&mut self, skill: i64) -> Result<Vec<Claim>> {
        let undecided = claims::skill_id.eq(skill).and(claims::status.eq(ClaimStatus::Sandbox.as_str()));
        let rows = claims::table.filter(undecided).order(claims::id).select(claims::id);
        let _held: Vec<i64> = on_postgres!(self, |c| rows.for_update().load(c)).db()?;
        let query = with_slugs().filter(undecided).order(claims::id).select((ClaimRow::as_select(), skills::slug));
        let rows: Vec<(ClaimRow, String)> = query.load(self).db()?;
        rows.into_iter().map(into_claim).collect()
    }

    fn list_rivals(&mut self, claim: &Claim) -> Result<Vec<Claim>> {
        let rows: Vec<(ClaimRow, String)> = with_slugs()
            .filter(skills::slug.eq(&claim.skill_slug))
            .filter(claims::status.eq(ClaimStatus::Sandbox.as_str()))
            .filter(claims::id.ne(claim.id.0))
            .order(claims::id)
            .select((ClaimRow::as_select(), skills::slug))
            .load(self)
            .db()?;
        rows.into_iter().map(into_claim).collect()
    }

    fn update(&mut self, claim: &Claim) -> Result<()> {
        let changed = diesel::update(claims::table.find(claim.id.0))
            .set((
                claims::status.eq(claim.status.as_str()),
                claims::reason.eq(&claim.reason),
                claims::decided_by.eq(&claim.decided_by),
                claims::decided_at.eq(claim.decided_at.map(Timestamp::as_micros)),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn give_skill(&mut self, skill: i64, owner: &UserId, now: Timestamp) -> Result<()> {
        let changed = diesel::update(skills::table.find(skill))
            .set((skills::seller_id.eq(owner.as_str()), skills::updated_at.eq(now.as_micros())))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn list_undecided(&mut self, page: &PageRequest) -> Result<Page<Claim>> {
        let undecided = claims::status.eq(ClaimStatus::Sandbox.as_str());
        let query = with_slugs().filter(undecided).order(claims::id).limit(page::rows_to_read(page)).into_boxed();
        let query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => query.filter(claims::id.gt(cursor.id)),
        };
        let rows: Vec<(ClaimRow, String)> = query.select((ClaimRow::as_select(), skills::slug)).load(self).db()?;
        let total = page::total(self, page, |c| claims::table.filter(undecided).count().get_result(c))?;
        let items: Vec<Claim> = rows.into_iter().map(into_claim).collect::<Result<_>>()?;
        Ok(page::of_rows(items, page, total, |last| Cursor::new(0, last.id.0)))
    }
}

/// Claims with their skills.
#[diesel::dsl::auto_type(no_type_alias)]
fn with_slugs() -> _ {
    claims::table.inner_join(skills::table.on(skills::id.eq(claims::skill_id)))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = skills, check_for_backend(Backend))]
struct SkillRow {
    id: i64,
    slug: String,
    source: String,
    seller_id: Option<String>,
    upstream_owner_email: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = claims, check_for_backend(Backend))]
struct ClaimRow {
    id: i64,
    claimant_id: String,
    evidence: String,
    status: String,
    reason: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<i64>,
    created_at: i64,
}

fn into_claim((row, skill_slug): (ClaimRow, String)) -> Result<Claim> {
    let status = ClaimStatus::ALL.into_iter().find(|status| status.as_str() == row.status);
    Ok(Claim {
        id: ClaimId(row.id),
        skill_slug,
        claimant_id: read::user_id("claims", "claimant_id", &row.claimant_id)?,
        evidence: row.evidence,
        status: status.ok_or_else(|| inconsistent("claims", "status", &row.status))?,
        reason: row.reason,
        decided_by: row.decided_by,
        decided_at: row.decided_at.map(Timestamp::from_micros),
        created_at: Timestamp::from_micros(row.created_at),
    })
}
