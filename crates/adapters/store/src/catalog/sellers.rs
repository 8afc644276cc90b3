//! Sellers.

use aedile_catalog::sellers::{SellerAccount, SellerPage, Sellers};
use aedile_catalog::skills::{Rating, Skill, SkillFilter, SkillListing};
use aedile_kernel::{Page, PageRequest, Reference, Result, Timestamp, UserId};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::is_offered;
use crate::accounts::lock_row;
use crate::connection::{Backend, Connection};
use crate::error::{DriverResult, exactly};
use crate::read;
use crate::schema::catalog::skills;
use crate::schema::users::users;

impl Sellers for Connection {
    fn find_account(&mut self, user: &UserId) -> Result<Option<SellerAccount>> {
        let with_id = users::table.filter(users::id.eq(user.as_str()));
        let row: Option<AccountRow> = with_id.select(AccountRow::as_select()).first(self).optional().db()?;
        row.map(SellerAccount::try_from).transpose()
    }

    fn lock_account(&mut self, user: &UserId) -> Result<Option<SellerAccount>> {
        lock_row(self, user)?;
        self.find_account(user)
    }

    fn list_slugs(&mut self, beginning: &str) -> Result<Vec<String>> {
        // A slug holds no wildcard.
        let alike = users::seller_slug.like(format!("{beginning}%"));
        let slugs: Vec<Option<String>> = users::table.filter(alike).select(users::seller_slug).load(self).db()?;
        Ok(slugs.into_iter().flatten().collect())
    }

    fn update_account(&mut self, account: &SellerAccount) -> Result<()> {
        let changed = diesel::update(users::table.filter(users::id.eq(account.user_id.as_str())))
            .set((
                users::seller_slug.eq(&account.slug),
                users::seller_name.eq(&account.display_name),
                users::tos_accepted_at.eq(account.tos_accepted_at.map(Timestamp::as_micros)),
                users::payment_reference.eq(account.payment_reference.as_ref().map(Reference::as_str)),
                users::stripe_connect_id.eq(&account.payment_account),
            ))
            .execute(self)
            .db_unique("another seller took this name at the same time: try again")?;
        exactly(1, changed)
    }

    fn find_page(&mut self, slug: &str) -> Result<Option<SellerPage>> {
        let with_slug = users::table.filter(users::seller_slug.eq(slug)).select(AccountRow::as_select());
        let Some(row) = with_slug.first::<AccountRow>(self).optional().db()? else { return Ok(None) };
        let offered = skills::table
            .left_join(users::table.on(users::id.nullable().eq(skills::seller_id)))
            .filter(skills::seller_id.eq(&row.id))
            .filter(is_offered());
        let sum = |column: &str| sql::<BigInt>(&format!("CAST(COALESCE(SUM({column}), 0) AS BIGINT)"));
        let sums = (sum("1"), sum("downloads"), sum("rating_sum"), sum("rating_count"));
        let (skills, downloads, ratings, count) = offered.select(sums).first::<(i64, i64, i64, i64)>(self).db()?;
        Ok(row.seller_slug.zip(row.seller_name).zip(row.tos_accepted_at).map(|((slug, display_name), joined)| {
            let (rating, joined_at) = (Rating { sum: ratings, count }, Timestamp::from_micros(joined));
            SellerPage { slug, display_name, skills, downloads, rating, joined_at }
        }))
    }

    fn list_skills(&mut self, slug: &str, page: &PageRequest) -> Result<Page<Skill>> {
        let filter = SkillFilter { seller: Some(slug.to_owned()), ..SkillFilter::default() };
        SkillListing::list_skills(self, &filter, page)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Backend))]
struct AccountRow {
    id: String,
    seller_slug: Option<String>,
    seller_name: Option<String>,
    tos_accepted_at: Option<i64>,
    payment_reference: Option<String>,
    stripe_connect_id: Option<String>,
    payments_enabled: Option<bool>,
}

impl TryFrom<AccountRow> for SellerAccount {
    type Error = aedile_kernel::Error;

    fn try_from(row: AccountRow) -> Result<Self> {
        Ok(Self {
            user_id: read::user_id("users", "id", &row.id)?,
            slug: row.seller_slug,
            display_name: row.seller_name,
            tos_accepted_at: row.tos_accepted_at.map(Timestamp::from_micros),
            payment_reference: row.payment_reference.map(Reference::stored),
            payment_account: row.stripe_connect_id,
            payments_enabled: row.payments_enabled,
        })
    }
}
