//! What is old is removed, by the settings.

use std::time::Duration;

use aedile_identity::SystemClock;
use aedile_kernel::Clock;
use aedile_kernel::Day;

use crate::support::{Backend, Binary, TestDatabase, eventually};

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn a_running_server_removes_what_is_older_than_the_settings_say() {
    for backend in Backend::all() {
        let database = TestDatabase::fresh(backend).await;
        let binary = Binary::on(&database.url).with("AEDILE_KEEP_USAGE_DAYS", "7");
        // Which also makes the tables.
        binary.run(&["audit", "verify"]).expect(0);
        let now = SystemClock.now();
        for days in [60, 100] {
            let at = now.plus_seconds(-days * DAY).as_micros();
            database.execute(&format!("INSERT INTO payment_events (id, received_at) VALUES ('evt_{days}', {at})"));
        }
        for days in [3, 30] {
            let day = Day::of(now.plus_seconds(-days * DAY));
            database.execute(&format!("INSERT INTO usage_days VALUES ('user_ada', '{day}', '/x', 1)"));
        }
        let _server = binary.serve(&[]).await;
        let rows = |table: &str| database.number(&format!("SELECT count(*) AS number FROM {table}"));
        let are_gone = || async { rows("payment_events") == 1 && rows("usage_days") == 1 };
        eventually(Duration::from_secs(20), "the older ones are gone", are_gone).await;
        assert_eq!(database.number("SELECT count(*) AS number FROM payment_events WHERE id = 'evt_60'"), 1);
    }
}
