use aedile_kernel::mock::{NOW, SeededEntropy, context};
use aedile_kernel::{AccountState, AccountStatus, Caller, LocalRole, Timestamp};

use super::super::InvitationToken;
use super::super::offer::{Inviter, Offer};
use super::super::samples::{id, invitation, inviter, knowing};
use super::*;

fn accept(found: Option<Invitation>, by: Option<Inviter>, is_taken: bool, times: usize) -> Result<Change<LocalUser>> {
    let roles = usize::from(found.as_ref().is_some_and(|found| found.offer.role_name.is_some())) * times;
    let mut invitations = knowing(found);
    invitations.expect_find_inviter().returning(move |_, _| Ok(by));
    invitations.expect_is_taken().returning(move |_| Ok(is_taken));
    invitations.expect_insert_user().times(times).returning(|_, _| Ok(()));
    invitations.expect_assign_role().times(roles).returning(|_, _, _, _| Ok(()));
    invitations.expect_end().withf(|after| after.user_id.is_some()).times(times).returning(|_| Ok(()));
    let token_hash = InvitationToken::generate(&SeededEntropy::default()).hash();
    let command = AcceptInvitation { token_hash, password_hash: PasswordHash::parse("$a$b$c$new").unwrap() };
    command.run(&mut invitations, &context(Caller::anonymous()))
}

fn offering(role: LocalRole, role_name: Option<&str>) -> Invitation {
    let offer = Offer { role, tier: None, role_name: role_name.map(str::to_owned) };
    Invitation { offer, ..invitation() }
}

const WRITER: [Permission; 1] = [Permission::UsersWrite];
const ASSIGNER: [Permission; 3] = [Permission::UsersWrite, Permission::RolesAssign, Permission::AuditRead];

#[test]
fn the_invited_become_users_with_what_was_offered() {
    let change = accept(Some(invitation()), Some(inviter(&WRITER)), false, 1).unwrap();
    assert_eq!((change.output().role, change.output().identifier.as_str()), (LocalRole::User, "ada@example.com"));
    let rows: Vec<_> = change.records().iter().map(|row| row.resource_type).collect();
    assert_eq!(rows, ["local_user", "invitation"]);

    let change = accept(Some(offering(LocalRole::Admin, Some("auditor"))), Some(inviter(&ASSIGNER)), false, 1).unwrap();
    assert_eq!(change.output().role, LocalRole::Admin);
    let row = change.records().iter().find(|row| row.resource_type == "role_assignment").unwrap();
    assert_eq!(row.new_values.as_ref().unwrap()["assigned_by"], "bob");
    assert!(!change.events().iter().any(|event| matches!(event, Event::RightsWidened(_))));
}

#[test]
fn a_link_is_good_once_and_for_its_time() {
    let now = Timestamp::from_micros(NOW);
    let ended = Invitation { ended_at: Some(now), ..invitation() };
    let used = Invitation { user_id: Some(id("ada")), ..ended.clone() };
    for over in [None, Some(ended), Some(used), Some(Invitation { expires_at: now, ..invitation() })] {
        assert!(matches!(accept(over, Some(inviter(&WRITER)), false, 0), Err(Error::Gone(_))));
    }
    assert!(matches!(accept(Some(invitation()), Some(inviter(&WRITER)), true, 0), Err(Error::Conflict(_))));
}

#[test]
fn c_01_an_invitation_gives_no_more_than_its_inviter_holds_when_it_is_accepted() {
    let held = AccountState { status: AccountStatus::Held, api_disabled: false };
    for by in [None, Some(inviter(&[])), Some(Inviter { state: held, ..inviter(&WRITER) })] {
        assert!(matches!(accept(Some(invitation()), by, false, 0), Err(Error::Gone(_))), "{by:?}");
    }
    for offer in [offering(LocalRole::Admin, None), offering(LocalRole::User, Some("auditor"))] {
        assert!(matches!(accept(Some(offer.clone()), Some(inviter(&WRITER)), false, 0), Err(Error::Gone(_))));
        assert!(accept(Some(offer), Some(inviter(&ASSIGNER)), false, 1).is_ok());
    }
    let all = offering(LocalRole::Admin, Some("super-admin"));
    assert!(matches!(accept(Some(all.clone()), Some(inviter(&ASSIGNER)), false, 0), Err(Error::Gone(_))));
    let disabled = offering(LocalRole::Admin, Some("disabled"));
    let roleless = offering(LocalRole::Admin, Some("unheard-of"));
    let tier =
        |tier: &str| Invitation { offer: Offer { tier: Some(tier.into()), ..invitation().offer }, ..invitation() };
    for gone in [disabled, roleless, tier("unheard-of")] {
        assert!(matches!(accept(Some(gone), Some(inviter(&ASSIGNER)), false, 0), Err(Error::Gone(_))));
    }
    assert_eq!(accept(Some(tier("pro")), Some(inviter(&WRITER)), false, 1).unwrap().output().tier, "pro");

    // The console invites in nobody's name, and the super-admins hear of one more.
    let change = accept(Some(Invitation { invited_by: None, ..all }), None, false, 1).unwrap();
    assert!(change.events().iter().any(|event| matches!(event, Event::RightsWidened(_))));
}
