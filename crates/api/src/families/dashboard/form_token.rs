//! What shows that a form was made here, for this person, not long ago: a MAC over who and until when.

use aedile_kernel::digest::hex;
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::identity::Identity;

/// How long somebody may leave a form open.
const LASTS_SECONDS: i64 = 12 * 3600;

/// A token for whoever this is.
pub(super) fn token(app: &App, identity: &Identity) -> String {
    let until = app.now().plus_seconds(LASTS_SECONDS).as_seconds();
    format!("{until}.{}", mac(app, identity, until))
}

/// Whether a token was made for whoever this is and is not too old.
pub(super) fn is_good(app: &App, identity: &Identity, token: &str) -> bool {
    let Some((until, tag)) = token.split_once('.') else { return false };
    let until = until.parse::<i64>().ok().filter(|until| *until >= app.now().as_seconds());
    until.is_some_and(|until| mac(app, identity, until).as_bytes().ct_eq(tag.as_bytes()).into())
}

fn mac(app: &App, identity: &Identity, until: i64) -> String {
    hex(&app
        .dependencies
        .installation_key
        .derive("dashboard form", &[identity.bucket().as_bytes(), &until.to_be_bytes()]))
}
