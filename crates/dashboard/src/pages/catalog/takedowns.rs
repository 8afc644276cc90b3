//! What admins took down, with the way back.

use aedile_catalog::takedowns::{ListRemovedReviews, ListWithdrawnSkills, Takedown};
use aedile_kernel::Result;

use super::{HERE, skill_cell};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::{changes, next};
use crate::view::{Cell, Page, Section, Table};

/// Rows of a part of a list.
const ROWS: u32 = 10;

pub(super) async fn sections(backend: &dyn DashboardBackend, asked: &Asked, mut page: Page) -> Result<Page> {
    if backend.may::<ListWithdrawnSkills>() {
        page = page.section(withdrawn(backend, asked).await?);
    }
    if backend.may::<ListRemovedReviews>() {
        page = page.section(removed(backend, asked).await?);
    }
    Ok(page)
}

async fn withdrawn(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Section> {
    let listed = backend.read(ListWithdrawnSkills { page: backend.page(ROWS, asked.query("withdrawn"))? }).await?;
    let rows = listed.items.into_iter().map(|skill| {
        let [at, reason] = takedown(skill.withdrawn);
        let restore = changes(backend, &[("skill.restore", "Restore")], &[("slug", &skill.slug)], HERE);
        [at, Cell::from(skill.name), Cell::Code(skill.slug), reason, restore]
    });
    let table = Table::new("Withdrawn skills", &["Withdrawn", "Name", "Slug", "Reason", ""], "No skill is withdrawn.")
        .rows(rows)
        .total(listed.total)
        .next(next(backend, listed.next.as_ref(), &["dashboard", "catalog"], "withdrawn", &[]));
    Ok(Section::new("Withdrawn skills").block(table))
}

async fn removed(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Section> {
    let listed = backend.read(ListRemovedReviews { page: backend.page(ROWS, asked.query("removed"))? }).await?;
    let rows = listed.items.into_iter().map(|review| {
        let id = review.id.to_string();
        let [at, reason] = takedown(review.removed);
        let says = [review.title, review.body].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let restore = changes(backend, &[("review.restore", "Restore")], &[("id", &id)], HERE);
        let (skill, reviewer) = (skill_cell(&review.skill_slug), Cell::user(&review.reviewer_id, None));
        [at, skill, reviewer, Cell::from(says), reason, restore]
    });
    let columns = ["Removed", "Skill", "Reviewer", "Review", "Reason", ""];
    let table = Table::new("Removed reviews", &columns, "No review is removed.")
        .rows(rows)
        .total(listed.total)
        .next(next(backend, listed.next.as_ref(), &["dashboard", "catalog"], "removed", &[]));
    Ok(Section::new("Removed reviews").block(table))
}

/// Since when, and why.
fn takedown(takedown: Option<Takedown>) -> [Cell; 2] {
    takedown.map_or([Cell::Nothing, Cell::Nothing], |takedown| [Cell::Time(takedown.at), Cell::from(takedown.reason)])
}
