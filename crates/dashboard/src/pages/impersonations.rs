//! Which admin acts, or acted, as which user.

use aedile_accounts::impersonation::{Impersonation, ListImpersonations};
use aedile_kernel::{PageRequest, Result};

use super::changes;
use crate::backend::DashboardBackend;
use crate::view::{Cell, Section, Table, Tone};

/// The newest impersonations; nothing where there was none.
pub(crate) async fn newest(backend: &dyn DashboardBackend, back: &str) -> Result<Option<Section>> {
    let page = PageRequest { limit: 20, ..PageRequest::first() };
    let found = backend.read(ListImpersonations { active: false, page }).await?;
    if found.items.is_empty() {
        return Ok(None);
    }
    let table = Table::new("Admins who acted as users", &["User", "Admin", "Reason", "Began", "Ended", ""], "")
        .rows(found.items.iter().map(|found| row(backend, found, back)))
        .total(found.total);
    Ok(Some(Section::new("Admins who acted as users").block(table)))
}

fn row(backend: &dyn DashboardBackend, found: &Impersonation, back: &str) -> [Cell; 6] {
    let (goes_on, id) = (found.goes_on(backend.now()), found.id.to_string());
    [
        Cell::user(&found.user_id, None),
        Cell::user(&found.acted_by, None),
        Cell::from(found.reason.clone()),
        Cell::Time(found.started_at),
        if goes_on {
            Cell::Badge(Tone::Warning, "goes on".to_owned())
        } else {
            Cell::Time(found.ended_at.unwrap_or(found.expires_at))
        },
        if goes_on { changes(backend, &[("impersonation.end", "End")], &[("id", &id)], back) } else { Cell::Nothing },
    ]
}
