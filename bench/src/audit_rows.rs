//! Many rows of the audit trail. One by one they would take minutes, so they are written past the store; each has the
//! digest it would have had, and they are sealed as usual.

use std::fmt::Write;

use aedile_kernel::digest::hex;
use aedile_kernel::{AuditEntry, Status, Timestamp};
use aedile_store::Store;
use tokio::runtime::Runtime;

use crate::Result;
use crate::database::{Direct, Scratch};

/// The actor of few rows.
pub(crate) const RARE_ACTOR: &str = "user_rare";
/// How many rows they have, spread evenly over all.
pub(crate) const RARE_ROWS: u32 = 20;

const FIRST_AT: i64 = 1_735_689_600;
const ROWS_A_STATEMENT: u32 = 500;
const STATEMENTS_A_COMMIT: u32 = 100;
const ACTIONS: [(&str, &str); 8] = [
    ("flag.update", "feature_flag"),
    ("flag.create", "feature_flag"),
    ("tier.update", "tier_config"),
    ("scope.update", "scope_config"),
    ("role.assign", "role_assignment"),
    ("endpoint.update", "endpoint_override"),
    ("announcement.create", "announcement"),
    ("local_user.update", "local_user"),
];

/// Fills an audit trail that has its tables and no rows.
pub(crate) fn fill(database: &Scratch, rows: u32) -> Result<()> {
    let mut connection = database.connect()?;
    if let Direct::Sqlite(_) = connection {
        connection.execute("PRAGMA synchronous = OFF")?;
    }
    let mut next = 0;
    while next < rows {
        connection.execute("BEGIN")?;
        for _ in 0..STATEMENTS_A_COMMIT {
            let end = rows.min(next + ROWS_A_STATEMENT);
            if next < end {
                connection.execute(&statement(next..end, rows)?)?;
            }
            next = end;
        }
        connection.execute("COMMIT")?;
    }
    connection.execute(match connection {
        Direct::Sqlite(_) => "PRAGMA wal_checkpoint(TRUNCATE)",
        Direct::Postgres(_) => "VACUUM (ANALYZE) audit_log",
    })
}

/// Seals all rows, as a server would in the time it took them to come.
pub(crate) fn seal(runtime: &Runtime, store: &Store, now: Timestamp) -> Result<()> {
    while runtime.block_on(store.seal_audit_log(now))? != Some(0) {}
    Ok(())
}

fn statement(numbers: std::ops::Range<u32>, rows: u32) -> Result<String> {
    let mut sql = String::from(
        "INSERT INTO audit_log (actor_id, actor_email, action, resource_type, resource_id, old_values, new_values, \
         ip_address, user_agent, status, metadata, created_at, digest) VALUES ",
    );
    for number in numbers.clone() {
        let entry = entry(number, rows);
        let separator = if number == numbers.start { "" } else { "," };
        write!(
            sql,
            "{separator}('{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}',{},'{}')",
            entry.actor_id,
            entry.actor_email.as_deref().unwrap_or_default(),
            entry.action,
            entry.resource_type,
            entry.resource_id.as_deref().unwrap_or_default(),
            entry.old_values.as_deref().unwrap_or_default(),
            entry.new_values.as_deref().unwrap_or_default(),
            entry.ip_address.as_deref().unwrap_or_default(),
            entry.user_agent.as_deref().unwrap_or_default(),
            entry.status.as_str(),
            entry.metadata.as_deref().unwrap_or_default(),
            entry.created_at.as_micros(),
            hex(&entry.digest()),
        )?;
    }
    Ok(sql)
}

/// A row as operations leave them. No text in it has a quote that SQL would stumble over.
fn entry(number: u32, rows: u32) -> AuditEntry {
    let every = (rows / RARE_ROWS).max(1);
    let is_rare = number % every == every / 2 && number / every < RARE_ROWS;
    let actor_id = if is_rare { RARE_ACTOR.to_owned() } else { format!("user_{}", number % 97) };
    let kinds = ACTIONS.iter().cycle().skip(usize::try_from(number % 8).unwrap_or(0));
    let (action, resource_type) = kinds.copied().next().unwrap_or(("flag.update", "feature_flag"));
    AuditEntry {
        actor_email: Some(format!("{actor_id}@bench.example")),
        actor_id,
        action: action.to_owned(),
        resource_type: resource_type.to_owned(),
        resource_id: Some((number % 1_009).to_string()),
        old_values: Some(format!(r#"{{"rollout_percentage":{},"enabled":false}}"#, number % 100)),
        new_values: Some(format!(r#"{{"rollout_percentage":{},"enabled":true}}"#, (number + 1) % 100)),
        ip_address: Some(format!("203.0.113.{}", number % 250)),
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36".to_owned()),
        origin: aedile_kernel::Origin::default(),
        status: if number % 50 == 7 { Status::Denied } else { Status::Success },
        metadata: Some(format!(r#"{{"request_id":"{number:032x}"}}"#)),
        created_at: Timestamp::from_seconds(FIRST_AT + i64::from(number) * 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_are_of_the_rare_actor() {
        for rows in [1_000, 1_007, 50_000] {
            let rare = (0..rows).filter(|number| entry(*number, rows).actor_id == RARE_ACTOR).count();
            assert_eq!(rare, 20, "{rows}");
        }
    }

    #[test]
    fn a_statement_holds_each_row_once() {
        let sql = statement(10..13, 1_000).unwrap();
        assert_eq!(sql.matches("Mozilla").count(), 3);
        assert!(!sql.contains("''") && sql.ends_with(')'), "{sql}");
    }
}
