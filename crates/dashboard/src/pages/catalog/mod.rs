//! What the marketplace offers: categories and skills.

mod categories;
pub(crate) mod skill;
mod skills;
mod takedowns;

use aedile_catalog::categories::ListCategories;
use aedile_catalog::skills::{ListSkills, Rating, SearchSkills};
use aedile_kernel::Result;

use super::change;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Cell, Link, Page, address};

const HERE: &str = "/dashboard/catalog";

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    // What is offered is public, but whose it is is not.
    let categories = backend.read(ListCategories {}).await?;
    let mut page = Page::new("Catalog")
        .intro("The marketplace's skills. Sellers publish their own; import skills from other registries here.")
        .action(change(backend, "skill.import", &[], HERE));
    if backend.may::<ListSkills>() && backend.may::<SearchSkills>() {
        page = page.section(skills::section(backend, asked, &categories).await?);
    }
    page = page.section(categories::section(backend, &categories).await?);
    takedowns::sections(backend, asked, page).await
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
