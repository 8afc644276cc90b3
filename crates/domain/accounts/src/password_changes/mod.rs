//! Passwords that are changed: by their owner, by a link in a mail, or by a link from an admin.

mod change;
mod give_link;
mod port;
mod request_reset;
mod reset;
#[cfg(test)]
mod samples;
mod service;
mod token;

pub use change::ChangePassword;
pub use give_link::{GivePasswordLink, GivenLink, WantedLink, give_password_link};
#[cfg(any(test, feature = "mock"))]
pub use port::MockLocalPasswords;
pub use port::{KnownPassword, LocalPasswords, NewReset};
pub use request_reset::RequestPasswordReset;
pub use reset::ResetPassword;
pub use service::{ChangesPasswords, PasswordService};
pub use token::LinkToken;

use aedile_kernel::event::PUBLIC_URL;
use aedile_kernel::{Change, Context, Result, UserId};

use crate::passwords::PasswordHash;
use crate::sessions::Ending;

/// How long a link is good, in seconds.
const LINK_LIFETIME: i64 = 30 * 60;

/// What every user is told whose password was changed.
const CHANGED: &str = "Your password was changed, and you were signed out everywhere.\n\n\
     If it was not you, ask for a new password on the sign-in page, and tell an admin.\n";

/// Keeps a new password: all sessions of the user end, and so do all links to choose another.
fn keep(passwords: &mut dyn LocalPasswords, user: &UserId, hash: &PasswordHash, cx: &Context) -> Result<Change<()>> {
    passwords.set_password(user, hash, cx.now)?;
    passwords.void_links(user, cx.now)?;
    passwords.end_sessions(user, Ending::PasswordChanged, cx.now)?;
    passwords.insert_mail(user, "Your password was changed", CHANGED, cx.now)?;
    Ok(Change::of("local_user", user).after(&serde_json::json!({ "password_changed_at": cx.now })))
}

/// The mail with a link.
fn mail_text(token: &LinkToken) -> String {
    format!(
        "Somebody, most likely you, asked for a new password. Choose one here within 30 minutes:\n\n\
         {PUBLIC_URL}{}\n\nIf it was not you, do nothing: your password stays as it is.\n",
        token.path()
    )
}
