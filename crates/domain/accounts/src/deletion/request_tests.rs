use aedile_kernel::mock::{NOW, context_of};
use aedile_kernel::{Administrator, Administrators, UserId};

use super::super::port::MockDeletions;
use super::super::{CancelDeletion, CancelOwnDeletion, EraseUser};
use super::*;

fn ada(status: AccountStatus, scheduled_for: Option<i64>) -> DeletionState {
    let scheduled_for = scheduled_for.map(Timestamp::from_micros);
    DeletionState {
        user_id: UserId::parse("user_ada").unwrap(),
        status,
        deletion_requested_at: scheduled_for.map(|_| Timestamp::from_micros(NOW)),
        deletion_scheduled_for: scheduled_for,
    }
}

fn store(leaving: DeletionState, admins: Administrators) -> MockDeletions {
    let mut deletions = MockDeletions::new();
    deletions.expect_lock_admins().return_once(move || Ok(admins));
    deletions.expect_lock().return_once(move |_| Ok(Some(leaving)));
    deletions
}

fn only_ada() -> Administrators {
    let ada = Administrator { user: UserId::parse("user_ada").unwrap(), can_act: true };
    Administrators { flagged: vec![ada], ..Administrators::default() }
}

#[test]
fn who_asks_leaves_after_the_grace() {
    let mut deletions = store(ada(AccountStatus::Active, None), Administrators::default());
    deletions.expect_update().times(1).returning(|_, _| Ok(()));
    let change = RequestDeletion {}.run(&mut deletions, &context_of("user_ada", [])).unwrap();
    let leaving = change.output();
    assert_eq!(leaving.status, AccountStatus::PendingDeletion);
    assert_eq!(leaving.deletion_scheduled_for, Some(Timestamp::from_micros(NOW + 30 * DAY)));
    assert_eq!(change.records().len(), 1);
}

#[test]
fn asking_twice_moves_nothing() {
    let pending = ada(AccountStatus::PendingDeletion, Some(NOW + DAY));
    let mut deletions = store(pending.clone(), Administrators::default());
    let change = RequestDeletion {}.run(&mut deletions, &context_of("user_ada", [])).unwrap();
    assert_eq!((change.output(), change.records().len()), (&pending, 0));
}

#[test]
fn an_account_that_is_not_in_use_is_not_scheduled() {
    for status in [AccountStatus::Held, AccountStatus::Deleted] {
        let mut deletions = store(ada(status, None), Administrators::default());
        let refused = RequestDeletion {}.run(&mut deletions, &context_of("user_ada", []));
        assert!(matches!(refused, Err(Error::Conflict(_))), "{status:?}");
    }
}

#[test]
fn c_08_the_last_admin_stays() {
    let mut deletions = store(ada(AccountStatus::Active, None), only_ada());
    let refused = RequestDeletion {}.run(&mut deletions, &context_of("user_ada", []));
    assert!(matches!(refused, Err(Error::Conflict(_))));
    let mut deletions = store(ada(AccountStatus::PendingDeletion, Some(NOW)), only_ada());
    let refused =
        EraseUser { user_id: UserId::parse("user_ada").unwrap() }.run(&mut deletions, &context_of("user_root", []));
    assert!(matches!(refused, Err(Error::Conflict(_))));
}

#[test]
fn the_user_or_an_admin_cancels_what_is_pending_and_nothing_else() {
    let cx = context_of("user_ada", [Permission::AdminWrite]);
    let admin = CancelDeletion { user_id: UserId::parse("user_ada").unwrap() };
    for by_admin in [true, false] {
        let mut deletions = store(ada(AccountStatus::PendingDeletion, Some(NOW + DAY)), Administrators::default());
        deletions
            .expect_update()
            .times(1)
            .withf(|after, _| *after == ada(AccountStatus::Active, None))
            .returning(|_, _| Ok(()));
        let change =
            if by_admin { admin.run(&mut deletions, &cx) } else { CancelOwnDeletion {}.run(&mut deletions, &cx) };
        assert_eq!(change.unwrap().output().status, AccountStatus::Active);
        for status in [AccountStatus::Active, AccountStatus::Held, AccountStatus::Deleted] {
            let mut deletions = store(ada(status, None), Administrators::default());
            let refused =
                if by_admin { admin.run(&mut deletions, &cx) } else { CancelOwnDeletion {}.run(&mut deletions, &cx) };
            assert!(matches!(refused, Err(Error::Conflict(_))), "{status:?}");
        }
    }
}

#[test]
fn a_user_is_erased_when_the_time_has_come_and_not_before() {
    let erase = EraseUser { user_id: UserId::parse("user_ada").unwrap() };
    let cx = context_of("user_root", []);
    for (status, scheduled_for, is_erased) in [
        (AccountStatus::PendingDeletion, Some(NOW), true),
        (AccountStatus::PendingDeletion, Some(NOW + 1), false),
        (AccountStatus::Held, Some(NOW), false),
        (AccountStatus::Active, None, false),
    ] {
        let mut deletions = store(ada(status, scheduled_for), Administrators::default());
        deletions.expect_erase().times(usize::from(is_erased)).returning(|_, _| Ok(()));
        let change = erase.run(&mut deletions, &cx).unwrap();
        assert_eq!(change.records().len(), usize::from(is_erased), "{status:?} {scheduled_for:?}");
    }
}
