//! After a change of rights no cached right counts any more, and exactly what changed is on record.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use aedile_kernel::mock::{self, MockStore};
use aedile_kernel::{Caller, Command, Epochs, Permission, Status, Topic, UserId, View};

use super::samples::{assigned, store};
use super::{AssignRole, Assignments, RevokeRole};
use crate::roles::samples::{by_super_admin, custom};
use crate::roles::{CreateRole, MockRoles, Role, RoleId, Roles, UpdateRole};

/// The answer of work that never waits, as over the store in memory.
fn ready<T>(work: impl Future<Output = T>) -> T {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("it waits"),
    }
}

/// Runs the command as `caller`; answers whether it passed, whether cached rights went stale, and the audit rows.
fn outcome<C, R>(repository: Box<R>, caller: &Caller, command: C) -> (bool, bool, Vec<(String, Status)>)
where
    C: Command<Repository = R>,
    R: ?Sized + Send + 'static,
    mock::MockConnection<R>: View<R>,
{
    let store = MockStore::new(repository);
    let epochs = Arc::new(Epochs::default());
    let runner = mock::runner(store.clone(), &epochs);
    let before = epochs.current(Topic::Access);
    let passed = ready(runner.command(caller, command)).is_ok();
    let rows = store.journal().entries.iter().map(|row| (row.action.clone(), row.status)).collect();
    (passed, epochs.current(Topic::Access) != before, rows)
}

fn assignments(held: Option<(&str, Option<i64>)>) -> Box<dyn Assignments> {
    let mut assignments = store(held);
    assignments.expect_set().returning(|new| Ok(assigned(new)));
    assignments.expect_delete().returning(|_| Ok(()));
    Box::new(assignments)
}

fn roles() -> Box<dyn Roles> {
    let mut roles = MockRoles::new();
    roles.expect_lock_roles().returning(|| Ok(()));
    roles.expect_find().returning(|_| Ok(Some(custom("flag-manager", &[Permission::FlagsRead]))));
    roles.expect_find_by_name().returning(|_| Ok(None));
    roles.expect_find_role_of().returning(|_| Ok(None));
    roles.expect_update().returning(|_| Ok(()));
    roles.expect_insert().returning(|new| Ok(Role { id: RoleId(9), ..custom(&new.role_name, &new.permissions) }));
    Box::new(roles)
}

fn assign() -> AssignRole {
    AssignRole { clerk_user_id: UserId::parse("user_b").unwrap(), role_name: "viewer".into(), expires_at: None }
}

fn revoke() -> RevokeRole {
    RevokeRole { clerk_user_id: UserId::parse("user_b").unwrap(), role_name: "viewer".into() }
}

#[test]
fn c_10_every_change_of_rights_makes_cached_rights_stale() {
    let caller = by_super_admin().caller;
    let create = CreateRole {
        role_name: "new".into(),
        display_name: "New".into(),
        description: None,
        permissions: vec!["flags:read".into()],
        requires_second_factor: false,
    };
    let disable = UpdateRole {
        id: RoleId(4),
        display_name: None,
        description: None,
        permissions: None,
        is_active: Some(false),
        requires_second_factor: None,
    };
    let done = |action: &str| (true, true, vec![(action.to_owned(), Status::Success)]);
    assert_eq!(outcome(assignments(None), &caller, assign()), done("role.assign"));
    let held = assignments(Some(("flag-manager", None)));
    assert_eq!(outcome(held, &caller, assign()), done("role.assign"));
    let held = assignments(Some(("viewer", None)));
    assert_eq!(outcome(held, &caller, revoke()), done("role.revoke"));
    assert_eq!(outcome(roles(), &caller, create), done("role.create"));
    assert_eq!(outcome(roles(), &caller, disable), done("role.update"));
}

#[test]
fn a_change_to_the_same_leaves_no_row_and_no_news() {
    let held = assignments(Some(("viewer", None)));
    assert_eq!(outcome(held, &by_super_admin().caller, assign()), (true, false, vec![]));
}

#[test]
fn refusals_are_on_record_by_rule_and_by_permission() {
    let refused = |status| (false, false, vec![("role.revoke".to_owned(), status)]);
    assert_eq!(outcome(assignments(None), &by_super_admin().caller, revoke()), refused(Status::Failure));
    let caller = mock::context_of("user_a", [Permission::RolesWrite]).caller;
    let held = assignments(Some(("viewer", None)));
    assert_eq!(outcome(held, &caller, revoke()), refused(Status::Denied));
}
