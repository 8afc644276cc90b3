//! Two instances on one PostgreSQL, with limits that Redis shares or without.

use aedile::Running;

use crate::support::{Backend, Caller, TestApp, needed};

/// Two instances, `here` and `there`.
pub(crate) struct Pair {
    pub(crate) app: TestApp,
    pub(crate) other: Running,
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

    /// Stops both.
    pub(crate) async fn stop(self) {
        self.other.stop().await;
        self.app.stop().await;
    }
}
