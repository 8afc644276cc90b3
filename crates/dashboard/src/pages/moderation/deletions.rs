//! The accounts that are about to be deleted.

use aedile_accounts::deletion::ListPendingDeletions;
use aedile_kernel::Result;

use super::{HERE, ROWS};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::{named_change, next};
use crate::view::{Cell, Section, Table};

pub(super) async fn section(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Section> {
    let listed = backend.read(ListPendingDeletions { page: backend.page(ROWS, asked.query("deletions"))? }).await?;
    let empty =
        "No accounts are scheduled for deletion. Requested deletions are listed here until their grace period ends.";
    let columns = ["Who", "E-mail", "Status", "Asked", "Deletion date", ""];
    let mut table = Table::new("Scheduled deletions", &columns, empty).total(listed.total);
    for pending in &listed.items {
        let leaving = &pending.leaving;
        let id = [("user_id", leaving.user_id.as_str())];
        let cancel = named_change(backend, "account.cancel_deletion", "Cancel", &id, HERE);
        table.row([
            Cell::user(&leaving.user_id, pending.display_name.as_deref()),
            Cell::from(pending.email.clone()),
            Cell::state(leaving.status.as_str()),
            Cell::from(leaving.deletion_requested_at),
            Cell::from(leaving.deletion_scheduled_for),
            Cell::from(Vec::from_iter(cancel)),
        ]);
    }
    let next = next(backend, listed.next.as_ref(), &["dashboard", "moderation"], "deletions", &[]);
    Ok(Section::new("Scheduled deletions").block(table.next(next)))
}
