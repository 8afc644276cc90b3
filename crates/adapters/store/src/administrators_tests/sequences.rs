//! No sequence of changes leaves nobody who can act.

use aedile_accounts::LocalRole;
use aedile_kernel::{Error, Fate, Result};
use aedile_rbac::roles::SUPER_ADMIN;
use diesel::connection::SimpleConnection;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::steps::{LOCAL, OF_PROVIDER, Step, Time, begin, make, set_super_admin_active, who_can_act};
use crate::connection::Connection;
use crate::database_url::Access;
use crate::testing::{TestDatabase, for_each_backend};
use crate::transaction;

/// Histories on each database, and their longest length.
const HISTORIES: u32 = 150;
const LONGEST: usize = 40;

fn anybody() -> impl Strategy<Value = &'static str> {
    select(LOCAL.into_iter().chain(OF_PROVIDER).collect::<Vec<_>>())
}

fn role() -> impl Strategy<Value = &'static str> {
    select(vec![SUPER_ADMIN, SUPER_ADMIN, "viewer"])
}

fn step() -> impl Strategy<Value = Step> {
    let (local, of_provider) = (|| select(LOCAL.to_vec()), || select(OF_PROVIDER.to_vec()));
    prop_oneof![
        anybody().prop_map(Step::Promote),
        anybody().prop_map(Step::Demote),
        anybody().prop_map(Step::PromoteFromConsole),
        (anybody(), role(), select(vec![None, None, Some(60), Some(-60)]))
            .prop_map(|(name, role, expires_in)| Step::Assign(name, role, expires_in)),
        (anybody(), role()).prop_map(|(name, role)| Step::Revoke(name, role)),
        (local(), any::<bool>()).prop_map(|(name, disabled)| Step::SetDisabled(name, disabled)),
        (local(), select(vec![LocalRole::User, LocalRole::Admin]))
            .prop_map(|(name, role)| Step::SetLocalRole(name, role)),
        local().prop_map(Step::DeleteLocal),
        anybody().prop_map(Step::Hold),
        anybody().prop_map(Step::Release),
        anybody().prop_map(Step::RequestDeletion),
        anybody().prop_map(Step::CancelDeletion),
        anybody().prop_map(Step::Erase),
        of_provider().prop_map(Step::SignIn),
        of_provider().prop_map(Step::ProviderUpdates),
        of_provider().prop_map(Step::ProviderDeletes),
        (role(), any::<bool>()).prop_map(|(role, is_active)| Step::SetRoleActive(role, is_active)),
        select(vec![30, 120, 40 * 86_400]).prop_map(Step::Wait),
    ]
}

/// Runs a history in one transaction, each step in a savepoint of its own, and takes everything back in the end.
fn run(connection: &mut Connection, history: &[Step]) -> Result<(), TestCaseError> {
    transaction::begin(connection, Access::Write).unwrap();
    transaction::finish(connection, Fate::Rollback, |c| Ok(step_by_step(c, history))).unwrap()
}

fn step_by_step(connection: &mut Connection, history: &[Step]) -> Result<(), TestCaseError> {
    begin(connection);
    let mut time = Time::default();
    for (number, step) in history.iter().enumerate() {
        connection.batch_execute("SAVEPOINT step").unwrap();
        match make(connection, step, &mut time) {
            Ok(()) => connection.batch_execute("RELEASE SAVEPOINT step").unwrap(),
            Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => panic!("{step:?}: {error:?}"),
            Err(_) => connection.batch_execute("ROLLBACK TO SAVEPOINT step; RELEASE SAVEPOINT step").unwrap(),
        }
        let [flagged, super_admins] = who_can_act(connection);
        if flagged.is_empty() || super_admins.is_empty() {
            let left = format!("step {number}, {step:?}, leaves the admins {flagged:?}, super-admins {super_admins:?}");
            return Err(TestCaseError::fail(left));
        }
    }
    Ok(())
}

#[test]
fn c_08_no_sequence_of_changes_leaves_nobody_who_can_act() {
    for database in TestDatabase::on_each_backend() {
        let mut connection = database.connect();
        let config = Config { cases: HISTORIES, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let connection = std::cell::RefCell::new(&mut connection);
        let histories = proptest::collection::vec(step(), 1..LONGEST);
        runner.run(&histories, |history| run(&mut connection.borrow_mut(), &history)).unwrap();
    }
}

#[test]
fn c_08_the_last_super_admin_stays_beside_every_holder_who_can_not_act() {
    let useless: [&[Step]; 8] = [
        &[Step::Hold("bob")],
        &[Step::SetDisabled("bob", true)],
        &[Step::RequestDeletion("bob")],
        &[Step::SetLocalRole("bob", LocalRole::User)],
        &[Step::Assign("bob", SUPER_ADMIN, Some(60))],
        &[Step::Assign("bob", SUPER_ADMIN, Some(-60))],
        &[Step::Revoke("bob", SUPER_ADMIN), Step::Assign("user_fay", SUPER_ADMIN, None)],
        &[Step::Revoke("bob", SUPER_ADMIN), Step::Assign("user_dora", SUPER_ADMIN, None), Step::Hold("user_dora")],
    ];
    let takes_away = [
        Step::Revoke("ada", SUPER_ADMIN),
        Step::Assign("ada", "viewer", None),
        Step::Assign("ada", SUPER_ADMIN, Some(60)),
        Step::SetLocalRole("ada", LocalRole::User),
        Step::SetDisabled("ada", true),
        Step::Hold("ada"),
        Step::RequestDeletion("ada"),
        Step::DeleteLocal("ada"),
    ];
    for before in useless {
        for_each_backend(|c| {
            begin(c);
            let mut time = Time::default();
            make(c, &Step::SetLocalRole("cleo", LocalRole::Admin), &mut time).unwrap();
            make(c, &Step::PromoteFromConsole("user_emil"), &mut time).unwrap();
            make(c, &Step::Revoke("user_emil", SUPER_ADMIN), &mut time).unwrap();
            before.iter().for_each(|step| make(c, step, &mut time).unwrap());
            for step in &takes_away {
                let refused = make(c, step, &mut time);
                assert!(matches!(refused, Err(Error::Conflict(_))), "{before:?}, then {step:?}: {refused:?}");
            }
        });
    }
}

#[test]
fn c_08_while_the_role_is_switched_off_its_holders_stay() {
    for_each_backend(|c| {
        begin(c);
        set_super_admin_active(c, false);
        let refused = make(c, &Step::Revoke("ada", SUPER_ADMIN), &mut Time::default());
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
        set_super_admin_active(c, true);
        make(c, &Step::Revoke("ada", SUPER_ADMIN), &mut Time::default()).unwrap();
    });
}
