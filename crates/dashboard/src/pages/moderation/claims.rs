//! The claims that wait for a decision.

use aedile_kernel::Result;
use aedile_moderation::claims::{Claim, ListSandboxedClaims};

use super::ROWS;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::people::People;
use crate::pages::{catalog, next};
use crate::view::{Cell, Link, Section, Table, address};

pub(super) async fn section(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Section> {
    let listed = backend.read(ListSandboxedClaims { page: backend.page(ROWS, asked.query("claims"))? }).await?;
    let people = People::of(backend, listed.items.iter().map(|claim| claim.claimant_id.clone()).collect()).await?;
    let empty = "No pending claims. A seller's claim to an imported skill appears here, unless their verified e-mail address settles it.";
    let table = Table::new("Pending claims", &["Claim", "Skill", "Claimant", "Evidence", "Created"], empty)
        .rows(listed.items.iter().map(|claim| row(claim, &people)))
        .total(listed.total)
        .next(next(backend, listed.next.as_ref(), &["dashboard", "moderation"], "claims", &[]));
    Ok(Section::new("Pending claims").block(table))
}

/// Where a claim's own page is.
pub(crate) fn address_of(number: i64) -> String {
    address(&["dashboard", "moderation", "claims", &number.to_string()], &[])
}

pub(super) fn row(claim: &Claim, people: &People) -> [Cell; 5] {
    [
        Cell::Link(Link::new(format!("Claim {}", claim.id), address_of(claim.id.0))),
        catalog::skill_cell(&claim.skill_slug),
        people.cell(&claim.claimant_id),
        Cell::from(claim.evidence.as_str()),
        Cell::Time(claim.created_at),
    ]
}
