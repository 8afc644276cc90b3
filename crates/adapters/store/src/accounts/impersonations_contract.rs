//! What every store of impersonations must do.

use aedile_accounts::impersonation::{Impersonation, ImpersonationId, Impersonations, NewImpersonation};
use aedile_accounts::sessions::{Ending, Sessions};
use aedile_kernel::{
    Access, AccountState, AccountStatus, Assurance, Caller, Credential, Cursor, Error, Impersonator, PageRequest,
    Permission, PermissionSet, Position, Timestamp,
};
use diesel::connection::SimpleConnection;

use super::credentials_contract::{add, at, id};
use crate::connection::Connection;
use crate::testing::for_each_backend;

fn impersonations(connection: &mut Connection) -> &mut (dyn Impersonations + 'static) {
    connection
}

/// Bob begins to act as somebody, for a hundred seconds.
fn begin(connection: &mut Connection, admin: &str, user: &str, second: i64) -> Impersonation {
    let new = NewImpersonation {
        user_id: id(user),
        acted_by: id(admin),
        reason: "Empty page".into(),
        started_at: at(second),
        expires_at: at(second + 100),
    };
    impersonations(connection).insert(&new).unwrap()
}

fn listed(connection: &mut Connection, page: &PageRequest, going_on_at: Option<Timestamp>) -> Vec<ImpersonationId> {
    let page = impersonations(connection).list(page, going_on_at).unwrap();
    page.items.into_iter().map(|found| found.id).collect()
}

#[test]
fn impersonations_are_listed_the_newest_first() {
    for_each_backend(|c| {
        let (old, first, second) =
            (begin(c, "bob", "ada", 0), begin(c, "bob", "ada", 150), begin(c, "cyd", "dee", 160));
        assert_eq!(impersonations(c).find(first.id).unwrap().unwrap(), first);
        assert_eq!((first.acted_by.as_str(), first.user_id.as_str()), ("bob", "ada"));
        assert_eq!((first.expires_at, first.ended_at, first.reason.as_str()), (at(250), None, "Empty page"));
        assert_eq!(impersonations(c).find(ImpersonationId(99)).unwrap(), None);
        let all = PageRequest::first();
        assert_eq!(listed(c, &all, None), [second.id, first.id, old.id]);
        assert_eq!(listed(c, &all, Some(at(200))), [second.id, first.id]);
        assert_eq!(listed(c, &all, Some(at(250))), [second.id], "at its very end it is over");
        let page = impersonations(c).list(&PageRequest { limit: 1, ..all }, None).unwrap();
        assert_eq!(page.total, Some(3));
        let next: Cursor = page.next.unwrap();
        assert_eq!(listed(c, &PageRequest { limit: 2, position: Position::After(next) }, None), [first.id, old.id]);
    });
}

#[test]
fn an_impersonation_ends_once() {
    for_each_backend(|c| {
        let begun = begin(c, "bob", "ada", 0);
        assert_eq!(impersonations(c).end(begun.id, at(100)).unwrap(), None, "it is over by itself");
        assert_eq!(impersonations(c).end(begun.id, at(50)).unwrap(), Some(begun.clone()));
        assert_eq!(impersonations(c).end(begun.id, at(60)).unwrap(), None);
        let ended = impersonations(c).find(begun.id).unwrap().unwrap();
        assert_eq!(ended, Impersonation { ended_at: Some(at(50)), ..begun });
    });
}

#[test]
fn all_that_somebody_is_in_end_with_their_sessions() {
    for_each_backend(|c| {
        for name in ["ada", "bob"] {
            add(c, name);
        }
        let (as_admin, as_user, others) =
            (begin(c, "bob", "dee", 0), begin(c, "cyd", "bob", 0), begin(c, "cyd", "ada", 0));
        Sessions::end_all(c, &id("bob"), Ending::RoleChanged, at(10)).unwrap();
        assert_eq!(listed(c, &PageRequest::first(), Some(at(10))), [others.id]);
        for ended in [as_admin, as_user] {
            assert_eq!(impersonations(c).find(ended.id).unwrap().unwrap().ended_at, Some(at(10)));
        }
    });
}

#[test]
fn what_somebody_does_as_another_ends_and_what_is_done_as_them_goes_on() {
    for_each_backend(|c| {
        let (as_admin, as_user) = (begin(c, "bob", "dee", 0), begin(c, "cyd", "bob", 0));
        Sessions::end_impersonations(c, &id("bob"), at(10)).unwrap();
        assert_eq!(listed(c, &PageRequest::first(), Some(at(10))), [as_user.id]);
        assert_eq!(impersonations(c).find(as_admin.id).unwrap().unwrap().ended_at, Some(at(10)));
    });
}

/// A write that began before the end of an impersonation is judged by the row inside its own transaction.
#[test]
fn c_05_a_write_is_judged_by_the_impersonation_as_it_is_then() {
    for_each_backend(|c| {
        for name in ["ada", "bob"] {
            add(c, name);
        }
        c.batch_execute("UPDATE users SET is_admin = TRUE WHERE id = 'bob'").unwrap();
        let begun = begin(c, "bob", "ada", 0);
        let impersonator = Impersonator { impersonation_id: begun.id.0, user_id: id("bob") };
        let ada = Caller::user(&id("ada"), None, Credential::LocalToken, PermissionSet::USER);
        let acting = Caller { impersonator: Some(impersonator), ..ada };
        let rights = Access::find_rights(c, &acting, at(10)).unwrap();
        assert_eq!((rights.permissions, rights.assurance), (PermissionSet::USER, Assurance::NotAsked));
        for change in ["is_admin = FALSE WHERE id = 'bob'", "is_admin = TRUE WHERE id IN ('ada', 'bob')"] {
            c.batch_execute(&format!("UPDATE users SET {change}")).unwrap();
            assert!(matches!(Access::find_rights(c, &acting, at(10)), Err(Error::Unauthenticated(_))), "{change}");
        }
        c.batch_execute("UPDATE users SET is_admin = (id = 'bob')").unwrap();
        assert!(Access::find_rights(c, &acting, at(99)).is_ok());
        assert!(Access::find_rights(c, &acting, at(100)).is_err(), "it is over by itself");
        impersonations(c).end(begun.id, at(20)).unwrap();
        assert!(matches!(Access::find_rights(c, &acting, at(30)), Err(Error::Unauthenticated(_))));
    });
}

#[test]
fn c_05_who_is_an_admin_is_told_by_flag_role_tier_and_sign_in() {
    for_each_backend(|c| {
        for name in ["ada", "flagged", "editor", "former", "local", "tier"] {
            add(c, name);
        }
        c.batch_execute(
            "UPDATE users SET is_admin = TRUE WHERE id = 'flagged'; \
             UPDATE users SET tier = 'admin' WHERE id = 'tier'; \
             INSERT INTO local_users (user_id, identifier, identifier_type, role, password_hash, created_at, updated_at) \
                 VALUES ('local', 'local@example.com', 'email', 'admin', 'x', 0, 0); \
             INSERT INTO role_assignments (user_id, role_id, assigned_by, assigned_at, expires_at) \
                 SELECT 'editor', id, 'x', 0, NULL FROM roles WHERE role_name = 'super-admin'; \
             INSERT INTO role_assignments (user_id, role_id, assigned_by, assigned_at, expires_at) \
                 SELECT 'former', id, 'x', 0, 5 FROM roles WHERE role_name = 'super-admin';",
        )
        .unwrap();
        let mut party = |name: &str| impersonations(c).find_party(&id(name), at(10)).unwrap().unwrap();
        let ada = party("ada");
        assert_eq!((ada.is_admin, ada.permissions), (false, PermissionSet::USER));
        assert_eq!(ada.state, AccountState { status: AccountStatus::Active, api_disabled: false });
        for (name, may_act) in
            [("flagged", true), ("editor", true), ("former", false), ("local", false), ("tier", false)]
        {
            let found = party(name);
            assert!(found.is_admin, "{name}");
            assert_eq!(found.permissions.contains(Permission::UsersImpersonate), may_act, "{name}");
        }
        assert_eq!(impersonations(c).find_party(&id("nobody"), at(10)).unwrap(), None);
    });
}
