//! A database per history, as one is that is filled once.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aedile_simulator::open_market;
use diesel::Connection as _;
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use tempfile::TempDir;

/// A filled database.
pub(crate) enum Template {
    Sqlite(TempDir),
    Postgres { server: String, name: String, free: Free },
}

/// Copies on the server that no history uses. They are used again: making one takes far longer than emptying it.
type Free = Arc<Mutex<Vec<String>>>;

/// One history's database.
pub(crate) struct DatabaseCopy {
    pub(crate) url: String,
    _folder: Option<TempDir>,
    on_server: Option<(String, Free)>,
}

/// Keeps what each table and sequence holds.
const KEEP: &str = "CREATE SCHEMA filled;
CREATE TABLE filled.kept_tables AS SELECT table_name::text AS name, string_agg(quote_ident(column_name), ', ') AS columns
  FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
  WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' GROUP BY table_name;
CREATE TABLE filled.kept_sequences AS
  SELECT format('public.%I', sequencename) AS name, last_value FROM pg_sequences WHERE schemaname = 'public';
DO $$ DECLARE kept record; BEGIN
  FOR kept IN SELECT * FROM filled.kept_tables LOOP
    EXECUTE format('CREATE TABLE filled.%1$I AS SELECT %2$s FROM public.%1$I', kept.name, kept.columns);
  END LOOP;
END $$";

/// Makes each table and sequence hold what was kept, past triggers and foreign keys.
const RESTORE: &str = "DO $$ DECLARE kept record; BEGIN
  PERFORM set_config('session_replication_role', 'replica', true);
  FOR kept IN SELECT * FROM filled.kept_tables LOOP
    EXECUTE format('DELETE FROM public.%I', kept.name);
    EXECUTE format('INSERT INTO public.%1$I (%2$s) SELECT * FROM filled.%1$I', kept.name, kept.columns);
  END LOOP;
  PERFORM setval(name::regclass, COALESCE(last_value, 1), last_value IS NOT NULL) FROM filled.kept_sequences;
END $$";

impl Template {
    /// A file, in memory where that can be.
    pub(crate) fn sqlite() -> Self {
        let folder = folder();
        fill(&sqlite_url(folder.path()));
        Self::Sqlite(folder)
    }

    /// A database on the server for tests, if there is one.
    pub(crate) fn postgres() -> Option<Self> {
        let server = needed("AEDILE_TEST_POSTGRES")?;
        let name = next_name();
        execute(&server, &format!("CREATE DATABASE {name}"));
        fill(&url_of(&server, &name));
        execute(&url_of(&server, &name), KEEP);
        Some(Self::Postgres { server, name, free: Free::default() })
    }

    pub(crate) fn copy(&self) -> DatabaseCopy {
        match self {
            Self::Sqlite(filled) => {
                let folder = folder();
                for file in std::fs::read_dir(filled.path()).unwrap() {
                    let file = file.unwrap();
                    std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
                }
                DatabaseCopy { url: sqlite_url(folder.path()), _folder: Some(folder), on_server: None }
            }
            Self::Postgres { server, name, free } => {
                let used = locked(free).pop();
                let copy = used.clone().unwrap_or_else(next_name);
                let url = url_of(server, &copy);
                match used {
                    Some(_) => execute(&url, RESTORE),
                    None => execute(server, &format!("CREATE DATABASE {copy} TEMPLATE {name}")),
                }
                DatabaseCopy { url, _folder: None, on_server: Some((copy, Arc::clone(free))) }
            }
        }
    }
}

impl Drop for Template {
    fn drop(&mut self) {
        if let Self::Postgres { server, name, free } = self {
            for name in locked(free).iter().chain([&*name]) {
                execute(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
            }
        }
    }
}

impl Drop for DatabaseCopy {
    fn drop(&mut self) {
        if let Some((name, free)) = self.on_server.take() {
            locked(&free).push(name);
        }
    }
}

fn locked(free: &Free) -> MutexGuard<'_, Vec<String>> {
    free.lock().unwrap_or_else(PoisonError::into_inner)
}

fn fill(url: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(open_market(url)).unwrap();
}

/// What is flushed there costs nothing.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

fn sqlite_url(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("market.db").display())
}

fn execute(server: &str, statement: &str) {
    PgConnection::establish(server).unwrap().batch_execute(statement).unwrap();
}

fn url_of(server: &str, name: &str) -> String {
    let (front, parameters) = server.split_once('?').map_or((server, String::new()), |(f, p)| (f, format!("?{p}")));
    let (host, _) = front.rsplit_once('/').unwrap();
    format!("{host}/{name}{parameters}")
}

fn next_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("aedile_simulator_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The URL of a server for tests. Without it the test is skipped, which it says; where CI=true it fails.
fn needed(name: &str) -> Option<String> {
    let value = variable(name);
    if value.is_none() {
        assert_ne!(variable("CI").as_deref(), Some("true"), "{name} is needed where CI=true");
        eprintln!("skipped: {name} is not set (scripts/test.sh sets it)");
    }
    value
}

#[expect(clippy::disallowed_methods, reason = "tests are told by their environment what there is")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
