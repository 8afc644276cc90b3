use aedile_kernel::mock::NOW;
use aedile_kernel::{Error, PageRequest, Position, Timestamp};
use aedile_platform::announcements::{Announcement, AnnouncementId, Announcements, NewAnnouncement, Severity};

use crate::connection::Connection;
use crate::testing::{TestDatabase, for_each_backend, in_transaction};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(NOW).plus_seconds(seconds)
}

fn new_announcement(title: &str, created_at: Timestamp) -> NewAnnouncement {
    NewAnnouncement {
        title: title.into(),
        body: "# Grüße\n\n*all*".into(),
        severity: Severity::Success,
        active_from: None,
        active_until: None,
        created_by: "user_2abc123".into(),
        created_at,
    }
}

fn announcements(connection: &mut Connection) -> &mut dyn Announcements {
    connection
}

fn insert(connection: &mut Connection, title: &str, created_at: Timestamp) -> Announcement {
    announcements(connection).insert(&new_announcement(title, created_at)).unwrap()
}

fn titles(announcements: &[Announcement]) -> Vec<&str> {
    announcements.iter().map(|announcement| announcement.title.as_str()).collect()
}

#[test]
fn an_announcement_comes_back_as_it_was_put_in() {
    for_each_backend(|c| {
        for severity in Severity::ALL {
            let new = NewAnnouncement {
                severity,
                active_from: Some(at(-5)),
                active_until: Some(at(5)),
                ..new_announcement("t", at(0))
            };
            let made = announcements(c).insert(&new).unwrap();
            assert_eq!((&made.title, &made.body, made.severity), (&new.title, &new.body, severity));
            assert_eq!((made.active_from, made.active_until, made.is_active), (Some(at(-5)), Some(at(5)), true));
            assert_eq!((made.created_by.as_str(), made.created_at, made.updated_at), ("user_2abc123", at(0), at(0)));
            assert_eq!(announcements(c).find_announcement(made.id).unwrap().as_ref(), Some(&made));
            assert_eq!(announcements(c).find_announcement(AnnouncementId(made.id.0 + 1)).unwrap(), None);
            assert_eq!(announcements(c).lock_announcement(made.id).unwrap(), Some(made));
        }
    });
}

#[test]
fn every_field_but_its_origin_can_change() {
    for_each_backend(|c| {
        let made = insert(c, "t", at(0));
        let changed = Announcement {
            title: "u".into(),
            body: "v".into(),
            severity: Severity::Error,
            active_from: Some(at(1)),
            active_until: Some(at(2)),
            is_active: false,
            updated_at: at(3),
            ..made
        };
        announcements(c).update(&changed).unwrap();
        assert_eq!(announcements(c).lock_announcement(changed.id).unwrap(), Some(changed.clone()));
        let opened = Announcement { active_from: None, active_until: None, ..changed };
        announcements(c).update(&opened).unwrap();
        assert_eq!(announcements(c).lock_announcement(opened.id).unwrap(), Some(opened));
    });
}

#[test]
fn a_deleted_announcement_is_gone() {
    for_each_backend(|c| {
        let made = insert(c, "t", at(0));
        announcements(c).delete(made.id).unwrap();
        announcements(c).delete(made.id).unwrap();
        assert_eq!(announcements(c).lock_announcement(made.id).unwrap(), None);
    });
}

#[test]
fn an_unknown_announcement_can_not_be_updated_silently() {
    for database in TestDatabase::on_each_backend() {
        let updated = in_transaction(&mut database.connect(), |c| {
            let made = insert(c, "t", at(0));
            announcements(c).update(&Announcement { id: AnnouncementId(made.id.0 + 1), ..made })
        });
        assert!(matches!(updated, Err(Error::Internal(_))));
    }
}

#[test]
fn pages_are_newest_first_and_meet_without_gap() {
    for_each_backend(|c| {
        for (title, seconds) in [("d", 1), ("e", 1), ("b", 3), ("c", 2), ("a", 4), ("f", 0)] {
            insert(c, title, at(seconds));
        }
        let mut seen = Vec::new();
        let mut position = Position::Offset(0);
        loop {
            let expected = matches!(position, Position::Offset(_)).then_some(6);
            let page = announcements(c).list(&PageRequest { limit: 2, position }).unwrap();
            assert_eq!(page.total, expected);
            seen.extend(page.items.into_iter().map(|announcement| announcement.title));
            let Some(next) = page.next else { break };
            position = Position::After(next);
        }
        assert_eq!(seen, ["a", "b", "c", "e", "d", "f"], "of two made at once, the later number comes first");
        let page = announcements(c).list(&PageRequest { limit: 2, position: Position::Offset(3) }).unwrap();
        assert_eq!(titles(&page.items), ["e", "d"]);
    });
}

#[test]
fn what_has_ended_or_was_switched_off_is_not_current() {
    for_each_backend(|c| {
        let windows = [
            ("always", None, None),
            ("ended", None, Some(at(0))),
            ("ends", Some(at(-9)), Some(at(1))),
            ("to come", Some(at(9)), None),
        ];
        for (title, active_from, active_until) in windows {
            let new = NewAnnouncement { active_from, active_until, ..new_announcement(title, at(0)) };
            announcements(c).insert(&new).unwrap();
        }
        let off = insert(c, "off", at(0));
        announcements(c).update(&Announcement { is_active: false, ..off }).unwrap();
        let current = announcements(c).list_current(at(0)).unwrap();
        assert_eq!(titles(&current), ["to come", "ends", "always"]);
        let showing: Vec<_> = current.into_iter().filter(|announcement| announcement.is_showing(at(0))).collect();
        assert_eq!(titles(&showing), ["ends", "always"]);
    });
}
