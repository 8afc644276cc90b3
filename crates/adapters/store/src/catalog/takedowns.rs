//! Skills and reviews that admins take down.

use aedile_catalog::takedowns::{ModeratedReview, ModeratedSkill, Takedown, Takedowns};
use aedile_catalog::{ReviewId, SkillId};
use aedile_kernel::{Cursor, Page, PageRequest, Position, Result, Timestamp};
use diesel::prelude::*;

use crate::connection::{Backend, Connection, on_postgres};
use crate::error::{DriverResult, exactly};
use crate::schema::catalog::skills;
use crate::schema::community::reviews;
use crate::{page, read};

impl Takedowns for Connection {
    fn lock_moderated_skill(&mut self, slug: &str) -> Result<Option<ModeratedSkill>> {
        let with_slug = skills::table.filter(skills::slug.eq(slug));
        let _held: Vec<i64> = on_postgres!(self, |c| with_slug.select(skills::id).for_update().load(c)).db()?;
        let row: Option<SkillRow> = with_slug.select(SkillRow::as_select()).first(self).optional().db()?;
        row.map(SkillRow::moderated).transpose()
    }

    fn set_withdrawn(&mut self, id: SkillId, withdrawal: Option<Takedown>) -> Result<()> {
        let (at, reason) = columns(withdrawal);
        let changed = diesel::update(skills::table.find(id.0))
            .set((skills::is_active.eq(at.is_none()), skills::withdrawn_at.eq(at), skills::withdrawn_reason.eq(reason)))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn list_withdrawn(&mut self, page: &PageRequest) -> Result<Page<ModeratedSkill>> {
        let mut query = skills::table.filter(skills::withdrawn_at.is_not_null()).into_boxed();
        query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => {
                let key = cursor.number()?;
                let older = skills::withdrawn_at.lt(key).assume_not_null().or(skills::id.lt(cursor.id));
                query.filter(skills::withdrawn_at.le(key)).filter(older)
            }
        };
        let rows: Vec<SkillRow> = query
            .order((skills::withdrawn_at.desc(), skills::id.desc()))
            .limit(page::rows_to_read(page))
            .select(SkillRow::as_select())
            .load(self)
            .db()?;
        let withdrawn = skills::table.filter(skills::withdrawn_at.is_not_null());
        let total = page::total(self, page, |c| withdrawn.count().get_result(c))?;
        let items = rows.into_iter().map(SkillRow::moderated).collect::<Result<_>>()?;
        Ok(page::of_rows(items, page, total, |last: &ModeratedSkill| cursor(last.withdrawn.as_ref(), last.id.0)))
    }

    fn lock_moderated_review(&mut self, id: ReviewId) -> Result<Option<ModeratedReview>> {
        // The skill first, as whoever writes a review does.
        let skill: Option<i64> = reviews::table.find(id.0).select(reviews::skill_id).first(self).optional().db()?;
        let Some(skill) = skill else { return Ok(None) };
        let row = skills::table.find(skill).select(skills::id);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        let row: Option<(ReviewRow, String)> = reviews::table
            .inner_join(skills::table.on(skills::id.eq(reviews::skill_id)))
            .filter(reviews::id.eq(id.0))
            .select((ReviewRow::as_select(), skills::slug))
            .first(self)
            .optional()
            .db()?;
        row.map(moderated_review).transpose()
    }

    fn set_removed(&mut self, id: ReviewId, removal: Option<Takedown>) -> Result<()> {
        let (at, reason) = columns(removal);
        let (skill, rating): (i64, i64) =
            reviews::table.find(id.0).select((reviews::skill_id, reviews::rating)).first(self).db()?;
        let changed = diesel::update(reviews::table.find(id.0))
            .set((reviews::removed_at.eq(at), reviews::removed_reason.eq(reason)))
            .execute(self)
            .db()?;
        exactly(1, changed)?;
        let (more, further) = if at.is_some() { (-rating, -1) } else { (rating, 1) };
        let counted = diesel::update(skills::table.find(skill))
            .set((
                skills::rating_sum.eq(skills::rating_sum + more),
                skills::rating_count.eq(skills::rating_count + further),
            ))
            .execute(self)
            .db()?;
        exactly(1, counted)
    }

    fn list_removed(&mut self, page: &PageRequest) -> Result<Page<ModeratedReview>> {
        let mut query = reviews::table
            .inner_join(skills::table.on(skills::id.eq(reviews::skill_id)))
            .filter(reviews::removed_at.is_not_null())
            .into_boxed();
        query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => {
                let key = cursor.number()?;
                let older = reviews::removed_at.lt(key).assume_not_null().or(reviews::id.lt(cursor.id));
                query.filter(reviews::removed_at.le(key)).filter(older)
            }
        };
        let rows: Vec<(ReviewRow, String)> = query
            .order((reviews::removed_at.desc(), reviews::id.desc()))
            .limit(page::rows_to_read(page))
            .select((ReviewRow::as_select(), skills::slug))
            .load(self)
            .db()?;
        let removed = reviews::table.filter(reviews::removed_at.is_not_null());
        let total = page::total(self, page, |c| removed.count().get_result(c))?;
        let items = rows.into_iter().map(moderated_review).collect::<Result<_>>()?;
        Ok(page::of_rows(items, page, total, |last: &ModeratedReview| cursor(last.removed.as_ref(), last.id.0)))
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = skills, check_for_backend(Backend))]
struct SkillRow {
    id: i64,
    slug: String,
    name: String,
    seller_id: Option<String>,
    withdrawn_at: Option<i64>,
    withdrawn_reason: Option<String>,
}

impl SkillRow {
    fn moderated(self) -> Result<ModeratedSkill> {
        Ok(ModeratedSkill {
            id: SkillId(self.id),
            slug: self.slug,
            name: self.name,
            seller_id: self.seller_id.as_deref().map(|id| read::user_id("skills", "seller_id", id)).transpose()?,
            withdrawn: takedown(self.withdrawn_at, self.withdrawn_reason),
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = reviews, check_for_backend(Backend))]
struct ReviewRow {
    id: i64,
    user_id: String,
    rating: i64,
    title: Option<String>,
    body: Option<String>,
    removed_at: Option<i64>,
    removed_reason: Option<String>,
}

fn moderated_review((row, skill_slug): (ReviewRow, String)) -> Result<ModeratedReview> {
    Ok(ModeratedReview {
        id: ReviewId(row.id),
        skill_slug,
        reviewer_id: read::user_id("reviews", "user_id", &row.user_id)?,
        rating: row.rating,
        title: row.title,
        body: row.body,
        removed: takedown(row.removed_at, row.removed_reason),
    })
}

fn takedown(at: Option<i64>, reason: Option<String>) -> Option<Takedown> {
    at.map(|at| Takedown { at: Timestamp::from_micros(at), reason: reason.unwrap_or_default() })
}

fn columns(takedown: Option<Takedown>) -> (Option<i64>, Option<String>) {
    takedown.map(|takedown| (takedown.at.as_micros(), takedown.reason)).unzip()
}

fn cursor(takedown: Option<&Takedown>, id: i64) -> Cursor {
    Cursor::new(takedown.map_or(0, |takedown| takedown.at.as_micros()), id)
}
