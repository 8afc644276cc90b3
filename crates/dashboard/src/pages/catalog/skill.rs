//! One skill: what it is, who sells it, its versions, its sales, and what reviewers say.

use aedile_billing::purchases::ListAllSales;
use aedile_catalog::categories::ListCategories;
use aedile_catalog::reviews::ListReviews;
use aedile_catalog::skills::{GetSkillDetail, Skill, SkillDetail, Source};
use aedile_kernel::{Error, Result};

use super::{price, rating};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::money::sales;
use crate::pages::{changes, named_change, next};
use crate::view::{Cell, Facts, Link, Page, Section, Table, address, words};

/// Rows of a part of a list.
const ROWS: u32 = 10;

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    // What is offered is public, but whose it is is not.
    if !backend.may::<ListCategories>() || !backend.may::<GetSkillDetail>() {
        return Err(Error::forbidden("this page is not for you"));
    }
    let detail = backend.read(GetSkillDetail { slug: asked.name.clone() }).await?;
    let mut page = Page::new(detail.skill.name.as_str())
        .intro(detail.skill.description.as_str())
        .action(Link::new("Back to the catalog", super::HERE))
        .action(withdraw(backend, &detail.skill.slug))
        .section(about(&detail))
        .section(versions(&detail));
    if backend.may::<ListAllSales>() && detail.skill.price_cents > 0 {
        page = page.section(sold(backend, &detail.skill).await?);
    }
    if backend.may::<ListReviews>() {
        page = page.section(reviews(backend, asked, &detail.skill.slug).await?);
    }
    Ok(page)
}

/// A withdrawn skill has no page, so the way back leads to the catalog.
fn withdraw(backend: &dyn DashboardBackend, slug: &str) -> Option<Link> {
    named_change(backend, "skill.withdraw", "Withdraw", &[("slug", slug)], super::HERE)
}

fn about(detail: &SkillDetail) -> Section {
    let skill = &detail.skill;
    let seller = match (&skill.seller_id, &skill.seller) {
        (Some(id), seller) => Cell::user(id, seller.as_ref().map(|seller| seller.display_name.as_str())),
        (None, _) => Cell::from("nobody yet; a claim makes it somebody's"),
    };
    let category = address(&["dashboard", "catalog"], &[("category", &skill.category)]);
    let facts = Facts::default()
        .fact("Slug", Cell::Code(skill.slug.clone()))
        .fact("Category", Link::new(words(&skill.category), category))
        .fact("Seller", seller)
        .fact("Price", price(skill.price_cents))
        .fact("Rating", rating(skill.rating))
        .fact("Downloads", skill.downloads)
        .fact("Installations", i64::try_from(detail.installations).unwrap_or(i64::MAX))
        .fact(
            "Comes from",
            match skill.source {
                Source::Native => "here",
                Source::External => "another registry",
            },
        )
        .fact("Since", skill.created_at)
        .fact("Last published", skill.updated_at);
    Section::new("The skill").block(facts)
}

fn versions(detail: &SkillDetail) -> Section {
    let rows = detail.versions.iter().map(|version| {
        [
            Cell::from(version.version.as_str()),
            Cell::Time(version.created_at),
            Cell::Number(version.size_bytes),
            Cell::Number(version.entries),
            Cell::Code(version.sha256.clone()),
        ]
    });
    let columns = ["Version", "Published", "Bytes", "Files", "SHA-256 of the package"];
    let empty = "No versions yet. An imported skill has no package until its owner publishes one.";
    Section::new("Versions").block(Table::new("Versions", &columns, empty).rows(rows))
}

async fn sold(backend: &dyn DashboardBackend, skill: &Skill) -> Result<Section> {
    let query = ListAllSales {
        status: None,
        buyer_id: None,
        seller_id: None,
        skill_slug: Some(skill.slug.clone()),
        page: backend.page(ROWS, None)?,
    };
    let all = address(&["dashboard", "money", "sales"], &[("skill", &skill.slug)]);
    let back = address(&["dashboard", "catalog", &skill.slug], &[]);
    let (_, table) = sales::table(backend, "Sales of the skill", query, &back).await?;
    Ok(Section::new("Sales").action(Link::new("All its sales", all)).block(table))
}

async fn reviews(backend: &dyn DashboardBackend, asked: &Asked, slug: &str) -> Result<Section> {
    let listed =
        backend.read(ListReviews { slug: slug.to_owned(), page: backend.page(ROWS, asked.query("reviews"))? }).await?;
    let back = address(&["dashboard", "catalog", slug], &[]);
    let rows = listed.items.into_iter().map(|review| {
        let id = review.id.to_string();
        let remove = changes(backend, &[("review.remove", "Remove")], &[("id", &id)], &back);
        let says = [review.title, review.body].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let (reviewer, rating) = (Cell::from(review.reviewer), Cell::Text(format!("{} of 5", review.rating)));
        [Cell::Time(review.updated_at), reviewer, rating, Cell::from(says), remove]
    });
    let table = Table::new("Reviews", &["When", "Reviewer", "Rating", "Review", ""], "No reviews yet.")
        .rows(rows)
        .total(listed.total)
        .next(next(backend, listed.next.as_ref(), &["dashboard", "catalog", slug], "reviews", &[]));
    Ok(Section::new("Reviews").block(table))
}
