//! How the server is, and how it is set up.

use aedile_audit::trail::ListAudit;
use aedile_kernel::{Error, Result, Timestamp};
use aedile_rbac::roles::ListRoles;
use aedile_reporting::directory::ListUsers;

use crate::backend::DashboardBackend;
use crate::health::Health;
use crate::page::Asked;
use crate::view::{Block, Cell, Facts, Page, Section, Table, Tone};

pub(crate) async fn show(backend: &dyn DashboardBackend, _: &Asked) -> Result<Page> {
    if !(backend.may::<ListUsers>() || backend.may::<ListRoles>() || backend.may::<ListAudit>()) {
        return Err(Error::forbidden("Missing permission: admin:read or audit:read"));
    }
    let health = backend.health().await;
    Ok(Page::new("System")
        .intro("Status and settings of this server. Settings are read from its environment at start.")
        .section(state(&health, backend.now()))
        .section(connections(&health))
        .section(rates(&health))
        .section(settings(&health)))
}

fn state(health: &Health, now: Timestamp) -> Section {
    let notice = match &health.trouble {
        None => Block::Notice(Tone::Good, "Ready: the database answers.".to_owned()),
        Some(trouble) => Block::Notice(Tone::Bad, format!("Not ready: {trouble}.")),
    };
    let facts = Facts::default()
        .fact("Version", health.version)
        .fact("Database", health.database)
        .fact("Running since", health.started_at)
        .fact("Up for", ago(health.started_at, now));
    Section::new("Health").block(notice).block(facts)
}

/// The time since an instant, to its two greatest units.
fn ago(since: Timestamp, now: Timestamp) -> String {
    let minutes = (now.as_seconds() - since.as_seconds()).max(0) / 60;
    let count = |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => count(minutes, "minute"),
        (0, hours, minutes) => format!("{} and {}", count(hours, "hour"), count(minutes, "minute")),
        (days, hours, _) => format!("{} and {}", count(days, "day"), count(hours, "hour")),
    }
}

fn connections(health: &Health) -> Section {
    let rows = health.connections.iter().map(|connection| {
        let (tone, word) = if connection.is_set_up { (Tone::Good, "set up") } else { (Tone::Neutral, "not set up") };
        let without = if connection.is_set_up { Cell::Nothing } else { Cell::from(connection.without) };
        [Cell::from(connection.name), Cell::Badge(tone, word.to_owned()), without]
    });
    let table = Table::new("Connections", &["What", "State", "Without it"], "").rows(rows).row_heads();
    Section::new("Connections").block(table)
}

fn rates(health: &Health) -> Section {
    let facts = health.rates.iter().fold(Facts::default(), |facts, (name, rate)| {
        facts.fact(*name, if *rate == 0 { "unlimited".to_owned() } else { format!("{rate} a minute") })
    });
    Section::new("Limits").text("Maximum requests of a user, or of an address when nobody is signed in.").block(facts)
}

fn settings(health: &Health) -> Section {
    let facts = health.settings.iter().fold(Facts::default(), |facts, (name, value)| facts.fact(*name, value.as_str()));
    Section::new("Other settings").block(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_two_units() {
        let start = Timestamp::from_seconds(1_768_473_000);
        for (seconds, told) in [
            (59, "0 minutes"),
            (60, "1 minute"),
            (3 * 3600 + 61, "3 hours and 1 minute"),
            (86_400 * 2 + 3600, "2 days and 1 hour"),
            (-5, "0 minutes"),
        ] {
            assert_eq!(ago(start, start.plus_seconds(seconds)), told);
        }
    }
}
