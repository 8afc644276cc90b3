//! Which database, and how to open it.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::time::Duration;

use aedile_kernel::{Error, Result};
use backon::{BlockingRetryable, ConstantBuilder};
use diesel::connection::{CacheSize, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::result::{ConnectionError, ConnectionResult};
use diesel::sqlite::SqliteConnection;
use diesel::{Connection as _, r2d2};

use crate::connection::Connection;
use crate::pooler;

/// Where the data lives.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum DatabaseUrl {
    /// A file.
    Sqlite(String),
    /// A libpq connection string.
    Postgres(String),
    /// The same, where a pooler hands a connection to others after each transaction.
    Pooled(String),
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

impl DatabaseUrl {
    /// Reads `sqlite:PATH` or `postgres://…`.
    ///
    /// # Errors
    /// `Invalid` for anything else; the text may hold a password and is not repeated.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        Self::read(url).map_err(|reason| Error::invalid("DATABASE_URL", reason))
    }

    fn read(url: &str) -> Result<Self, &'static str> {
        if url.chars().any(char::is_control) || url != url.trim() {
            return Err("must not have blanks or control characters around or in it");
        }
        match url.split_once(':') {
            Some(("sqlite", path)) => file(path).map(|path| Self::Sqlite(path.to_owned())),
            Some(("postgres" | "postgresql", rest)) => server(rest).map(|()| Self::Postgres(url.to_owned())),
            _ => Err(SHAPE),
        }
    }

    /// Opens a connection and sets its limits.
    pub(crate) fn connect(&self, access: Access) -> ConnectionResult<Connection> {
        match self {
            Self::Sqlite(path) => {
                if access == Access::Write {
                    make_private(path).map_err(|error| ConnectionError::BadConnection(format!("{path}: {error}")))?;
                }
                let mut connection = SqliteConnection::establish(path)?;
                if access == Access::Write {
                    write_ahead(&mut connection).map_err(ConnectionError::CouldntSetupConfiguration)?;
                }
                connection
                    .batch_execute(sqlite_settings(access))
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Connection::Sqlite(connection))
            }
            Self::Postgres(url) => PgConnection::establish(&with_time_limits(url)).map(Connection::Postgres),
            Self::Pooled(url) => {
                let mut connection = PgConnection::establish(&with_time_limits(url))?;
                // A statement that was prepared under a name may be another one's there, or be missing.
                connection.set_prepared_statement_cache_size(CacheSize::Disabled);
                Ok(Connection::Postgres(connection))
            }
        }
    }

    /// The same database, with what is found out about how it is reached.
    pub(crate) fn explored(self) -> ConnectionResult<Self> {
        let Self::Postgres(url) = self else { return Ok(self) };
        let is_pooled = pooler::is_between(&with_time_limits(&url))?;
        if is_pooled {
            tracing::info!("a pooler in transaction mode is before PostgreSQL: statements are not kept prepared");
        }
        Ok(if is_pooled { Self::Pooled(url) } else { Self::Postgres(url) })
    }
}

/// Whether a database can be opened by this URL, as far as that can be told without opening it.
///
/// # Errors
/// What is wrong with it, without repeating it: it may hold a password.
pub fn check_database_url(url: &str) -> Result<(), &'static str> {
    DatabaseUrl::read(url).map(drop)
}

const SHAPE: &str = "must be sqlite:PATH or postgres://USER@HOST/DATABASE";

/// The path behind `sqlite:`. SQLite itself would read a `file:` URI, and other programs parameters and escapes: here they
/// would be part of the file's name, and make a new database beside the one that was meant.
fn file(path: &str) -> Result<&str, &'static str> {
    let path = match path.strip_prefix("//") {
        Some(rest) if !rest.starts_with('/') => {
            return Err("must be sqlite:PATH, or sqlite:///PATH from the root: two slashes would name a host");
        }
        Some(rest) => rest,
        None => path,
    };
    if path.is_empty() {
        Err(SHAPE)
    } else if path.contains(":memory:") || path.starts_with("file:") {
        Err("must name a file as sqlite:PATH: a database in memory would be lost, and file: is no part of a path")
    } else if path.contains('?') || has_escape(path) {
        Err("must be sqlite:PATH, without parameters and % escapes")
    } else {
        Ok(path)
    }
}

fn has_escape(text: &str) -> bool {
    let is_digits = |digits: &str| digits.get(..2).is_some_and(|two| two.bytes().all(|b| b.is_ascii_hexdigit()));
    text.split('%').skip(1).any(is_digits)
}

/// What stands behind `postgres:`. libpq would take the user's name for a database that is not named.
fn server(rest: &str) -> Result<(), &'static str> {
    let rest = rest.strip_prefix("//").ok_or(SHAPE)?;
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let has_path = place.split_once('/').is_some_and(|(_, database)| !database.is_empty());
    if has_path || parameter(parameters, "dbname").is_some() {
        Ok(())
    } else {
        Err("must name the database: postgres://USER@HOST/DATABASE")
    }
}

/// The value of a parameter of libpq.
fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = parameters.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, value)| *known == name && !value.is_empty()).map(|(_, value)| value)
}

/// Makes a file that is not there yet, so that only its owner reads it: SQLite would go by the umask. Its log gets the same
/// mode. A file that is there keeps its own.
fn make_private(path: &str) -> std::io::Result<()> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Gives the file a write-ahead log. While two processes do so at once, SQLite tells one of them that the file is locked,
/// whatever its timeout.
fn write_ahead(connection: &mut SqliteConnection) -> diesel::QueryResult<()> {
    let attempts = ConstantBuilder::default().with_delay(Duration::from_millis(20)).with_max_times(250);
    let is_locked = |error: &diesel::result::Error| error.to_string().contains("locked");
    (|| connection.batch_execute("PRAGMA journal_mode=WAL")).retry(attempts).when(is_locked).call()
}

const fn sqlite_settings(access: Access) -> &'static str {
    match access {
        Access::Write => {
            "PRAGMA busy_timeout=5000; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
             PRAGMA cache_size=-8000; PRAGMA secure_delete=ON;"
        }
        Access::Read => {
            "PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA cache_size=-2000; PRAGMA query_only=ON;"
        }
    }
}

/// libpq waits for ever by default; a server that is away must be noticed, before and after the connection was made.
fn with_time_limits(url: &str) -> String {
    const LIMITS: [(&str, u32); 5] = [
        ("connect_timeout", 3),
        ("keepalives_idle", 5),
        ("keepalives_interval", 2),
        ("keepalives_count", 3),
        ("tcp_user_timeout", 10_000),
    ];
    let given = url.split_once('?').map_or("", |(_, parameters)| parameters);
    LIMITS.iter().filter(|(name, _)| parameter(given, name).is_none()).fold(url.to_owned(), |url, (name, value)| {
        let separator = if url.contains('?') { '&' } else { '?' };
        format!("{url}{separator}{name}={value}")
    })
}

/// Opens connections for the pool.
pub(crate) struct Manager {
    pub(crate) url: DatabaseUrl,
    pub(crate) access: Access,
}

/// A pooled connection, and whether it must not be used again.
pub(crate) struct Slot {
    pub(crate) connection: Connection,
    pub(crate) is_broken: bool,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Slot;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<Slot, r2d2::Error> {
        let connection = self.url.connect(self.access).map_err(r2d2::Error::ConnectionError)?;
        Ok(Slot { connection, is_broken: false })
    }

    fn is_valid(&self, slot: &mut Slot) -> Result<(), r2d2::Error> {
        slot.connection.batch_execute("SELECT 1").map_err(r2d2::Error::QueryError)
    }

    fn has_broken(&self, slot: &mut Slot) -> bool {
        slot.is_broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_the_backend() {
        assert!(DatabaseUrl::parse("sqlite:aedile.db").unwrap() == DatabaseUrl::Sqlite("aedile.db".into()));
        assert!(DatabaseUrl::parse("sqlite:///var/lib/a.db").unwrap() == DatabaseUrl::Sqlite("/var/lib/a.db".into()));
        assert!(DatabaseUrl::parse("sqlite:a b/100%.db").unwrap() == DatabaseUrl::Sqlite("a b/100%.db".into()));
        for good in [
            "postgres://u:p@h:5432/d",
            "postgresql:///d?host=/run/postgresql",
            "postgres://h/d?sslmode=require&application_name=a",
            "postgres://u@h?dbname=d",
            "postgres://u@[::1]/d",
        ] {
            assert!(DatabaseUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "sqlite:",
            "sqlite://",
            "sqlite://aedile.db",
            "sqlite://var/lib/a.db",
            "sqlite::memory:",
            "sqlite:///:memory:",
            "sqlite:file:a.db",
            "sqlite:a.db?mode=ro",
            "sqlite:my%20data.db",
            "sqlite:a.db ",
            "sqlite:a.db\n",
            " sqlite:a.db",
            "SQLITE:a.db",
            "file:a.db",
            "mysql://x",
            "aedile.db",
            "postgres:u@h/d",
            "postgres://",
            "postgres://u@h",
            "postgres://u@h/",
            "postgres://u@h?dbname=",
        ] {
            assert!(DatabaseUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_time_limit_is_added_once() {
        let limited = with_time_limits("postgres://h/d");
        assert!(limited.starts_with("postgres://h/d?connect_timeout=3&keepalives_idle=5&"), "{limited}");
        assert!(with_time_limits("postgres://h/d?a=b").starts_with("postgres://h/d?a=b&connect_timeout=3&"));
        let own = with_time_limits("postgres://h/d?connect_timeout=9&tcp_user_timeout=1");
        assert_eq!((own.matches("connect_timeout").count(), own.matches("tcp_user_timeout").count()), (1, 1));
        let password = with_time_limits("postgres://u:connect_timeout@h/d");
        assert!(password.starts_with("postgres://u:connect_timeout@h/d?connect_timeout=3&"), "{password}");
    }
}
