//! The categories, with how many skills each has.

use aedile_catalog::categories::Category;
use aedile_catalog::skills::ListSkills;
use aedile_kernel::Result;

use super::HERE;
use crate::backend::DashboardBackend;
use crate::pages::{change, named_change};
use crate::view::{Cell, Link, Section, Table, address};

/// How far the skills of a category are counted.
const MOST: u32 = 100;

pub(super) async fn section(backend: &dyn DashboardBackend, categories: &[Category]) -> Result<Section> {
    let empty = "No categories yet. Create one: every skill belongs to a category.";
    let mut table = Table::new("Categories", &["Name", "Skills", "Skills", "Found by", ""], empty);
    for category in categories {
        let slug = [("slug", category.slug.as_str())];
        let changes = [("Change", "category.update"), ("Delete", "category.delete")];
        let changes = changes.iter().filter_map(|(label, name)| named_change(backend, name, label, &slug, HERE));
        let skills = address(&["dashboard", "catalog"], &[("category", &category.slug)]);
        table.row([
            Cell::Link(Link::new(category.name.as_str(), skills)),
            count(backend, &category.slug).await?,
            Cell::from(category.description.as_str()),
            Cell::from(category.sample_keywords.as_str()),
            Cell::from(changes.collect::<Vec<_>>()),
        ]);
    }
    Ok(Section::new("Categories").action(change(backend, "category.create", &[], HERE)).block(table))
}

/// How many skills are offered in a category, as far as they are counted.
async fn count(backend: &dyn DashboardBackend, slug: &str) -> Result<Cell> {
    if !backend.may::<ListSkills>() {
        return Ok(Cell::Nothing);
    }
    let (category, page) = (Some(slug.to_owned()), backend.page(MOST, None)?);
    let query = ListSkills { category, seller: None, min_price_cents: None, max_price_cents: None, page };
    let listed = backend.read(query).await?;
    let more = if listed.next.is_some() { " or more" } else { "" };
    Ok(Cell::Text(format!("{}{more}", listed.items.len())))
}
