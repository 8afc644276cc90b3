//! What callers may do by what is committed now.

use aedile_accounts::api_keys::ApiKeyId;
use aedile_accounts::cli_tokens::CliTokenId;
use aedile_accounts::impersonation::{ImpersonationId, find_going_on};
use aedile_accounts::sessions::{SessionState, Sessions, is_over};
use aedile_kernel::{
    Access, AccountState, Assurance, Basis, Caller, Credential, Error, Impersonator, PermissionSet, PersonalProof,
    Result, Rights, SecondFactor, Timestamp, UserId, View,
};
use aedile_rbac::principal::{Holding, Principals};

use crate::accounts::{api_keys, cli_tokens};
use crate::accounts::{lock_rights, lock_row};
use crate::connection::Connection;

impl Access for Connection {
    fn find_rights(&mut self, caller: &Caller, now: Timestamp) -> Result<Rights> {
        let (Some(user), Basis::Rows { authorities, has_admin_claim, .. }) = (&caller.user_id, caller.basis) else {
            return Err(Error::internal("only the rights of users are read from rows"));
        };
        let principal = View::<dyn Principals>::view(self).find(user)?;
        let principal = principal.ok_or_else(|| Error::unauthenticated("this account does not exist"))?;
        if let Some(Impersonator { impersonation_id, .. }) = &caller.impersonator {
            find_going_on(self, ImpersonationId(*impersonation_id), now)?;
        }
        let scopes = scopes(self, user, caller, now)?;
        let assurance = assurance(self, caller, principal.state(), principal.second_factor(now))?;
        let credential = &caller.credential;
        let holding = Holding { principal: Some(&principal), credential, has_admin_claim, scopes };
        Ok(Rights { permissions: holding.permissions(authorities, now), state: principal.state(), assurance })
    }

    fn hold_account(&mut self, user: &UserId) -> Result<()> {
        lock_row(self, user)
    }

    fn lock_changes(&mut self) -> Result<()> {
        lock_rights(self)
    }
}

/// How far the caller proved who they are, by their session or token and by what is asked of them now.
fn assurance(
    connection: &mut Connection,
    caller: &Caller,
    account: AccountState,
    factor: SecondFactor,
) -> Result<Assurance> {
    let begun = caller.assurance.person();
    let person = match (&caller.session_id, &caller.credential) {
        (Some(session), _) => {
            let state = going_on(connection, session, account)?;
            Some(PersonalProof::here(state.proved_at, state.has_second_factor, factor))
        }
        (None, Credential::CliToken(id)) => cli_tokens::find(connection, CliTokenId(*id))?
            .map(|token| PersonalProof::here(token.proof.proved_at, token.proof.has_second_factor, factor)),
        (None, Credential::ProviderToken) => {
            begun.map(|proof| PersonalProof::at_provider(proof.proved_at, proof.has_second_factor, factor))
        }
        (None, _) => begun.map(|proof| PersonalProof::here(proof.proved_at, proof.has_second_factor, factor)),
    };
    Ok(person.map_or(Assurance::NotAsked, Assurance::Person))
}

/// Refuses a session that was ended. For how long it was idle was judged when the request began, which was a use of it.
fn going_on(connection: &mut Connection, session: &str, account: AccountState) -> Result<SessionState> {
    let state = connection.find_state(session)?;
    let state = state.ok_or_else(|| Error::unauthenticated("this session is unknown: sign in again"))?;
    is_over(&state, account, Timestamp::from_micros(i64::MIN))
        .map_or(Ok(state), |message| Err(Error::unauthenticated(message)))
}

/// What an API key is limited to; refuses a key or token that no longer works, or is no longer the user's.
fn scopes(connection: &mut Connection, user: &UserId, caller: &Caller, now: Timestamp) -> Result<PermissionSet> {
    match &caller.credential {
        Credential::ApiKey(id) => {
            let key = api_keys::find(connection, ApiKeyId::parse(id)?)?.filter(|key| key.owner_id == *user);
            let key = key.ok_or_else(|| Error::unauthenticated("the API key is not valid"))?;
            let address = caller.request.ip_address.as_deref().and_then(|address| address.parse().ok());
            key.admit(now, address)?;
            Ok(key.scopes.into_iter().collect())
        }
        Credential::CliToken(id) => {
            let token = cli_tokens::find(connection, CliTokenId(*id))?;
            let is_good = token.is_some_and(|token| token.is_good_at(now) && token.user_id == *user);
            if is_good { Ok(PermissionSet::ANONYMOUS) } else { Err(Error::unauthenticated("the token is not valid")) }
        }
        _ => Ok(PermissionSet::ANONYMOUS),
    }
}
