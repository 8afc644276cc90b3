//! Everything that can give or take a right to administer, as steps that a test can draw.

use aedile_accounts::admins::{DemoteAdmin, MarketplaceAdmins, PromoteAdmin};
use aedile_accounts::deletion::{CancelDeletion, Deletions, EraseUser, RequestDeletion};
use aedile_accounts::holds::{HoldAccount, ReleaseAccount};
use aedile_accounts::local_users::LocalUsers;
use aedile_accounts::provider_events::{ApplyProviderUser, DeleteProviderUser, EventStamp, ProviderEvents};
use aedile_accounts::{DeleteLocalUser, LocalRole, ProvisionUser, Told, UpdateLocalUser, Users};
use aedile_kernel::mock::{NOW, context, context_of};
use aedile_kernel::{Caller, Command, Context, Permission, Result, Timestamp, UserId};
use aedile_rbac::assignments::{AssignRole, Assignments, PromoteFromConsole, RevokeRole};
use aedile_rbac::principal::{AccountStatus, Principal, Principals};
use aedile_rbac::roles::{Roles, SUPER_ADMIN, UpdateRole};
use diesel::prelude::*;

use crate::connection::Connection;
use crate::schema::roles::roles;
use crate::schema::users::{local_users, users};

/// Local users; the first two begin as administrators of every kind.
pub(super) const LOCAL: [&str; 3] = ["ada", "bob", "cleo"];
/// Users of the identity provider. The last has never signed in at first.
pub(super) const OF_PROVIDER: [&str; 3] = ["user_dora", "user_emil", "user_fay"];

/// One change, by whoever may make it.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Promote(&'static str),
    Demote(&'static str),
    PromoteFromConsole(&'static str),
    /// With an expiry so many seconds from now.
    Assign(&'static str, &'static str, Option<i64>),
    Revoke(&'static str, &'static str),
    SetDisabled(&'static str, bool),
    SetLocalRole(&'static str, LocalRole),
    DeleteLocal(&'static str),
    Hold(&'static str),
    Release(&'static str),
    RequestDeletion(&'static str),
    CancelDeletion(&'static str),
    Erase(&'static str),
    SignIn(&'static str),
    ProviderUpdates(&'static str),
    ProviderDeletes(&'static str),
    SetRoleActive(&'static str, bool),
    /// So many seconds go by.
    Wait(i64),
}

/// The present of a history, which steps move on.
#[derive(Default)]
pub(super) struct Time {
    seconds: i64,
    events: u64,
}

pub(super) fn id(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

impl Time {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(NOW).plus_seconds(self.seconds)
    }

    fn by(&self, caller: Caller) -> Context {
        Context { now: self.now(), ..context(caller) }
    }

    /// A caller with every right, who is none of the users.
    fn root(&self) -> Context {
        self.by(context_of("user_root", Permission::ALL.iter().copied()).caller)
    }

    fn themself(&self, name: &str) -> Context {
        self.by(context_of(name, []).caller)
    }

    fn event(&mut self, event_type: &str) -> EventStamp {
        self.events += 1;
        EventStamp { id: format!("msg_{}", self.events), event_type: event_type.into(), at: self.now() }
    }
}

/// Makes the step; an error is a refusal.
pub(super) fn make(c: &mut Connection, step: &Step, time: &mut Time) -> Result<()> {
    match *step {
        Step::Promote(name) => PromoteAdmin { user_id: id(name) }.run(flags(c), &time.root()).map(drop),
        Step::Demote(name) => DemoteAdmin { user_id: id(name) }.run(flags(c), &time.root()).map(drop),
        Step::PromoteFromConsole(name) => {
            PromoteFromConsole { user: name.into() }.run(assignments(c), &time.by(Caller::console())).map(drop)
        }
        Step::Assign(name, role, expires_in) => {
            let expires_at = expires_in.map(|seconds| time.now().plus_seconds(seconds));
            let assign = AssignRole { clerk_user_id: id(name), role_name: role.into(), expires_at };
            assign.run(assignments(c), &time.root()).map(drop)
        }
        Step::Revoke(name, role) => {
            let revoke = RevokeRole { clerk_user_id: id(name), role_name: role.into() };
            revoke.run(assignments(c), &time.root()).map(drop)
        }
        Step::SetDisabled(name, disabled) => update(c, name, None, Some(disabled), time),
        Step::SetLocalRole(name, role) => update(c, name, Some(role), None, time),
        Step::DeleteLocal(name) => DeleteLocalUser { id: id(name) }.run(local(c), &time.root()).map(drop),
        Step::Hold(name) => {
            HoldAccount { user_id: id(name), reason: "drawn".into() }.run(accounts(c), &time.root()).map(drop)
        }
        Step::Release(name) => ReleaseAccount { user_id: id(name) }.run(accounts(c), &time.root()).map(drop),
        Step::RequestDeletion(name) => RequestDeletion {}.run(accounts(c), &time.themself(name)).map(drop),
        Step::CancelDeletion(name) => CancelDeletion { user_id: id(name) }.run(accounts(c), &time.root()).map(drop),
        Step::Erase(name) => EraseUser { user_id: id(name) }.run(accounts(c), &time.by(Caller::system())).map(drop),
        Step::SignIn(name) => {
            let known: &mut (dyn Users + 'static) = c;
            profile(name, "signed-in").run(known, &time.themself(name)).map(drop)
        }
        Step::ProviderUpdates(name) => {
            let told = ApplyProviderUser {
                event: time.event("user.updated"),
                user: profile(name, "updated"),
                is_banned: None,
            };
            told.run(events(c), &time.by(Caller::system())).map(drop)
        }
        Step::ProviderDeletes(name) => {
            let told = DeleteProviderUser { event: time.event("user.deleted"), id: id(name) };
            told.run(events(c), &time.by(Caller::system())).map(drop)
        }
        Step::SetRoleActive(role, is_active) => {
            let role = Roles::find_by_name(c, role)?.unwrap();
            let update = UpdateRole {
                id: role.id,
                display_name: None,
                description: None,
                permissions: None,
                is_active: Some(is_active),
                requires_second_factor: None,
            };
            let repository: &mut (dyn Roles + 'static) = c;
            update.run(repository, &time.root()).map(drop)
        }
        Step::Wait(seconds) => {
            time.seconds += seconds;
            Ok(())
        }
    }
}

fn update(c: &mut Connection, name: &str, role: Option<LocalRole>, disabled: Option<bool>, time: &Time) -> Result<()> {
    let update = UpdateLocalUser { id: id(name), role, tier: None, api_disabled: disabled, must_change_password: None };
    update.run(local(c), &time.root()).map(drop)
}

fn profile(name: &str, word: &str) -> ProvisionUser {
    ProvisionUser {
        id: id(name),
        email: Told::Is(format!("{word}.{name}@example.com")),
        email_verified: true,
        display_name: word.into(),
    }
}

fn flags(c: &mut Connection) -> &mut (dyn MarketplaceAdmins + 'static) {
    c
}

fn assignments(c: &mut Connection) -> &mut (dyn Assignments + 'static) {
    c
}

fn local(c: &mut Connection) -> &mut (dyn LocalUsers + 'static) {
    c
}

fn accounts(c: &mut Connection) -> &mut (dyn Deletions + 'static) {
    c
}

fn events(c: &mut Connection) -> &mut (dyn ProviderEvents + 'static) {
    c
}

/// Writes down the users that a history begins with.
pub(super) fn begin(c: &mut Connection) {
    for name in LOCAL.iter().chain(&OF_PROVIDER[..2]) {
        let row = (users::id.eq(name), users::created_at.eq(NOW), users::updated_at.eq(NOW));
        diesel::insert_into(users::table).values(row).execute(c).unwrap();
    }
    for name in LOCAL {
        let row = (
            local_users::user_id.eq(name),
            local_users::identifier.eq(format!("{name}@example.com")),
            local_users::identifier_type.eq("email"),
            local_users::role.eq("user"),
            local_users::password_hash.eq("$none"),
            local_users::created_at.eq(NOW),
            local_users::updated_at.eq(NOW),
        );
        diesel::insert_into(local_users::table).values(row).execute(c).unwrap();
    }
    for name in &LOCAL[..2] {
        make(c, &Step::PromoteFromConsole(name), &mut Time::default()).unwrap();
    }
}

/// Switches the role super-admin off or on behind the rules' back, as a hand in the database can.
pub(super) fn set_super_admin_active(c: &mut Connection, is_active: bool) {
    let role = diesel::update(roles::table.filter(roles::role_name.eq(SUPER_ADMIN)));
    role.set(roles::is_active.eq(is_active)).execute(c).unwrap();
}

/// Who can act, by what a request of theirs would be allowed: as admins of the marketplace, and as super-admins. A hundred
/// years on, so that whatever ends has ended.
pub(super) fn who_can_act(c: &mut Connection) -> [Vec<&'static str>; 2] {
    let later = Timestamp::from_micros(NOW).plus_seconds(100 * 365 * 86_400);
    let mut able = [vec![], vec![]];
    for name in LOCAL.into_iter().chain(OF_PROVIDER) {
        let Some(principal) = Principals::find(c, &id(name)).unwrap() else { continue };
        if principal.status != AccountStatus::Active || principal.api_disabled {
            continue;
        }
        if principal.flag_permissions().contains(Permission::AdminWrite) {
            able[0].push(name);
        }
        if principal.permissions(later, carries_claim(&principal)).contains(Permission::RolesAssign) {
            able[1].push(name);
        }
    }
    able
}

fn carries_claim(principal: &Principal) -> bool {
    principal.local_role.is_none() || principal.is_local_admin()
}
