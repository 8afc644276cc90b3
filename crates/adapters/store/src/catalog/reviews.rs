//! Reviews.

use std::collections::HashMap;

use aedile_catalog::packages::Downloads;
use aedile_catalog::reviews::{OwnReview, ReviewedSkill, Reviews, SkillReview};
use aedile_catalog::{ReviewId, SkillId};
use aedile_kernel::{Cursor, Page, PageRequest, Position, Result, Timestamp, UserId};
use diesel::prelude::*;

use super::is_offered;
use crate::connection::{Backend, Connection, Portable, cols, on_postgres};
use crate::error::{DriverResult, exactly};
use crate::schema::catalog::skills;
use crate::schema::community::{installations, reviews};
use crate::schema::users::users;
use crate::{page, read};

impl Reviews for Connection {
    fn find_skill(&mut self, slug: &str) -> Result<Option<ReviewedSkill>> {
        let row: Option<(i64, Option<String>)> = skills::table
            .left_join(users::table.on(users::id.nullable().eq(skills::seller_id)))
            .filter(skills::slug.eq(slug))
            .filter(is_offered())
            .select((skills::id, skills::seller_id))
            .first(self)
            .optional()
            .db()?;
        row.map(|(id, seller_id)| {
            let seller_id = seller_id.as_deref().map(|id| read::user_id("skills", "seller_id", id)).transpose()?;
            Ok(ReviewedSkill { id: SkillId(id), seller_id })
        })
        .transpose()
    }

    fn lock_skill(&mut self, slug: &str) -> Result<Option<ReviewedSkill>> {
        let row = skills::table.filter(skills::slug.eq(slug)).select(skills::id);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        Reviews::find_skill(self, slug)
    }

    fn has_used(&mut self, user: &UserId, skill: SkillId) -> Result<bool> {
        let of_user = installations::user_id.eq(user.as_str()).and(installations::skill_id.eq(skill.0));
        let installed: Option<i64> = installations::table
            .filter(of_user.assume_not_null())
            .select(installations::id)
            .first(self)
            .optional()
            .db()?;
        Ok(installed.is_some() || self.owns(user, skill)?)
    }

    fn find_own(&mut self, user: &UserId, skill: SkillId) -> Result<Option<OwnReview>> {
        let own = reviews::skill_id.eq(skill.0).and(reviews::user_id.eq(user.as_str()));
        let row: Option<ReviewRow> =
            reviews::table.filter(own).select(ReviewRow::as_select()).first(self).optional().db()?;
        Ok(row.map(|row| OwnReview {
            skill_id: skill,
            user_id: user.clone(),
            rating: row.rating,
            title: row.title,
            body: row.body,
        }))
    }

    fn is_removed(&mut self, user: &UserId, skill: SkillId) -> Result<bool> {
        let own = reviews::skill_id.eq(skill.0).and(reviews::user_id.eq(user.as_str()));
        let removed = reviews::table.filter(own).filter(reviews::removed_at.is_not_null());
        diesel::select(diesel::dsl::exists(removed)).get_result(self).db()
    }

    fn put(&mut self, review: &OwnReview, before: Option<i64>, now: Timestamp) -> Result<SkillReview> {
        let said = (
            reviews::rating.eq(review.rating),
            reviews::title.eq(&review.title),
            reviews::body.eq(&review.body),
            reviews::updated_at.eq(now.as_micros()),
        );
        let whose = (
            reviews::skill_id.eq(review.skill_id.0),
            reviews::user_id.eq(review.user_id.as_str()),
            reviews::created_at.eq(now.as_micros()),
        );
        let statement = diesel::insert_into(reviews::table)
            .values((whose, said))
            .on_conflict((reviews::skill_id, reviews::user_id))
            .do_update()
            .set(said)
            .returning(cols::<ReviewRow>());
        let row: ReviewRow = Portable(statement).get_result(self).db()?;
        let (more, further) = (review.rating - before.unwrap_or(0), i64::from(before.is_none()));
        let counted = diesel::update(skills::table.find(review.skill_id.0))
            .set((
                skills::rating_sum.eq(skills::rating_sum + more),
                skills::rating_count.eq(skills::rating_count + further),
            ))
            .execute(self)
            .db()?;
        exactly(1, counted)?;
        let names = names(self, std::slice::from_ref(&row))?;
        Ok(row.into_review(&names))
    }

    fn list(&mut self, skill: SkillId, page: &PageRequest) -> Result<Page<SkillReview>> {
        let total = page::total(self, page, |c| skills::table.find(skill.0).select(skills::rating_count).first(c))?;
        let rows = newest(self, skill, page)?;
        let names = names(self, &rows)?;
        let items = rows.into_iter().map(|row| row.into_review(&names)).collect();
        Ok(page::of_rows(items, page, total, |last: &SkillReview| Cursor::new(last.created_at.as_micros(), last.id.0)))
    }
}

/// The skill's reviews, the newest first, with one more than the page holds.
fn newest(connection: &mut Connection, skill: SkillId, page: &PageRequest) -> Result<Vec<ReviewRow>> {
    let shown = reviews::skill_id.eq(skill.0).and(reviews::removed_at.is_null());
    let mut query = reviews::table.filter(shown).into_boxed();
    query = match &page.position {
        Position::Offset(offset) => query.offset((*offset).into()),
        Position::After(cursor) => {
            let key = cursor.number()?;
            let older = reviews::created_at.lt(key).or(reviews::id.lt(cursor.id));
            query.filter(reviews::created_at.le(key)).filter(older)
        }
    };
    query
        .order((reviews::created_at.desc(), reviews::id.desc()))
        .limit(page::rows_to_read(page))
        .select(ReviewRow::as_select())
        .load(connection)
        .db()
}

/// What those are called who wrote the reviews and were not deleted.
fn names(connection: &mut Connection, rows: &[ReviewRow]) -> Result<HashMap<String, Option<String>>> {
    let writers = rows.iter().map(|row| row.user_id.as_str());
    let names: Vec<(String, Option<String>)> = users::table
        .filter(users::id.eq_any(writers))
        .filter(users::status.ne("deleted"))
        .select((users::id, users::display_name))
        .load(connection)
        .db()?;
    Ok(names.into_iter().collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = reviews, check_for_backend(Backend))]
struct ReviewRow {
    id: i64,
    user_id: String,
    rating: i64,
    title: Option<String>,
    body: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl ReviewRow {
    fn into_review(self, names: &HashMap<String, Option<String>>) -> SkillReview {
        SkillReview {
            id: ReviewId(self.id),
            reviewer: names.get(&self.user_id).cloned().flatten(),
            rating: self.rating,
            title: self.title,
            body: self.body,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        }
    }
}
