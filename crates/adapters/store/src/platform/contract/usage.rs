use aedile_kernel::mock::NOW;
use aedile_kernel::{Day, Timestamp, UserId};
use aedile_platform::usage::{Usage, UsageCount, UsageMeter, UsageTotal};

use crate::connection::Connection;
use crate::testing::{TestDatabase, for_each_backend, in_transaction};

const DAY: i64 = 86_400;

fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(NOW).plus_seconds(seconds)
}

fn counted(user_id: &str, route: &str, count: u64, first: i64, last: i64) -> UsageCount {
    let (first_at, last_at) = (at(first), at(last));
    UsageCount { user_id: user(user_id), date: Day::of(first_at), route: route.into(), count, first_at, last_at }
}

/// Day, route and count of all the user's rows.
fn routes(connection: &mut Connection, user_id: &str) -> Vec<(String, String, u64)> {
    let rows = connection.list_routes(&user(user_id), Day::of(at(-1_000 * DAY))).unwrap();
    rows.into_iter().map(|row| (row.date.to_string(), row.route, row.count)).collect()
}

fn row(day: &str, route: &str, count: u64) -> (String, String, u64) {
    (day.into(), route.into(), count)
}

#[test]
fn counts_add_up() {
    for_each_backend(|c| {
        assert_eq!(c.find_total(&user("a")).unwrap(), None);
        c.add(&[counted("a", "/x", 2, 5, 9), counted("b", "/x", 1, 0, 0)]).unwrap();
        c.add(&[counted("a", "/y", 4, 7, 20), counted("a", "/x", 3, -DAY, -DAY), counted("a", "/x", 1, 6, 6)]).unwrap();
        c.add(&[]).unwrap();
        let expected = [row("2026-01-15", "/x", 3), row("2026-01-15", "/y", 4), row("2026-01-14", "/x", 3)];
        assert_eq!(routes(c, "a"), expected);
        let total = UsageTotal { count: 10, first_seen: Some(at(-DAY)), last_seen: Some(at(20)) };
        assert_eq!(c.find_total(&user("a")).unwrap(), Some(total));
        let total = UsageTotal { count: 1, first_seen: Some(at(0)), last_seen: Some(at(0)) };
        assert_eq!(c.find_total(&user("b")).unwrap(), Some(total));
    });
}

#[test]
fn a_late_batch_does_not_turn_back_the_last_call() {
    for_each_backend(|c| {
        c.add(&[counted("a", "/x", 1, 10, 10)]).unwrap();
        c.add(&[counted("a", "/x", 1, 3, 4)]).unwrap();
        let total = UsageTotal { count: 2, first_seen: Some(at(3)), last_seen: Some(at(10)) };
        assert_eq!(c.find_total(&user("a")).unwrap(), Some(total));
    });
}

#[test]
fn days_before_the_first_asked_for_do_not_come() {
    for_each_backend(|c| {
        c.add(&[counted("a", "/x", 1, 0, 0), counted("a", "/x", 1, -DAY, -DAY), counted("a", "/x", 1, -2 * DAY, 0)])
            .unwrap();
        let days = c.list_routes(&user("a"), Day::of(at(-DAY))).unwrap();
        assert_eq!(days.iter().map(|row| row.date.to_string()).collect::<Vec<_>>(), ["2026-01-15", "2026-01-14"]);
    });
}

#[test]
fn the_bound_on_routes_holds_from_batch_to_batch() {
    for_each_backend(|c| {
        let batch =
            |from: u32, to: u32| -> Vec<_> { (from..to).map(|n| counted("a", &format!("/{n:03}"), 1, 0, 0)).collect() };
        c.add(&batch(0, 150)).unwrap();
        c.add(&batch(100, 220)).unwrap();
        c.add(&batch(190, 300)).unwrap();
        let rows = routes(c, "a");
        assert_eq!(rows.len(), 201);
        assert_eq!(rows.iter().map(|(_, _, count)| count).sum::<u64>(), 150 + 120 + 110);
        let count = |route: &str| rows.iter().find(|row| row.1 == route).map(|row| row.2);
        assert_eq!((count("/149"), count("/199"), count("/200")), (Some(2), Some(2), None));
        assert_eq!(count("(other)"), Some(20 + 100));
        assert_eq!(c.find_total(&user("a")).unwrap().unwrap().count, 380);
        c.add(&[counted("a", "/new", 1, DAY, DAY), counted("b", "/new", 1, 0, 0)]).unwrap();
        assert!(routes(c, "a").contains(&row("2026-01-16", "/new", 1)), "each day has room of its own");
        assert_eq!(routes(c, "b"), [row("2026-01-15", "/new", 1)]);
    });
}

#[test]
fn a_batch_of_thousands_goes_in() {
    for_each_backend(|c| {
        let meter = UsageMeter::default();
        for n in 0..3_000 {
            meter.record(&user(&format!("u{}", n % 1_200)), &format!("/{}", n % 7), at(n));
        }
        let batch = meter.drain();
        c.add(&batch).unwrap();
        c.add(&batch).unwrap();
        let total: u64 =
            (0..1_200).map(|n| c.find_total(&user(&format!("u{n}"))).unwrap().map_or(0, |total| total.count)).sum();
        assert_eq!(total, 6_000);
    });
}

#[test]
fn instances_that_write_at_once_lose_nothing() {
    for database in TestDatabase::on_each_backend() {
        let write = |reversed: bool| {
            let mut connection = database.connect();
            let mut batch: Vec<_> =
                (0..40).map(|n| counted(&format!("u{}", n % 4), &format!("/{n}"), 1, n, n)).collect();
            if reversed {
                batch.reverse();
            }
            for _ in 0..10 {
                in_transaction(&mut connection, |c| c.add(&batch)).unwrap();
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(|| write(false));
            scope.spawn(|| write(true));
        });
        let mut connection = database.connect();
        for n in 0..4 {
            assert_eq!(connection.find_total(&user(&format!("u{n}"))).unwrap().unwrap().count, 200);
        }
    }
}
