//! Categories.

use aedile_catalog::CategoryId;
use aedile_catalog::categories::{Categories, Category, Icon, NewCategory};
use aedile_catalog::skills::Skills;
use aedile_kernel::{Result, Timestamp};
use diesel::prelude::*;

use crate::connection::{Backend, Connection, cols, on_postgres};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::schema::catalog::{categories, skills, slugs};

/// What `slugs` says of the slug of a category.
const KIND: &str = "category";

impl Categories for Connection {
    fn list(&mut self) -> Result<Vec<Category>> {
        let query = categories::table.order((categories::name, categories::id)).select(CategoryRow::as_select());
        let rows: Vec<CategoryRow> = query.load(self).db()?;
        rows.into_iter().map(Category::try_from).collect()
    }

    fn insert(&mut self, category: &NewCategory) -> Result<Category> {
        diesel::insert_into(slugs::table)
            .values((slugs::slug.eq(&category.slug), slugs::kind.eq(KIND)))
            .execute(self)
            .db_unique("the slug of this name is taken by a category or a skill: choose another with the field slug")?;
        let row: CategoryRow = diesel::insert_into(categories::table)
            .values((
                categories::slug.eq(&category.slug),
                categories::name.eq(&category.name),
                categories::description.eq(&category.description),
                categories::icon.eq(category.icon.as_str()),
                categories::sample_keywords.eq(&category.sample_keywords),
                categories::created_at.eq(category.created_at.as_micros()),
                categories::updated_at.eq(category.created_at.as_micros()),
            ))
            .returning(cols::<CategoryRow>())
            .get_result(self)
            .db()?;
        row.try_into()
    }

    fn lock(&mut self, slug: &str) -> Result<Option<Category>> {
        let with_slug = categories::table.filter(categories::slug.eq(slug));
        let _held: Vec<i64> = on_postgres!(self, |c| with_slug.select(categories::id).for_update().load(c)).db()?;
        let row: Option<CategoryRow> = with_slug.select(CategoryRow::as_select()).first(self).optional().db()?;
        row.map(Category::try_from).transpose()
    }

    fn update(&mut self, category: &Category) -> Result<()> {
        let changed = diesel::update(categories::table.find(category.id.0))
            .set((
                categories::name.eq(&category.name),
                categories::description.eq(&category.description),
                categories::icon.eq(category.icon.as_str()),
                categories::sample_keywords.eq(&category.sample_keywords),
                categories::updated_at.eq(category.updated_at.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn index_skills(&mut self, id: CategoryId) -> Result<()> {
        Skills::index_category(self, id)
    }

    fn count_skills(&mut self, id: CategoryId) -> Result<u64> {
        let of_category = skills::table.filter(skills::category_id.eq(id.0));
        let count: i64 = of_category.count().get_result(self).db()?;
        Ok(count.unsigned_abs())
    }

    fn delete(&mut self, category: &Category) -> Result<()> {
        let deleted = diesel::delete(categories::table.find(category.id.0)).execute(self).db()?;
        exactly(1, deleted)?;
        exactly(1, diesel::delete(slugs::table.find(&category.slug)).execute(self).db()?)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = categories, check_for_backend(Backend))]
struct CategoryRow {
    id: i64,
    slug: String,
    name: String,
    description: String,
    icon: String,
    sample_keywords: String,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<CategoryRow> for Category {
    type Error = aedile_kernel::Error;

    fn try_from(row: CategoryRow) -> Result<Self> {
        let icon = Icon::ALL.into_iter().find(|icon| icon.as_str() == row.icon);
        Ok(Self {
            id: CategoryId(row.id),
            slug: row.slug,
            name: row.name,
            description: row.description,
            icon: icon.ok_or_else(|| inconsistent("categories", "icon", &row.icon))?,
            sample_keywords: row.sample_keywords,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}
