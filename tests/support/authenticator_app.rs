//! An authenticator app, as people have one on their phone.

use serde_json::json;
use totp_rs::Totp;

use super::identity_provider::now_seconds;
use super::{Caller, Reply};

/// Somebody's authenticator app. Each code is newer than the one before, as none is good twice; there are three at a time.
pub(crate) struct AuthenticatorApp {
    totp: Totp,
    next: u64,
}

impl AuthenticatorApp {
    fn of(enrolment: &Reply) -> Self {
        Self { totp: Totp::from_url(enrolment.body["uri"].as_str().unwrap()).unwrap(), next: 0 }
    }

    pub(crate) fn code(&mut self) -> String {
        self.next = self.next.max(now_seconds() - 30);
        let code = self.totp.generate(self.next).to_string();
        self.next += 30;
        code
    }
}

/// Sets up a second factor in a session, and gives the app and the recovery codes.
pub(crate) async fn set_up_second_factor(session: &Caller) -> (AuthenticatorApp, Vec<String>) {
    let mut app = AuthenticatorApp::of(&session.post("/v1/users/second-factor", json!({})).await.expect(201));
    let confirmed = session.post("/v1/users/second-factor/confirm", json!({ "code": app.code() })).await.expect(200);
    let codes = confirmed.body["recovery_codes"].as_array().unwrap();
    (app, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}
