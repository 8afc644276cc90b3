//! Erases who left, and resets plans whose month is over.

use std::sync::Arc;

use aedile_accounts::deletion::ErasesUsers;
use aedile_billing::plans::ResetsPlans;
use aedile_kernel::Result;
use aedile_kernel::runner::Chain;

/// The most plans reset at a time.
const RESET_AT_ONCE: u32 = 1_000;
/// The most users erased at a time.
const ERASED_AT_ONCE: u32 = 100;

/// A user who can't be erased, such as the last admin, is named in the log and tried again later.
pub(super) async fn erase_who_left(eraser: Arc<dyn ErasesUsers>) -> Result<()> {
    for (user_id, error) in eraser.erase_due(ERASED_AT_ONCE).await? {
        tracing::warn!(%user_id, error = %Chain(&error), "a user could not be erased");
    }
    Ok(())
}

pub(super) async fn reset_plans(resetter: Arc<dyn ResetsPlans>) -> Result<()> {
    for (user_id, error) in resetter.reset_due(RESET_AT_ONCE).await? {
        tracing::warn!(%user_id, error = %Chain(&error), "a plan could not be reset");
    }
    Ok(())
}
