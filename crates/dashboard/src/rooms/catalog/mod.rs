//! What the marketplace offers: categories and skills.

mod categories;
pub(crate) mod skill;
mod skills;
mod takedowns;

use aedile_catalog::categories::ListCategories;
use aedile_catalog::skills::{ListSkills, Rating, SearchSkills};
use aedile_kernel::Result;

use super::change;
use crate::desk::Desk;
use crate::page::Asked;
use crate::view::{Cell, Link, Page, address};

const HERE: &str = "/dashboard/catalog";

pub(crate) async fn show(desk: &dyn Desk, asked: &Asked) -> Result<Page> {
    // What is offered is public, but whose it is is not.
    let categories = desk.read(ListCategories {}).await?;
    let mut page = Page::new("Catalog")
        .intro("What the marketplace offers. Sellers publish their skills themselves; those of other registries are imported here.")
        .action(change(desk, "skill.import", &[], HERE));
    if desk.may::<ListSkills>() && desk.may::<SearchSkills>() {
        page = page.section(skills::section(desk, asked, &categories).await?);
    }
    page = page.section(categories::section(desk, &categories).await?);
    takedowns::sections(desk, asked, page).await
}

/// The way to a skill's page, under its slug.
pub(crate) fn skill_cell(slug: &str) -> Cell {
    Cell::Link(skill_link(slug, slug))
}

/// The same under its name.
pub(crate) fn skill_link(slug: &str, name: &str) -> Link {
    Link::new(name, address(&["dashboard", "catalog", slug], &[]))
}

/// What reviewers gave of five, and how many they are, such as `4.25 (8)`.
fn rating(rating: Rating) -> Cell {
    match rating.average_hundredths() {
        Some(average) => Cell::Text(format!("{}.{:02} ({})", average / 100, average % 100, rating.count)),
        None => Cell::Nothing,
    }
}

/// What a skill costs.
fn price(cents: i64) -> Cell {
    if cents == 0 { Cell::from("free") } else { Cell::cents(cents) }
}
