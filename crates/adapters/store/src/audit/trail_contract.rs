//! What every store's audit trail must do.

use aedile_audit::chain::VerifyAudit;
use aedile_audit::trail::{AuditFilter, AuditRow, AuditTrail};
use aedile_kernel::mock::NOW;
use aedile_kernel::{AuditEntry, Cursor, Journal, Origin, Page, PageRequest, Position, Status, Timestamp, UserId};
use diesel::connection::SimpleConnection;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::accounts::forget_person;
use crate::connection::Connection;
use crate::testing::{TestDatabase, for_each_backend, in_transaction};

fn entry(number: i64) -> AuditEntry {
    AuditEntry {
        actor_id: format!("user_{}", number % 3),
        actor_email: (number % 2 == 0).then(|| "a@example.com".to_owned()),
        action: if number % 2 == 0 { "tier.update" } else { "flag.create" }.to_owned(),
        resource_type: "tier_config".to_owned(),
        resource_id: (number % 5 != 0).then(|| format!("thing-{}", number % 4)),
        old_values: Some(r#"{"rate_limit":300}"#.to_owned()),
        new_values: None,
        ip_address: Some("203.0.113.1".to_owned()),
        user_agent: Some("Mozilla/5.0".to_owned()),
        origin: Origin::default(),
        status: [Status::Success, Status::Failure, Status::Denied][usize::try_from(number % 3).unwrap()],
        metadata: None,
        created_at: at(number),
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(NOW).plus_seconds(second)
}

fn fill(connection: &mut Connection, numbers: std::ops::Range<i64>) {
    for number in numbers {
        connection.append(&entry(number)).unwrap();
    }
}

fn trail(connection: &mut Connection) -> &mut dyn AuditTrail {
    connection
}

fn first(limit: u32) -> PageRequest {
    PageRequest { limit, position: Position::Offset(0) }
}

fn seconds(page: &Page<AuditRow>) -> Vec<i64> {
    page.items.iter().map(|row| (row.created_at.as_micros() - NOW) / 1_000_000).collect()
}

#[test]
fn a_row_comes_back_as_it_was_written() {
    for_each_backend(|c| {
        fill(c, 4..5);
        let page = trail(c).list(&AuditFilter::default(), &first(10)).unwrap();
        let [row] = &page.items[..] else { panic!("one row") };
        let written = entry(4);
        assert_eq!((&row.actor_id, &row.actor_email), (&written.actor_id, &written.actor_email));
        assert_eq!((&row.action, &row.resource_type), (&written.action, &written.resource_type));
        assert_eq!((&row.resource_id, &row.old_values), (&written.resource_id, &written.old_values));
        assert_eq!((&row.new_values, &row.metadata), (&None, &None));
        assert_eq!((&row.ip_address, &row.user_agent), (&written.ip_address, &written.user_agent));
        assert_eq!((row.status, row.created_at), (written.status, written.created_at));
        assert_eq!((page.total, page.next), (Some(1), None));
    });
}

#[test]
fn who_acted_and_from_where_is_shown_until_they_are_erased() {
    for_each_backend(|c| {
        c.batch_execute(
            "INSERT INTO users (id, email, created_at, updated_at) VALUES ('user_1', 'now@example.com', 1, 1)",
        )
        .unwrap();
        let user = UserId::parse("user_1").unwrap();
        let origin = Origin {
            user_id: Some(user.clone()),
            ip_address: Some("198.51.100.7".to_owned()),
            user_agent: Some("curl".to_owned()),
        };
        c.append(&AuditEntry { actor_email: None, ip_address: None, user_agent: None, origin, ..entry(1) }).unwrap();
        c.append(&entry(4)).unwrap();
        let shown = |c: &mut Connection| {
            let page = trail(c).list(&AuditFilter::default(), &first(10)).unwrap();
            page.items.into_iter().map(|row| (row.actor_email, row.ip_address, row.user_agent)).collect::<Vec<_>>()
        };
        let text = |text: &str| Some(text.to_owned());
        let before = shown(c);
        assert_eq!(before[1], (text("now@example.com"), text("198.51.100.7"), text("curl")));
        assert_eq!(before[0].0, text("now@example.com"), "as it is now, also of a row that sealed another");

        forget_person(c, &user, at(9)).unwrap();
        let after = shown(c);
        assert_eq!(after[1], (None, None, None));
        assert_eq!(after[0].0, None);
        let cx = aedile_kernel::mock::context(aedile_kernel::Caller::system());
        let verified = aedile_kernel::Query::run(&VerifyAudit::default(), c, &cx).unwrap();
        assert_eq!((verified.rows, verified.findings), (2, vec![]));
    });
}

#[test]
fn the_newest_come_first_by_offset_and_by_cursor() {
    for_each_backend(|c| {
        fill(c, 0..5);
        let page = trail(c).list(&AuditFilter::default(), &first(2)).unwrap();
        assert_eq!((seconds(&page), page.total), (vec![4, 3], Some(5)));
        let after = PageRequest { limit: 2, position: Position::After(page.next.unwrap()) };
        let page = trail(c).list(&AuditFilter::default(), &after).unwrap();
        assert_eq!((seconds(&page), page.total), (vec![2, 1], None));
        let offset = PageRequest { limit: 2, position: Position::Offset(4) };
        let page = trail(c).list(&AuditFilter::default(), &offset).unwrap();
        assert_eq!((seconds(&page), page.total, page.next), (vec![0], Some(5), None));
        let beyond = PageRequest { limit: 2, position: Position::Offset(u32::MAX) };
        let page = trail(c).list(&AuditFilter::default(), &beyond).unwrap();
        assert_eq!((page.items.len(), page.total, page.next), (0, Some(5), None));
        let odd = PageRequest { limit: 2, position: Position::After(Cursor::new(i64::MAX, i64::MIN)) };
        assert!(trail(c).list(&AuditFilter::default(), &odd).unwrap().items.is_empty());
    });
}

#[test]
fn each_filter_takes_what_it_says_and_counts_it() {
    for_each_backend(|c| {
        fill(c, 0..12);
        let text = |text: &str| Some(text.to_owned());
        let all = AuditFilter::default;
        let cases: Vec<(AuditFilter, Vec<i64>)> = vec![
            (AuditFilter { actor_id: text("user_1"), ..all() }, vec![10, 7, 4, 1]),
            (AuditFilter { action: text("tier.update"), ..all() }, vec![10, 8, 6, 4, 2, 0]),
            (AuditFilter { resource_type: text("flag"), ..all() }, vec![]),
            (AuditFilter { resource_id: text("thing-3"), ..all() }, vec![11, 7, 3]),
            (AuditFilter { status: Some(Status::Denied), ..all() }, vec![11, 8, 5, 2]),
            (AuditFilter { since: Some(at(9)), ..all() }, vec![11, 10, 9]),
            (AuditFilter { until: Some(at(2)), ..all() }, vec![1, 0]),
            (AuditFilter { since: Some(at(5)), until: Some(at(5)), ..all() }, vec![]),
            (
                AuditFilter { actor_id: text("user_1"), action: text("tier.update"), until: Some(at(10)), ..all() },
                vec![4],
            ),
            (AuditFilter { actor_id: text("' OR 1=1 --"), ..all() }, vec![]),
        ];
        for (filter, expected) in cases {
            let page = trail(c).list(&filter, &first(100)).unwrap();
            assert_eq!(seconds(&page), expected, "{filter:?}");
            assert_eq!(page.total, Some(u64::try_from(expected.len()).unwrap()), "{filter:?}");
        }
    });
}

/// As the sealer does it, with a seal of no meaning.
fn seal_all(connection: &mut Connection) {
    use crate::schema::journal::{audit_log, audit_seals};
    use diesel::prelude::*;
    let last: i64 = audit_log::table.order(audit_log::id.desc()).select(audit_log::id).first(connection).unwrap();
    let rows: i64 = audit_log::table.count().get_result(connection).unwrap();
    diesel::insert_into(audit_seals::table)
        .values((
            audit_seals::last_audit_id.eq(last),
            audit_seals::rows_sealed.eq(rows),
            audit_seals::rows_total.eq(rows),
            audit_seals::seal.eq("00"),
            audit_seals::created_at.eq(NOW),
        ))
        .execute(connection)
        .unwrap();
}

#[test]
fn the_total_holds_before_between_and_after_seals() {
    for_each_backend(|c| {
        let total = |c: &mut Connection| trail(c).list(&AuditFilter::default(), &first(1)).unwrap().total;
        assert_eq!(total(c), Some(0));
        fill(c, 0..3);
        assert_eq!(total(c), Some(3));
        seal_all(c);
        assert_eq!(total(c), Some(3));
        fill(c, 3..7);
        assert_eq!(total(c), Some(7));
        seal_all(c);
        fill(c, 7..8);
        assert_eq!(total(c), Some(8));
    });
}

/// Walks all pages of `limit` rows from the newest; so many rows come in after each page.
fn walk(connection: &mut Connection, limit: u32, arrivals: &[i64]) -> Vec<i64> {
    let (mut seen, mut position, mut page_number) = (vec![], Position::Offset(0), 0);
    loop {
        let page = trail(connection).list(&AuditFilter::default(), &PageRequest { limit, position }).unwrap();
        seen.extend(page.items.iter().map(|row| row.id.0));
        let Some(next) = page.next else { return seen };
        position = Position::After(next);
        fill(connection, 0..arrivals.get(page_number).copied().unwrap_or(0));
        page_number += 1;
        assert!(page_number < 1000, "the walk does not end");
    }
}

#[test]
fn rows_that_come_in_during_a_walk_neither_skip_nor_repeat_others() {
    for database in TestDatabase::on_each_backend() {
        let connection = std::cell::RefCell::new(database.connect());
        let walks = (0_i64..30, 1_u32..8, proptest::collection::vec(0_i64..4, 0..12));
        TestRunner::new(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })
            .run(&walks, |(rows, limit, arrivals)| {
                in_transaction(&mut connection.borrow_mut(), |c| {
                    fill(c, 0..rows);
                    let all = PageRequest { limit: 1_000_000, position: Position::Offset(0) };
                    let there = trail(c).list(&AuditFilter::default(), &all)?;
                    let expected: Vec<i64> = there.items.iter().map(|row| row.id.0).collect();
                    assert_eq!(walk(c, limit, &arrivals), expected);
                    Ok(())
                })
                .unwrap();
                Ok(())
            })
            .unwrap();
    }
}
