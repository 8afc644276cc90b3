//! What waits for somebody to decide about it.

pub(crate) mod claim;
mod claims;
mod deletions;
mod figures;
pub(crate) mod flag;
mod flags;

use aedile_accounts::deletion::ListPendingDeletions;
use aedile_kernel::Result;
use aedile_moderation::claims::ListSandboxedClaims;
use aedile_moderation::flags::ListAbuseFlags;

use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::Page;

const HERE: &str = "/dashboard/moderation";
/// Rows of a part of a list.
const ROWS: u32 = 20;

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let mut page = Page::new("Moderation").intro("Abuse flags, claims to skills, and accounts scheduled for deletion.");
    if backend.may::<ListAbuseFlags>() {
        page = page.section(flags::section(backend, asked).await?);
    }
    if backend.may::<ListSandboxedClaims>() {
        page = page.section(claims::section(backend, asked).await?);
    }
    if backend.may::<ListPendingDeletions>() {
        page = page.section(deletions::section(backend, asked).await?);
    }
    Ok(page)
}
