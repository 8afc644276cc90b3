//! The page behind an invitation's link.

use actix_web::http::StatusCode;
use aedile_accounts::invitations::Invitation;
use aedile_kernel::{Error, Result};

use super::password_pages::{Linked, New, from_here};
use crate::call::{Answer, AuthenticatedRequest};
use crate::families::pages::Pages;
use crate::families::pages::password_page::{Page, PasswordPage};
use crate::refusal::Refusal;

type Request = AuthenticatedRequest<Pages>;

const DONE: &str = "Your account is ready.";

pub(super) async fn show(request: Request) -> Answer {
    let Linked { token } = request.query()?;
    match request.app.dependencies.invitations.find(&token).await {
        Ok(found) => form(&token, &found, None),
        Err(error) => over(error),
    }
}

pub(super) async fn accept(mut request: Request) -> Answer {
    let New { token, new_password } = request.form().await?;
    let invitations = &request.app.dependencies.invitations;
    let found = match invitations.find(&token).await {
        Ok(found) => found,
        Err(error) => return over(error),
    };
    let made: Result<_> = async {
        from_here(&request)?;
        invitations.accept(&request.caller(), &token, new_password).await
    }
    .await;
    match made {
        Ok(user) => {
            let page = Page::Invitation { token: &token, identifier: &user.identifier };
            PasswordPage { done: Some(DONE), ..PasswordPage::of(page) }.answer(StatusCode::OK)
        }
        Err(error @ Error::Gone(_)) => over(error),
        Err(error) => form(&token, &found, Some(Refusal::from(error))),
    }
}

/// The form, with what was wrong the last time.
fn form(token: &str, found: &Invitation, refusal: Option<Refusal>) -> Answer {
    let page = PasswordPage::of(Page::Invitation { token, identifier: &found.identifier });
    match refusal {
        None => page.answer(StatusCode::OK),
        Some(refusal) => PasswordPage { problem: Some(&refusal.message()), ..page }.answer(refusal.status()),
    }
}

/// The page without a form: there is nothing that could be sent.
fn over(error: Error) -> Answer {
    let refusal = Refusal::from(error);
    PasswordPage { problem: Some(&refusal.message()), ..PasswordPage::of(Page::NoInvitation) }.answer(refusal.status())
}
