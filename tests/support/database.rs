//! A fresh database for each test.

use std::sync::atomic::{AtomicU64, Ordering};

use aedile_identity::SystemEntropy;
use aedile_store::{Options, Store};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::{Connection as _, RunQueryDsl as _};
use tokio::sync::OnceCell;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    /// SQLite, and PostgreSQL where there is a server for tests.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![Self::Sqlite];
        all.extend(variable("AEDILE_TEST_POSTGRES").map(|_| Self::Postgres));
        all
    }
}

/// A database that is removed in the end.
pub(crate) struct TestDatabase {
    pub(crate) url: String,
    _folder: Option<tempfile::TempDir>,
    name: Option<String>,
}

impl TestDatabase {
    pub(crate) async fn fresh(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::empty(backend),
            Backend::Postgres => {
                let template = TEMPLATE.get_or_init(make_template).await;
                let name = next_name();
                as_server(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
                Self { url: url_of(&name), _folder: None, name: Some(name) }
            }
        }
    }

    /// A database without tables.
    pub(crate) fn empty(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite:{}", folder.path().join("test.db").display());
                Self { url, _folder: Some(folder), name: None }
            }
            Backend::Postgres => {
                let name = next_name();
                as_server(&format!("CREATE DATABASE {name}"));
                Self { url: url_of(&name), _folder: None, name: Some(name) }
            }
        }
    }

    /// One that is there already, and stays.
    pub(crate) fn at(url: &str) -> Self {
        Self { url: url.to_owned(), _folder: None, name: None }
    }

    /// The one number that a query finds, which stands in brackets in another one.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            number: i64,
        }
        let query = diesel::sql_query(format!("SELECT ({sql}) AS number"));
        let row: Row = match self.url.strip_prefix("sqlite:") {
            Some(path) => query.get_result(&mut diesel::sqlite::SqliteConnection::establish(path).unwrap()).unwrap(),
            None => query.get_result(&mut PgConnection::establish(&self.url).unwrap()).unwrap(),
        };
        row.number
    }

    /// Every row of every table as text, with the table's name in front.
    pub(crate) fn dump(&self) -> Vec<String> {
        let (tables, columns) = if self.url.starts_with("sqlite:") {
            (
                "SELECT name AS text FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
                "pragma_table_info",
            )
        } else {
            ("SELECT table_name::text AS text FROM information_schema.tables WHERE table_schema = 'public'", "")
        };
        self.texts(tables).iter().flat_map(|table| self.rows_of(table, columns)).collect()
    }

    fn rows_of(&self, table: &str, columns: &str) -> Vec<String> {
        let row = if columns.is_empty() {
            format!("{table}::text")
        } else {
            let names = self.texts(&format!("SELECT name AS text FROM {columns}('{table}')"));
            names.iter().map(|name| format!("quote(\"{name}\")")).collect::<Vec<_>>().join(" || ' ' || ")
        };
        self.texts(&format!("SELECT '{table}: ' || {row} AS text FROM {table}"))
    }

    /// The texts that a query finds in its one column `text`.
    fn texts(&self, sql: &str) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let query = diesel::sql_query(sql);
        let rows: Vec<Row> = match self.url.strip_prefix("sqlite:") {
            Some(path) => query.load(&mut diesel::sqlite::SqliteConnection::establish(path).unwrap()).unwrap(),
            None => query.load(&mut PgConnection::establish(&self.url).unwrap()).unwrap(),
        };
        rows.into_iter().map(|row| row.text).collect()
    }

    /// Runs SQL beside the server, as an operator could.
    pub(crate) fn execute(&self, sql: &str) {
        match self.url.strip_prefix("sqlite:") {
            Some(path) => {
                let mut connection = diesel::sqlite::SqliteConnection::establish(path).unwrap();
                connection
                    .batch_execute(&format!("PRAGMA busy_timeout = 5000; PRAGMA secure_delete = ON; {sql}"))
                    .unwrap();
            }
            None => PgConnection::establish(&self.url).unwrap().batch_execute(sql).unwrap(),
        }
    }
}

impl TestDatabase {
    /// How large it is, in bytes.
    pub(crate) fn size(&self) -> i64 {
        self.number(match self.name {
            None => "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
            Some(_) => "SELECT pg_database_size(current_database())",
        })
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            as_server(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// Migrations take longer than a copy of a database that has them.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

async fn make_template() -> String {
    let name = next_name();
    as_server(&format!("CREATE DATABASE {name}"));
    let store = Store::open(Options::new(url_of(&name)), std::sync::Arc::new(SystemEntropy)).await.unwrap();
    store.close().await;
    drop(store);
    // The pool's connections end a moment after it, and a database in use is no template.
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    as_server(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false; {end}"));
    name
}

fn as_server(sql: &str) {
    let server = variable("AEDILE_TEST_POSTGRES").expect("a PostgreSQL server for tests");
    for statement in sql.split("; ") {
        PgConnection::establish(&server).unwrap().batch_execute(statement).unwrap();
    }
}

fn url_of(name: &str) -> String {
    let server = variable("AEDILE_TEST_POSTGRES").expect("a PostgreSQL server for tests");
    let (front, parameters) = server.split_once('?').map_or((server.as_str(), ""), |(front, rest)| (front, rest));
    let (host, _) = front.rsplit_once('/').unwrap();
    if parameters.is_empty() { format!("{host}/{name}") } else { format!("{host}/{name}?{parameters}") }
}

fn next_name() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("aedile_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// What an environment variable says about a server for tests. Without it the test is skipped, which it says; where CI=true
/// it fails.
pub(crate) fn needed(name: &str) -> Option<String> {
    let value = variable(name);
    if value.is_none() {
        assert_ne!(variable("CI").as_deref(), Some("true"), "{name} is needed where CI=true");
        eprintln!("skipped: {name} is not set (scripts/test.sh sets it)");
    }
    value
}

#[expect(clippy::disallowed_methods, reason = "the test servers are told to the tests by environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
