//! The use of keys, command lines and sessions is noted behind the request's back: it is no reason to wait, or to fail.

use std::net::IpAddr;
use std::sync::Arc;

use aedile_accounts::api_keys::ApiKey;
use aedile_accounts::sessions::{Origin, SessionUse};
use aedile_accounts::{CliToken, VerifiedToken};
use aedile_kernel::runner::Chain;
use aedile_kernel::{AccountState, Result};

use crate::app::App;

/// Notes the use of a key.
pub(crate) fn note_use_of_key(app: &App, key: ApiKey, address: Option<IpAddr>) {
    if key.is_to_be_noted_at(app.now()) {
        let keys = Arc::clone(&app.dependencies.api_keys);
        tokio::spawn(async move {
            if let Err(error) = keys.note_use(&key, address).await {
                tracing::warn!(error = %Chain(&error), "the use of an API key could not be noted");
            }
        });
    }
}

/// Notes the use of a command line's token.
pub(crate) fn note_use_of_command_line(app: &App, token: CliToken) {
    if token.is_to_be_noted_at(app.now()) {
        let tokens = Arc::clone(&app.dependencies.cli_tokens);
        tokio::spawn(async move {
            if let Err(error) = tokens.note_use(&token).await {
                tracing::warn!(error = %Chain(&error), "the use of a command-line token could not be noted");
            }
        });
    }
}

/// Refuses a session that was ended, and notes the use of one that goes on.
pub(crate) async fn check_session(
    app: &App,
    token: &VerifiedToken,
    id: &str,
    account: AccountState,
    origin: Origin,
) -> Result<SessionUse> {
    let sessions = Arc::clone(&app.dependencies.sessions);
    let known = sessions.check(token, id, account, &origin).await?;
    if known.is_to_be_noted {
        let id = id.to_owned();
        tokio::spawn(async move {
            if let Err(error) = sessions.note_use(&id, &origin).await {
                tracing::warn!(error = %Chain(&error), "the use of a session could not be noted");
            }
        });
    }
    Ok(known)
}
