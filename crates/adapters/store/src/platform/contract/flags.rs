use aedile_kernel::mock::NOW;
use aedile_kernel::{Cursor, Error, PageRequest, Position, Result, Timestamp};
use aedile_platform::flags::{Flag, FlagId, Flags, NewFlag, Rollout};

use crate::connection::Connection;
use crate::testing::{TestDatabase, for_each_backend, in_transaction};

fn new_flag(flag_name: &str) -> NewFlag {
    NewFlag {
        flag_name: flag_name.into(),
        enabled: true,
        rollout_percentage: Rollout::parse("12.34").unwrap(),
        target_tiers: vec!["pro".into(), "admin".into()],
        target_users: vec!["user_\"quoted\"".into()],
        description: Some("two\nlines".into()),
        created_by: "user_2abc123".into(),
        created_at: Timestamp::from_micros(NOW),
    }
}

fn flags(connection: &mut Connection) -> &mut dyn Flags {
    connection
}

fn insert(connection: &mut Connection, flag_name: &str) -> Result<Flag> {
    flags(connection).insert(&new_flag(flag_name))
}

#[test]
fn a_flag_comes_back_as_it_was_put_in() {
    for_each_backend(|c| {
        let flag = insert(c, "beta").unwrap();
        let new = new_flag("beta");
        assert_eq!((flag.flag_name.as_str(), flag.enabled), ("beta", true));
        assert_eq!(flag.rollout_percentage, new.rollout_percentage);
        assert_eq!((&flag.target_tiers, &flag.target_users), (&new.target_tiers, &new.target_users));
        assert_eq!((&flag.description, &flag.created_by), (&new.description, &new.created_by));
        assert_eq!((flag.created_at, flag.updated_at), (new.created_at, new.created_at));
        assert_eq!(flags(c).lock_flag(flag.id).unwrap(), Some(flag.clone()));
        assert_eq!(flags(c).find_by_name("beta").unwrap(), Some(flag.id));
        assert_eq!(flags(c).find_by_name("Beta").unwrap(), None, "names are exact");
        assert_eq!(flags(c).list_all().unwrap(), [flag]);
    });
}

#[test]
fn every_field_but_its_origin_can_change() {
    for_each_backend(|c| {
        let made = insert(c, "beta").unwrap();
        insert(c, "other").unwrap();
        let changed = Flag {
            id: made.id,
            flag_name: "gamma".into(),
            enabled: false,
            rollout_percentage: Rollout::NONE,
            target_tiers: Vec::new(),
            target_users: Vec::new(),
            description: None,
            updated_at: Timestamp::from_micros(NOW + 1),
            ..made
        };
        flags(c).update(&changed).unwrap();
        assert_eq!(flags(c).lock_flag(made.id).unwrap(), Some(changed));
        assert_eq!(flags(c).list_all().unwrap()[1].flag_name, "other", "others stay as they are");
    });
}

#[test]
fn a_deleted_flag_is_gone_and_its_number_is_not_used_again() {
    for_each_backend(|c| {
        let flag = insert(c, "beta").unwrap();
        flags(c).delete(flag.id).unwrap();
        flags(c).delete(flag.id).unwrap();
        assert_eq!(flags(c).lock_flag(flag.id).unwrap(), None);
        assert!(insert(c, "beta").unwrap().id > flag.id);
    });
}

#[test]
fn an_unknown_flag_can_not_be_updated_silently() {
    for database in TestDatabase::on_each_backend() {
        let updated = in_transaction(&mut database.connect(), |c| {
            let flag = insert(c, "beta")?;
            flags(c).update(&Flag { id: FlagId(flag.id.0 + 1), ..flag })
        });
        assert!(matches!(updated, Err(Error::Internal(_))));
    }
}

#[test]
fn pages_go_by_number_and_meet_without_gap() {
    for_each_backend(|c| {
        let ids: Vec<_> = (0..5).map(|n| insert(c, &format!("f{n}")).unwrap().id).collect();
        let list = |c: &mut Connection, position| {
            let page = flags(c).list(&PageRequest { limit: 2, position }).unwrap();
            (page.items.iter().map(|flag| flag.id).collect::<Vec<_>>(), page.total, page.next)
        };
        let after = |id: FlagId| Cursor::new(id.0, id.0);
        assert_eq!(list(c, Position::Offset(0)), (ids[..2].to_vec(), Some(5), Some(after(ids[1]))));
        assert_eq!(list(c, Position::After(after(ids[1]))), (ids[2..4].to_vec(), None, Some(after(ids[3]))));
        assert_eq!(list(c, Position::After(after(ids[3]))), (ids[4..].to_vec(), None, None));
        assert_eq!(list(c, Position::Offset(3)), (ids[3..].to_vec(), Some(5), None));
        assert_eq!(list(c, Position::Offset(9)), (Vec::new(), Some(5), None));
    });
}

#[test]
fn tiers_are_known_by_name() {
    for_each_backend(|c| {
        let known = flags(c).known_tiers().unwrap();
        for tier in ["anonymous", "free", "pro", "admin"] {
            assert!(known.iter().any(|name| name == tier), "{tier} in {known:?}");
        }
    });
}

#[test]
fn a_taken_name_is_a_conflict() {
    for database in TestDatabase::on_each_backend() {
        let mut connection = database.connect();
        let (beta, gamma) = in_transaction(&mut connection, |c| Ok((insert(c, "beta")?, insert(c, "gamma")?))).unwrap();
        let again = in_transaction(&mut connection, |c| insert(c, "beta"));
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        let renamed =
            in_transaction(&mut connection, |c| flags(c).update(&Flag { flag_name: "beta".into(), ..gamma.clone() }));
        assert!(matches!(renamed, Err(Error::Conflict(_))), "{renamed:?}");
        assert_eq!(flags(&mut connection).list_all().unwrap(), [beta, gamma]);
    }
}

#[test]
fn of_many_at_once_one_gets_the_name() {
    for database in TestDatabase::on_each_backend() {
        let barrier = std::sync::Barrier::new(4);
        let attempt = || {
            let mut connection = database.connect();
            barrier.wait();
            in_transaction(&mut connection, |c| {
                flags(c).find_by_name("beta")?;
                insert(c, "beta")
            })
        };
        let results: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(attempt)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        let refused = results.iter().filter(|result| matches!(result, Err(Error::Conflict(_)))).count();
        assert_eq!(refused, 3, "{results:?}");
    }
}
