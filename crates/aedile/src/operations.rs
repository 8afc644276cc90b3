//! Every operation there is, over the store.

use std::sync::Arc;

use aedile_identity::{SystemClock, SystemEntropy};
use aedile_kernel::registry::Description;
use aedile_kernel::{Epochs, Operations, Policy, Registry, Result, Runner};
use aedile_store::Store;

use crate::settings::Database;

/// Binds every operation to a runner.
pub(crate) fn bind(runner: &Arc<Runner<Store>>) -> Operations {
    registry().bind(runner)
}

/// Every operation that can be run by its name on a server.
#[must_use]
pub fn by_name() -> Vec<Description> {
    aedile_api::operations_by_name(registry().descriptions())
}

fn registry() -> Registry<Store> {
    let mut registry = Registry::default();
    aedile_accounts::register(&mut registry);
    aedile_rbac::register(&mut registry);
    aedile_audit::register(&mut registry);
    aedile_platform::register(&mut registry);
    aedile_billing::register(&mut registry);
    aedile_catalog::register(&mut registry);
    aedile_moderation::register(&mut registry);
    aedile_messaging::register(&mut registry);
    aedile_reporting::register(&mut registry);
    registry
}

/// A runner over an opened store, with the machine's own clock and randomness.
#[must_use]
pub fn runner(store: Store, policy: Policy) -> Runner<Store> {
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let runner = Runner::new(store, clock, entropy, Arc::new(Epochs::default()), policy);
    // Whoever writes a user down gives them a plan, and whoever must tell a user something leaves a mail, the console too.
    runner
        .with_watcher(aedile_billing::plans::watch())
        .with_watcher(aedile_messaging::mail::watch())
        .with_watcher(aedile_accounts::sessions::watch())
}

/// A runner for a command of the console, which reaches the database by itself. No such command begins a sale or a
/// deletion, so it has no settings of either.
///
/// # Errors
/// When the database can't be opened.
pub async fn console(database: &Database) -> Result<Runner<Store>> {
    Store::open(database.options(), Arc::new(SystemEntropy)).await.map(|store| runner(store, Policy::DEFAULT))
}
