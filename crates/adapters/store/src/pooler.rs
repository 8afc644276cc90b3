//! Whether a pooler such as PgBouncer is between this server and PostgreSQL, and hands connections to others between
//! transactions. Nothing that outlives a transaction may be left on a connection then: no prepared statement,
//! no setting, no `LISTEN`.

use diesel::pg::PgConnection;
use diesel::result::ConnectionResult;
use diesel::sql_types::Integer;
use diesel::{Connection as _, ConnectionError, QueryableByName, RunQueryDsl, sql_query};

/// How often is looked, so that others who use the pooler meanwhile can't hide it.
const LOOKS: usize = 5;

/// Whether two connections that are both open are served by one process of PostgreSQL, or one of them by several in turn.
pub(crate) fn is_between(url: &str) -> ConnectionResult<bool> {
    let mut one = PgConnection::establish(url)?;
    let mut other = PgConnection::establish(url)?;
    let mut seen: Option<(i32, i32)> = None;
    for _ in 0..LOOKS {
        let (first, second) = (process(&mut one)?, process(&mut other)?);
        if first == second || seen.is_some_and(|seen| seen != (first, second)) {
            return Ok(true);
        }
        seen = Some((first, second));
    }
    Ok(false)
}

/// The process of PostgreSQL that serves a transaction on this connection.
fn process(connection: &mut PgConnection) -> ConnectionResult<i32> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Integer)]
        pid: i32,
    }
    let found = connection.transaction(|connection| {
        let row: Row = sql_query("SELECT pg_backend_pid() AS pid").get_result(connection)?;
        Ok(row.pid)
    });
    found.map_err(ConnectionError::CouldntSetupConfiguration)
}
