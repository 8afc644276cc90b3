//! How a token comes to be, by whichever way its owner signed in.

use aedile_kernel::{Change, Context, Error, Result, UserId};

use super::model::{CliToken, NewCliToken, TokenProof};
use super::port::CliTokens;
use super::revoke::revocation_of;

/// What the audit log calls a token.
pub(super) const RESOURCE: &str = "cli_token";

/// Makes the owner's token, and ends the one before.
pub(crate) fn mint(
    tokens: &mut dyn CliTokens,
    owner: &UserId,
    new: &NewCliToken,
    proof: TokenProof,
    cx: &Context,
) -> Result<Change<CliToken>> {
    let new = new.checked()?;
    tokens.lock_owner(owner)?.ok_or_else(|| Error::not_found("User"))?.in_use()?;
    let former = tokens.find_current(owner)?;
    if let Some(former) = &former {
        tokens.set_revoked(former.id, cx.now)?;
    }
    let expires_at = cx.now.plus_seconds(CliToken::LIFETIME_SECONDS);
    let token = tokens.insert_token(owner, &new, proof, cx.now, expires_at)?;
    let made = Change::of(RESOURCE, token.id).after(&token).as_action("cli_token.create");
    // One that had ended by itself is not taken from anybody.
    let change = match former.filter(|former| former.is_good_at(cx.now)) {
        Some(former) => made.and(revocation_of(&former)),
        None => made,
    };
    Ok(change.returning(token))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::AccountStatus;
    use aedile_kernel::mock::context_of;
    use mockall::predicate::{always, eq};

    use super::super::model::{CliTokenId, Owner};
    use super::super::samples::{IN_USE, id, new_token, token, tokens};
    use super::*;

    fn ada() -> Context {
        context_of("ada", [])
    }

    #[test]
    fn a_token_is_good_for_ninety_days() {
        let change =
            mint(&mut tokens(Some(IN_USE), None), &id("ada"), &new_token(), TokenProof::of(&ada()), &ada()).unwrap();
        let token = change.output();
        assert_eq!(token.expires_at, ada().now.plus_seconds(90 * 86_400));
        assert!(token.is_good_at(token.expires_at.plus_seconds(-1)) && !token.is_good_at(token.expires_at));
        assert!(token.token_prefix.starts_with("aed_cli_"));
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.action, record.resource_type), (Some("cli_token.create"), "cli_token"));
        let written = record.new_values.as_ref().unwrap().to_string();
        assert!(!written.contains(new_token().token_hash.as_str()), "C-59: {written}");
    }

    #[test]
    fn a_new_one_revokes_the_one_before_and_both_are_audited() {
        let mut store = tokens(Some(IN_USE), Some(token(1, 60)));
        store.expect_set_revoked().with(eq(CliTokenId(1)), always()).times(1).returning(|_, _| Ok(()));
        let change = mint(&mut store, &id("ada"), &new_token(), TokenProof::of(&ada()), &ada()).unwrap();
        let actions: Vec<_> = change.records().iter().map(|r| (r.action.unwrap(), r.resource_id.as_str())).collect();
        assert_eq!(actions, [("cli_token.create", "2"), ("cli_token.revoke", "1")]);
    }

    #[test]
    fn one_that_had_ended_is_cleared_away_without_a_word() {
        let mut store = tokens(Some(IN_USE), Some(token(1, CliToken::LIFETIME_SECONDS)));
        store.expect_set_revoked().times(1).returning(|_, _| Ok(()));
        let change = mint(&mut store, &id("ada"), &new_token(), TokenProof::of(&ada()), &ada()).unwrap();
        assert_eq!(change.records().len(), 1);
    }

    #[test]
    fn c_20_only_accounts_in_use_get_one() {
        let standings = AccountStatus::ALL.map(|status| (status, false)).into_iter();
        for (status, api_disabled) in standings.chain([(AccountStatus::Active, true)]) {
            let owner = Owner { status, api_disabled };
            let refused =
                mint(&mut tokens(Some(owner), None), &id("ada"), &new_token(), TokenProof::of(&ada()), &ada());
            assert_eq!(refused.is_ok(), owner == IN_USE, "{owner:?}");
        }
        assert!(matches!(
            mint(&mut tokens(None, None), &id("ada"), &new_token(), TokenProof::of(&ada()), &ada()),
            Err(Error::NotFound(_))
        ));
    }
}
