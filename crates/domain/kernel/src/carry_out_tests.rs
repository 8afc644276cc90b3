//! Rights that change between a request and its write.

use schemars::JsonSchema;
use serde::Deserialize;

use super::*;
use crate::mock::{MemoryAccess, NOW};
use crate::operation::Effect;
use crate::permission::{Permission, PermissionSet};
use crate::runner::tests::{Add, Counter, Read, Sum, caller, runner, with_key, writer};
use crate::{
    AccountState, AccountStatus, Assurance, Authority, Basis, Caller, PersonalProof, Rights, SecondFactor, Status,
    Timestamp,
};

/// What the rows say of a writer whose rights ended after the request began, and the refusal.
fn ended() -> [(Rights, &'static str); 5] {
    let may = writer().permissions;
    let state = |status, api_disabled| AccountState { status, api_disabled };
    let rights = |permissions, state| Rights { permissions, state, assurance: Assurance::NotAsked };
    let factor = SecondFactor { is_set_up: true, is_demanded: false };
    let half = Assurance::Person(PersonalProof::here(Timestamp::from_micros(NOW), false, factor));
    [
        (rights(PermissionSet::USER, AccountState::IN_USE), "permission_denied"),
        (rights(may, state(AccountStatus::Held, false)), "forbidden"),
        (rights(may, state(AccountStatus::Active, true)), "forbidden"),
        (rights(may, state(AccountStatus::Deleted, false)), "unauthenticated"),
        (Rights { assurance: half, ..rights(may, AccountState::IN_USE) }, "proof_needed"),
    ]
}

#[tokio::test]
async fn rights_that_ended_since_the_request_began_count_inside_the_write() {
    for (rights, code) in ended() {
        let runner = runner();
        runner.store().set_access(MemoryAccess { rights: Some(rights), ..MemoryAccess::default() });
        let refused = [
            runner.command(&writer(), Add { by: 2 }).await.unwrap_err(),
            runner.preview(&writer(), Add { by: 2 }).await.unwrap_err(),
        ];
        assert!(refused.iter().all(|error| error.code() == code), "{refused:?}");
        let rows = runner.store().journal().entries.into_iter().map(|row| (row.action, row.status));
        let denied = ("counter.add".to_owned(), Status::Denied);
        assert_eq!(rows.collect::<Vec<_>>(), [denied.clone(), denied], "{code}");
        let reader = caller(&[Permission::ConfigRead]);
        assert_eq!(runner.query(&reader, Read {}).await.unwrap(), Sum(0), "nothing was added");
    }
}

#[tokio::test]
async fn a_stored_answer_is_for_callers_who_still_have_their_rights() {
    let runner = runner();
    runner.command(&with_key("order-1", 1), Add { by: 2 }).await.unwrap();
    for (rights, code) in ended() {
        runner.store().set_access(MemoryAccess { rights: Some(rights), ..MemoryAccess::default() });
        assert_eq!(runner.command(&with_key("order-1", 1), Add { by: 2 }).await.unwrap_err().code(), code);
    }
    runner.store().set_access(MemoryAccess::default());
    assert!(runner.command(&with_key("order-1", 1), Add { by: 2 }).await.unwrap().replayed);
}

#[tokio::test]
async fn a_token_that_ended_meanwhile_changes_nothing() {
    let runner = runner();
    let until = |seconds| {
        let expires_at = Some(runner.now().plus_seconds(seconds));
        let basis = Basis::Rows { authorities: &[Authority::Role], has_admin_claim: false, expires_at };
        Caller { basis, ..writer() }
    };
    assert!(matches!(runner.command(&until(0), Add { by: 2 }).await, Err(Error::Unauthenticated(_))));
    assert_eq!(runner.command(&until(1), Add { by: 2 }).await.unwrap().output, Sum(2));
}

#[tokio::test]
async fn what_a_procedure_began_is_concluded_whatever_became_of_its_callers_rights() {
    let runner = runner();
    let [(lost, _), ..] = ended();
    runner.store().set_access(MemoryAccess { rights: Some(lost), ..MemoryAccess::default() });
    assert_eq!(runner.command(&writer().concluding(), Add { by: 2 }).await.unwrap().output, Sum(2));
    assert!(runner.command(&caller(&[]).concluding(), Add { by: 2 }).await.is_err(), "it must have been allowed once");
}

#[tokio::test]
async fn an_account_that_is_not_in_use_is_refused_at_once() {
    let runner = runner();
    let state = AccountState { status: AccountStatus::Held, api_disabled: false };
    let held = |permissions: &[Permission]| Caller { state, ..caller(permissions) };
    let add = runner.command(&held(&[Permission::ConfigWrite]), Add { by: 2 }).await;
    let read = runner.query(&held(&[Permission::ConfigRead]), Read {}).await;
    assert!(matches!((&add, &read), (Err(Error::AccountState(_)), Err(Error::AccountState(_)))), "{add:?} {read:?}");
    assert!(runner.store().journal().entries.iter().all(|row| row.status == Status::Denied));
}

/// A command that changes nothing.
macro_rules! idle_command {
    ($name:ident, $permission:ident, $changes_access:literal) => {
        /// Does nothing.
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        struct $name {}

        impl Operation for $name {
            const NAME: &'static str = "counter.idle";
            const PERMISSION: Permission = Permission::$permission;
            const EFFECT: Effect = Effect::Write;
            const RESOURCE: &'static str = "counter";
            const CHANGES_ACCESS: bool = $changes_access;
            type Repository = dyn Counter;
            type Output = ();
        }

        impl Command for $name {
            fn run(&self, _: &mut Self::Repository, _: &Context) -> Result<Change<()>> {
                Ok(Change::none())
            }
        }
    };
}

idle_command!(OnOneself, Own, false);
idle_command!(OnOnesAccess, Own, true);
idle_command!(OnOthersAccess, ConfigWrite, true);

#[tokio::test]
async fn what_must_not_change_during_a_command_is_locked_before_it() {
    let runner = runner();
    let locked = async |done: Result<Done<()>>| {
        done.unwrap();
        let MemoryAccess { is_locked, held, .. } = runner.store().access();
        runner.store().set_access(MemoryAccess::default());
        (is_locked, held.map(|held| held.to_string()))
    };
    assert_eq!(locked(runner.command(&writer(), OnOneself {}).await).await, (false, Some("user_a".into())));
    assert_eq!(locked(runner.command(&writer(), OnOnesAccess {}).await).await, (true, None));
    assert_eq!(locked(runner.command(&writer(), OnOthersAccess {}).await).await, (true, None));
    assert_eq!(locked(runner.command(&Caller::system(), OnOneself {}).await).await, (false, None));
    runner.command(&writer(), Add { by: 1 }).await.unwrap();
    assert_eq!(runner.store().access().held, None, "admins do not wait for each other's accounts");
}
