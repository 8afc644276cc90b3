//! Databases that are removed in the end.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::Connection as _;
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;

use crate::Result;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Which database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres {
        /// A superuser's connection.
        server: String,
    },
}

impl Backend {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }
}

/// An empty database, while it lives.
#[derive(Debug)]
pub(crate) struct Scratch {
    /// As `DATABASE_URL`.
    pub(crate) url: String,
    backend: Backend,
    name: String,
}

impl Scratch {
    /// Makes one; SQLite's file is removed with `folder`.
    pub(crate) fn new(backend: &Backend, folder: &Path) -> Result<Self> {
        let name = format!("aedile_bench_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let url = match backend {
            Backend::Sqlite => format!("sqlite:{}", folder.join(&name).display()),
            Backend::Postgres { server } => {
                PgConnection::establish(server)?.batch_execute(&format!("CREATE DATABASE {name}"))?;
                url_of(server, &name)?
            }
        };
        Ok(Self { url, backend: backend.clone(), name })
    }

    /// A connection beside the server's own, for what no operation does.
    pub(crate) fn connect(&self) -> Result<Direct> {
        Ok(match self.url.strip_prefix("sqlite:") {
            Some(path) => Direct::Sqlite(SqliteConnection::establish(path)?),
            None => Direct::Postgres(PgConnection::establish(&self.url)?),
        })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let Backend::Postgres { server } = &self.backend else { return };
        let removed = PgConnection::establish(server).map_err(|error| error.to_string()).and_then(|mut c| {
            c.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).map_err(|e| e.to_string())
        });
        if let Err(error) = removed {
            eprintln!("aedile-bench: the database {} is left: {error}", self.name);
        }
    }
}

/// A connection to either database.
pub(crate) enum Direct {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Direct {
    pub(crate) fn execute(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.batch_execute(sql)?,
            Self::Postgres(connection) => connection.batch_execute(sql)?,
        }
        Ok(())
    }
}

/// The URL of another database of the same server.
fn url_of(server: &str, name: &str) -> Result<String> {
    let (front, parameters) = server.split_once('?').map_or((server, None), |(front, rest)| (front, Some(rest)));
    let (host, _) = front.rsplit_once('/').ok_or("the URL of PostgreSQL names no database")?;
    Ok(parameters.map_or_else(|| format!("{host}/{name}"), |parameters| format!("{host}/{name}?{parameters}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_changes() {
        assert_eq!(url_of("postgres://u@%2Ftmp/postgres", "a").unwrap(), "postgres://u@%2Ftmp/a");
        assert_eq!(url_of("postgres://h/postgres?sslmode=require", "a").unwrap(), "postgres://h/a?sslmode=require");
        assert!(url_of("nowhere", "a").is_err());
    }
}
