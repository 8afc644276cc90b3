//! A server of one's own, with ready callers.

use aedile::{Running, Settings};
use aedile_kernel::Caller as KernelCaller;
use aedile_kernel::{Topic, UserId};
use aedile_rbac::assignments::{AssignRole, PromoteFromConsole};
use aedile_store::Outbox;
use clap::Parser;

use super::caller::Caller;
use super::database::{Backend, TestDatabase};
use super::identity_provider::{ISSUER, IdentityProvider};

/// The key of local sign-ins in tests.
pub(crate) const JWT_SECRET: &str = "a secret for tests, at least 32 bytes long";

/// A running server on a fresh database.
pub(crate) struct TestApp {
    pub(crate) backend: Backend,
    pub(crate) database: TestDatabase,
    pub(crate) provider: IdentityProvider,
    pub(crate) server: Running,
    /// Where packages are kept.
    pub(crate) artifacts: tempfile::TempDir,
}

/// Runs a test on each database there is, without rate limits.
pub(crate) async fn on_each_backend(test: impl AsyncFn(&TestApp)) {
    on_each_backend_with(&[], test).await;
}

/// Runs a test on each database there is, with further arguments of `aedile serve`.
pub(crate) async fn on_each_backend_with(arguments: &[&str], test: impl AsyncFn(&TestApp)) {
    for backend in Backend::all() {
        let app = TestApp::start(backend, arguments).await;
        test(&app).await;
        app.stop().await;
    }
}

/// The operator's key of every test's server.
pub(crate) const ADMIN_KEY: &str = "the-operators-key-of-the-tests";

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
}

impl TestApp {
    pub(crate) async fn start(backend: Backend, arguments: &[&str]) -> Self {
        let database = TestDatabase::fresh(backend).await;
        let provider = IdentityProvider::start();
        let artifacts = tempfile::tempdir().unwrap();
        let server = Self::serve(&database, &provider, &artifacts, arguments).await;
        Self { backend, database, provider, server, artifacts }
    }

    /// One more instance on the same database.
    pub(crate) async fn another_instance(&self, arguments: &[&str]) -> Running {
        Self::serve(&self.database, &self.provider, &self.artifacts, arguments).await
    }

    async fn serve(
        database: &TestDatabase,
        provider: &IdentityProvider,
        artifacts: &tempfile::TempDir,
        arguments: &[&str],
    ) -> Running {
        let artifacts = format!("file:{}", artifacts.path().display());
        let fixed = [
            "aedile",
            "--bind",
            "127.0.0.1:0",
            "--workers",
            "2",
            "--jwt-secret",
            JWT_SECRET,
            "--admin-api-key",
            ADMIN_KEY,
            "--clerk-jwks-url",
            &provider.jwks_url,
            "--clerk-issuer",
            ISSUER,
            "--database-url",
            &database.url,
            "--artifacts-url",
            &artifacts,
        ];
        let unlimited = ["--rate-public-read", "--rate-authenticated-read", "--rate-write", "--rate-admin"];
        let unlimited = unlimited.iter().filter(|name| !arguments.contains(name)).flat_map(|name| [*name, "0"]);
        let all = fixed.into_iter().chain(unlimited).chain(arguments.iter().copied());
        aedile::start(&Arguments::parse_from(all).settings).await.unwrap()
    }

    /// Where the server listens.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    pub(crate) fn anonymous(&self) -> Caller {
        Caller::new(&self.url(), None)
    }

    /// The operator, with their key.
    pub(crate) fn operator(&self) -> Caller {
        self.anonymous().with_header("X-Admin-Key", ADMIN_KEY)
    }

    pub(crate) fn with_token(&self, token: impl Into<String>) -> Caller {
        Caller::new(&self.url(), Some(token.into()))
    }

    /// A user of the identity provider, without any role.
    pub(crate) fn user(&self, id: &str) -> Caller {
        self.with_token(IdentityProvider::token(id, false))
    }

    /// A user of the identity provider with the admin claim, and no role yet.
    pub(crate) fn claimed_admin(&self, id: &str) -> Caller {
        self.with_token(IdentityProvider::token(id, true))
    }

    /// `user_root`, a super-admin as `aedile admins promote` makes one.
    pub(crate) async fn super_admin(&self) -> Caller {
        let promote = PromoteFromConsole { user: "user_root".into() };
        // From here on the server's own caches know: it is the same runner.
        self.server.runner().command(&KernelCaller::console(), promote).await.unwrap();
        self.claimed_admin("user_root")
    }

    /// `user_ROLE`, who has the admin claim and this role.
    pub(crate) async fn with_role(&self, role_name: &str) -> Caller {
        let id = format!("user_{role_name}");
        self.assign(&id, role_name).await;
        self.claimed_admin(&id)
    }

    /// Assigns a role from the console.
    pub(crate) async fn assign(&self, user: &str, role_name: &str) {
        let assign = AssignRole {
            clerk_user_id: UserId::parse(user).unwrap(),
            role_name: role_name.to_owned(),
            expires_at: None,
        };
        self.server.runner().command(&KernelCaller::console(), assign).await.unwrap();
    }

    /// Changes the database past the server, and has it forget what it knew.
    pub(crate) fn change_by_sql(&self, sql: &str) {
        self.database.execute(sql);
        Topic::ALL.into_iter().for_each(|topic| self.server.runner().epochs().advance(topic));
    }

    /// Stops the server; what it left undone is a failure of the test.
    pub(crate) async fn stop(self) {
        let waiting = self.server.runner().store().waiting().await.unwrap();
        self.server.stop().await;
        self.provider.stop().await;
        assert_eq!(waiting, 0, "messages were left in the outbox");
    }
}
