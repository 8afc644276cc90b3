//! Two instances on one PostgreSQL, with Redis between them or without.

use std::time::Duration;

use aedile::Running;
use aedile_store::Outbox;

use crate::support::{Backend, Caller, TestApp, eventually, needed};

/// Within this long every instance acts on a change.
pub(crate) const SOON: Duration = Duration::from_secs(2);

/// Two instances, `here` and `there`.
pub(crate) struct Pair {
    pub(crate) app: TestApp,
    other: Running,
}

impl Pair {
    /// Starts both; `None` where there is no PostgreSQL.
    pub(crate) async fn start(arguments: &[&str]) -> Option<Self> {
        needed("AEDILE_TEST_POSTGRES")?;
        let app = TestApp::start(Backend::Postgres, arguments).await;
        let unlimited = ["--rate-public-read", "--rate-write", "--rate-admin"];
        let unlimited = unlimited.iter().filter(|name| !arguments.contains(name)).flat_map(|name| [*name, "0"]);
        let arguments: Vec<&str> = arguments.iter().copied().chain(unlimited).collect();
        let other = app.another_instance(&arguments).await;
        Some(Self { app, other })
    }

    /// The same caller at the other instance.
    pub(crate) fn there(&self, caller: &Caller) -> Caller {
        caller.at(&format!("http://{}", self.other.address()))
    }

    /// How many messages wait to be delivered.
    pub(crate) async fn waiting(&self) -> i64 {
        self.app.server.runner().store().waiting().await.unwrap()
    }

    /// Waits until all messages are delivered, and stops both.
    pub(crate) async fn stop(self) {
        let delivered = || async { self.waiting().await == 0 };
        eventually(Duration::from_secs(10), "all news delivered", delivered).await;
        self.other.stop().await;
        self.app.stop().await;
    }
}
