//! The skills that are offered: list and search, as the public sees them.

use aedile_catalog::categories::Category;
use aedile_catalog::skills::{ListSkills, SearchSkills, Skill};
use aedile_kernel::{Page, Result};

use super::{HERE, price, rating, skill_link};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::next;
use crate::view::{Cell, Control, Form, FormField, Section, Table, Tick};

/// Rows of a part of the list.
const ROWS: u32 = 25;

pub(super) async fn section(backend: &dyn DashboardBackend, asked: &Asked, categories: &[Category]) -> Result<Section> {
    let (q, category) = (asked.query("q"), asked.query("category"));
    let found = find(backend, q, category, asked.query("cursor")).await?;
    let kept = [("q", q.unwrap_or_default()), ("category", category.unwrap_or_default())];
    let empty = if q.is_none() && category.is_none() {
        "No skills yet. Sellers publish their own, and you can import skills from other registries."
    } else {
        "No skills match."
    };
    let columns = ["Name", "Category", "Seller", "Price", "Version", "Rating", "Downloads", "Since"];
    let table = Table::new("Skills", &columns, empty)
        .rows(found.items.iter().map(|skill| row(skill, categories)))
        .total(found.total)
        .next(next(backend, found.next.as_ref(), &["dashboard", "catalog"], "cursor", &kept));
    Ok(Section::new("Skills").block(filter(q, category, categories)).block(table))
}

async fn find(
    backend: &dyn DashboardBackend,
    q: Option<&str>,
    category: Option<&str>,
    cursor: Option<&str>,
) -> Result<Page<Skill>> {
    let (category, page) = (category.map(str::to_owned), backend.page(ROWS, cursor)?);
    let (min_price_cents, max_price_cents) = (None, None);
    match q.map(str::to_owned) {
        Some(q) => backend.read(SearchSkills { q, category, min_price_cents, max_price_cents, page }).await,
        None => backend.read(ListSkills { category, seller: None, min_price_cents, max_price_cents, page }).await,
    }
}

fn filter(q: Option<&str>, category: Option<&str>, categories: &[Category]) -> Form {
    let chosen = category.unwrap_or_default();
    let named = categories.iter().map(|category| Tick::new(&category.slug, category.name.as_str(), chosen));
    let ticks = std::iter::once(Tick::new("", "any", chosen)).chain(named).collect();
    Form {
        action: HERE.to_owned(),
        is_query: true,
        fields: vec![
            FormField::search("q", "Words in name or description", q),
            FormField::new("category", "Category", Control::Choice(ticks), chosen),
        ],
        button: "Find".to_owned(),
        ..Form::default()
    }
}

fn row(skill: &Skill, categories: &[Category]) -> [Cell; 8] {
    let category = categories.iter().find(|category| category.slug == skill.category);
    let seller = skill.seller.as_ref().map(|seller| seller.display_name.as_str());
    [
        Cell::Link(skill_link(&skill.slug, &skill.name)),
        Cell::from(category.map_or(skill.category.as_str(), |category| category.name.as_str())),
        match &skill.seller_id {
            Some(id) => Cell::user(id, seller),
            None => Cell::from("nobody yet"),
        },
        price(skill.price_cents),
        Cell::from(skill.version.clone()),
        rating(skill.rating),
        Cell::Number(skill.downloads),
        Cell::Time(skill.created_at),
    ]
}
