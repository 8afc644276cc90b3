//! The pages about passwords: `/auth/password`, `/auth/forgot-password` and `/auth/new-password`.

use actix_web::http::StatusCode;
use aedile_accounts::Password;
use aedile_kernel::{Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::password::request_in_background;
use super::session::comes_from_here;
use crate::call::{Answer, AuthenticatedRequest};
use crate::families::pages::Pages;
use crate::families::pages::password_page::{Page, PasswordPage};
use crate::refusal::Refusal;

type Request = AuthenticatedRequest<Pages>;

pub(super) async fn show_change(_: Request) -> Answer {
    PasswordPage::of(Page::Change).answer(StatusCode::OK)
}

pub(super) async fn change(mut request: Request) -> Answer {
    let Change { identifier, password, new_password } = request.form().await?;
    let changed = async {
        from_here(&request)?;
        let passwords = &request.app.dependencies.passwords;
        passwords.change(&identifier, password, new_password, request.client()).await
    };
    let done = "Your password was changed, and you were signed out everywhere else.";
    answer(Page::Change, &identifier, done, changed.await.map(drop))
}

pub(super) async fn show_forgotten(_: Request) -> Answer {
    PasswordPage::of(Page::Forgotten).answer(StatusCode::OK)
}

pub(super) async fn forgotten(mut request: Request) -> Answer {
    let Forgotten { identifier } = request.form().await?;
    let asked = from_here(&request).and_then(|()| request_in_background(&request, &identifier));
    answer(Page::Forgotten, &identifier, super::password::ON_ITS_WAY, asked)
}

pub(super) async fn show_new(request: Request) -> Answer {
    let Linked { token } = request.query()?;
    PasswordPage::of(Page::New { token: &token }).answer(StatusCode::OK)
}

pub(super) async fn new(mut request: Request) -> Answer {
    let New { token, new_password } = request.form().await?;
    let kept = async {
        from_here(&request)?;
        request.app.dependencies.passwords.reset(&request.caller(), &token, new_password).await
    };
    let done = "Your password was changed, and you were signed out everywhere.";
    answer(Page::New { token: &token }, "", done, kept.await)
}

/// The page once more: with what was done, or with what was wrong.
fn answer(page: Page<'_>, identifier: &str, done: &str, outcome: Result<()>) -> Answer {
    match outcome {
        Ok(()) => PasswordPage { done: Some(done), ..PasswordPage::of(page) }.answer(StatusCode::OK),
        Err(error) => {
            let refusal = Refusal::from(error);
            let message = refusal.message();
            PasswordPage { problem: Some(&message), identifier, ..PasswordPage::of(page) }.answer(refusal.status())
        }
    }
}

pub(super) fn from_here(request: &Request) -> Result<()> {
    if comes_from_here(request.headers()) {
        Ok(())
    } else {
        Err(Error::forbidden("send this from the page itself; open it anew"))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChangePasswordForm")]
pub(super) struct Change {
    identifier: String,
    password: Password,
    new_password: Password,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ForgottenPasswordForm")]
pub(super) struct Forgotten {
    identifier: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PasswordLink")]
pub(super) struct Linked {
    #[serde(default)]
    pub(super) token: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewPasswordForm")]
pub(super) struct New {
    pub(super) token: String,
    pub(super) new_password: Password,
}
