use aedile_kernel::UserId;
use aedile_kernel::mock::{NOW, SeededEntropy, context, context_of, without_recent_proof};

use super::super::samples::{created, invitation, knowing};
use super::*;

const ASSIGNER: [Permission; 2] = [Permission::UsersWrite, Permission::RolesAssign];

/// Invites as somebody; answers what became of it, when this many invitations and mails are written.
fn create(json: &str, cx: &Context, unanswered: Option<Invitation>, times: usize) -> Result<Change<Invitation>> {
    let wanted: WantedInvitation = serde_json::from_str(json).unwrap();
    let mails = if wanted.send_mail { times } else { 0 };
    let mut invitations = knowing(None);
    invitations.expect_is_taken().returning(|identifier| Ok(identifier.as_str() == "taken@example.com"));
    invitations.expect_find_unanswered().returning(move |_| Ok(unanswered.clone()));
    invitations.expect_insert().times(times).returning(|new| Ok(created(new)));
    invitations.expect_end().returning(|_| Ok(()));
    invitations
        .expect_insert_mail()
        .withf(|address, _, text, _| address == "ada@example.com" && text.contains("/auth/invitation?token=aed_inv_"))
        .times(mails)
        .returning(|_, _, _, _| Ok(()));
    CreateInvitation::draw(wanted, &SeededEntropy::default()).run(&mut invitations, cx)
}

fn writer() -> Context {
    context_of("bob", [Permission::UsersWrite])
}

#[test]
fn somebody_is_invited_by_a_link_or_by_mail() {
    for (json, days) in [
        (r#"{"identifier":" Ada@Example.com "}"#, 7),
        (r#"{"identifier":"ada@example.com","send_mail":true,"days":1,"tier":"pro"}"#, 1),
        (r#"{"identifier":"ada@example.com","days":30,"role":"user"}"#, 30),
    ] {
        let change = create(json, &writer(), None, 1).unwrap();
        let invitation = change.output();
        assert_eq!(invitation.identifier, "ada@example.com");
        assert_eq!(invitation.expires_at, Timestamp::from_micros(NOW).plus_seconds(days * 24 * 60 * 60));
        assert_eq!(invitation.invited_by.as_ref().map(UserId::as_str), Some("bob"));
        assert!(!change.records()[0].new_values.as_ref().unwrap().to_string().contains("aed_inv_"));
    }
}

#[test]
fn who_is_assigned_a_role_can_use_it() {
    let all = context(Caller::console());
    for (json, role) in [
        (r#"{"identifier":"ada@example.com"}"#, LocalRole::User),
        (r#"{"identifier":"ada@example.com","role_name":"auditor"}"#, LocalRole::Admin),
        (r#"{"identifier":"ada@example.com","role_name":"auditor","role":"user"}"#, LocalRole::User),
    ] {
        assert_eq!(create(json, &all, None, 1).unwrap().output().offer.role, role, "{json}");
    }
}

#[test]
fn nonsense_is_refused_by_name() {
    for (json, field) in [
        (r#"{"identifier":"nobody"}"#, "identifier"),
        (r#"{"identifier":"ada@example.com","days":0}"#, "days"),
        (r#"{"identifier":"ada@example.com","days":31}"#, "days"),
        (r#"{"identifier":"ada@example.com","tier":"unheard-of"}"#, "tier"),
        (r#"{"identifier":"+4915112345678","send_mail":true}"#, "send_mail"),
    ] {
        let refused = create(json, &writer(), None, 0).unwrap_err();
        assert!(matches!(&refused, Error::Invalid(_)) && refused.to_string().contains(field), "{json}: {refused}");
    }
    let taken = r#"{"identifier":"taken@example.com"}"#;
    assert!(matches!(create(taken, &writer(), None, 0), Err(Error::Conflict(_))));
    let boss = context_of("bob", ASSIGNER);
    for (role, kind) in [("unheard-of", "not found"), ("disabled", "disabled")] {
        let json = format!(r#"{{"identifier":"ada@example.com","role_name":"{role}"}}"#);
        let refused = create(&json, &boss, None, 0).unwrap_err().to_string();
        assert!(refused.to_lowercase().contains(kind), "{refused}");
    }
}

#[test]
fn one_invitation_is_open_for_an_identifier_and_an_expired_one_is_replaced() {
    let json = r#"{"identifier":"ada@example.com"}"#;
    let refused = create(json, &writer(), Some(invitation()), 0).unwrap_err();
    assert!(refused.to_string().contains("invitation 1 is open"), "{refused}");
    let expired = Invitation { expires_at: Timestamp::from_micros(NOW), ..invitation() };
    assert_eq!(create(json, &writer(), Some(expired), 1).unwrap().records().len(), 2);
}

#[test]
fn c_01_nobody_offers_what_they_do_not_hold() {
    let offers = [
        (r#"{"identifier":"ada@example.com","role":"admin"}"#, Permission::RolesAssign),
        (r#"{"identifier":"ada@example.com","tier":"admin"}"#, Permission::RolesAssign),
        (r#"{"identifier":"ada@example.com","role_name":"auditor"}"#, Permission::RolesAssign),
    ];
    for (json, lacking) in offers {
        let refused = create(json, &writer(), None, 0);
        assert!(
            matches!(refused, Err(Error::Denied(missing)) if missing == lacking || missing == Permission::AuditRead)
        );
    }
    let assigner = context_of("bob", ASSIGNER);
    assert!(create(offers[0].0, &assigner, None, 1).is_ok());
    assert!(matches!(create(offers[2].0, &assigner, None, 0), Err(Error::Denied(Permission::AuditRead))));
    let enough = context_of("bob", [&ASSIGNER[..], &[Permission::AuditRead]].concat());
    assert!(create(offers[2].0, &enough, None, 1).is_ok());
    let all = r#"{"identifier":"ada@example.com","role_name":"super-admin"}"#;
    assert!(matches!(create(all, &enough, None, 0), Err(Error::Denied(_))));
    assert!(create(all, &context(Caller::console()), None, 1).is_ok());
}

#[test]
fn rights_are_offered_only_after_a_recent_proof() {
    let old = without_recent_proof(context_of("bob", [&ASSIGNER[..], &[Permission::AuditRead]].concat()));
    for json in [
        r#"{"identifier":"ada@example.com","role":"admin"}"#,
        r#"{"identifier":"ada@example.com","role_name":"auditor"}"#,
    ] {
        assert!(create(json, &old, None, 0).is_err(), "{json}");
    }
    assert!(create(r#"{"identifier":"ada@example.com"}"#, &old, None, 1).is_ok());
}
