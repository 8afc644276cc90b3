//! What every store of invitations must do.

use aedile_accounts::invitations::{Invitation, InvitationId, Invitations, NewInvitation, Offer};
use aedile_accounts::local_users::LocalRole;
use aedile_accounts::{Identifier, IdentifierType, PasswordHash};
use aedile_kernel::{Error, PageRequest, Permission, Position, Timestamp};
use aedile_messaging::mail::Mails;
use diesel::connection::SimpleConnection;

use super::contract::account;
use super::credentials_contract::{add, at, id, secret};
use super::erasure::forget_person;
use crate::connection::Connection;
use crate::testing::for_each_backend;

fn invitations(connection: &mut Connection) -> &mut (dyn Invitations + 'static) {
    connection
}

/// An invitation for a hundred seconds.
fn new(n: usize, name: &str, second: i64) -> NewInvitation {
    NewInvitation {
        token_hash: secret("aed_inv_", n).hash(),
        identifier: format!("{name}@example.com"),
        identifier_type: IdentifierType::Email,
        offer: Offer { role: LocalRole::Admin, tier: Some("pro".into()), role_name: Some("viewer".into()) },
        invited_by: (n > 0).then(|| id("bob")),
        is_mailed: n > 0,
        created_at: at(second),
        expires_at: at(second + 100),
    }
}

fn identifier(name: &str) -> Identifier {
    Identifier::parse(&format!("{name}@example.com")).unwrap()
}

fn listed(connection: &mut Connection, page: &PageRequest, open_at: Option<Timestamp>) -> Vec<InvitationId> {
    let page = invitations(connection).list(page, open_at).unwrap();
    page.items.into_iter().map(|found| found.id).collect()
}

#[test]
fn invitations_are_found_by_their_link_and_listed_the_newest_first() {
    for_each_backend(|c| {
        let first = invitations(c).insert(&new(0, "ada", 0)).unwrap();
        let second = invitations(c).insert(&new(1, "cyd", 50)).unwrap();
        assert_eq!((&first.invited_by, first.is_mailed, second.is_mailed), (&None, false, true));
        assert_eq!(second.invited_by, Some(id("bob")));
        assert_eq!((second.offer.clone(), second.expires_at), (new(1, "cyd", 50).offer, at(150)));
        let by_token = |c: &mut Connection, n| invitations(c).find_by_token(&secret("aed_inv_", n).hash()).unwrap();
        assert_eq!(by_token(c, 1), Some(second.clone()));
        assert_eq!(by_token(c, 2), None);
        assert_eq!(invitations(c).lock_by_token(&secret("aed_inv_", 0).hash()).unwrap(), Some(first.clone()));
        assert_eq!(invitations(c).lock(InvitationId(99)).unwrap(), None);
        let all = PageRequest::first();
        assert_eq!(listed(c, &all, None), [second.id, first.id]);
        assert_eq!(listed(c, &all, Some(at(100))), [second.id], "at its very end a link is over");
        let page = invitations(c).list(&PageRequest { limit: 1, ..all }, None).unwrap();
        let rest = PageRequest { limit: 2, position: Position::After(page.next.unwrap()) };
        assert_eq!((page.total, listed(c, &rest, None)), (Some(2), vec![first.id]));
    });
}

#[test]
fn one_invitation_is_unanswered_for_an_identifier() {
    for_each_backend(|c| {
        let first = invitations(c).insert(&new(0, "ada", 0)).unwrap();
        assert_eq!(invitations(c).find_unanswered(&identifier("ada")).unwrap(), Some(first.clone()));
        invitations(c).end(&Invitation { ended_at: Some(at(5)), ..first.clone() }).unwrap();
        assert_eq!(invitations(c).find_unanswered(&identifier("ada")).unwrap(), None);
        let second = invitations(c).insert(&new(1, "ada", 0)).unwrap();
        let renewed = Invitation { invited_by: Some(id("eve")), is_mailed: false, expires_at: at(900), ..second };
        invitations(c).renew(&renewed, &secret("aed_inv_", 2).hash()).unwrap();
        assert_eq!(invitations(c).find_by_token(&secret("aed_inv_", 1).hash()).unwrap(), None, "the former link");
        assert_eq!(invitations(c).find_by_token(&secret("aed_inv_", 2).hash()).unwrap(), Some(renewed));
        // The last, since PostgreSQL ends a transaction with its first error.
        assert!(matches!(invitations(c).insert(&new(3, "ada", 0)), Err(Error::Conflict(_))));
    });
}

#[test]
fn the_rights_of_who_invited_are_read_as_they_are() {
    for_each_backend(|c| {
        add(c, "bob");
        assert!(invitations(c).find_inviter(&id("nobody"), at(0)).unwrap().is_none());
        let rights = |c: &mut Connection, second| invitations(c).find_inviter(&id("bob"), at(second)).unwrap().unwrap();
        assert!(!rights(c, 0).permissions.contains(Permission::FlagsRead));
        invitations(c).assign_role(&id("bob"), "viewer", "eve", at(0)).unwrap();
        assert!(rights(c, 0).permissions.contains(Permission::FlagsRead));
        c.batch_execute(&format!("UPDATE role_assignments SET expires_at = {}", at(10).as_micros())).unwrap();
        assert!(!rights(c, 10).permissions.contains(Permission::FlagsRead), "the assignment is over");
        let role = invitations(c).find_role("super-admin").unwrap().unwrap();
        assert!(role.is_active && role.is_super_admin && role.permissions.contains(Permission::RolesAssign));
        assert!(invitations(c).find_role("unheard-of").unwrap().is_none());

        // Who signs in here needs the role admin, too.
        let hash = PasswordHash::parse("$a$b$c$d").unwrap();
        invitations(c).insert_user(&account("eve", 0), &hash).unwrap();
        invitations(c).assign_role(&id("eve"), "viewer", "bob", at(0)).unwrap();
        let eve = invitations(c).find_inviter(&id("eve"), at(0)).unwrap().unwrap();
        assert!(!eve.permissions.contains(Permission::FlagsRead));
    });
}

#[test]
fn mail_for_who_is_no_user_yet_is_sent_to_their_address_and_forgotten_with_them() {
    for_each_backend(|c| {
        invitations(c).insert_mail("ada@example.com", "You are invited", "text", at(0)).unwrap();
        let waiting = c.lease("worker", at(1), at(60)).unwrap().unwrap();
        assert_eq!((waiting.user_id, waiting.address.as_deref()), (None, Some("ada@example.com")));
        let listed = Mails::list(c, None, &PageRequest::first()).unwrap();
        assert_eq!((listed.items[0].email.as_deref(), listed.total), (Some("ada@example.com"), Some(1)));
        assert_eq!(c.find_user_of(waiting.id).unwrap(), None);

        let hash = PasswordHash::parse("$a$b$c$d").unwrap();
        let found = invitations(c).insert(&new(1, "ada", 0)).unwrap();
        invitations(c).insert_user(&account("ada", 0), &hash).unwrap();
        invitations(c).end(&Invitation { ended_at: Some(at(5)), user_id: Some(id("ada")), ..found }).unwrap();
        forget_person(c, &id("ada"), at(9)).unwrap();
        assert_eq!(Mails::list(c, None, &PageRequest::first()).unwrap().total, Some(0));
        assert!(invitations(c).list(&PageRequest::first(), None).unwrap().items.is_empty());
    });
}
