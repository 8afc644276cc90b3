//! Sign-in: `/auth/login`, `/auth/logout` and the page `/auth/cli`.

mod cli;
mod invitation;
mod invitation_page;
mod password;
mod password_pages;
pub(in crate::families) mod prove;
pub(crate) mod session;
mod sign_in;

use actix_web::http::Method;

use super::admin_system::{self, AdminSystem};
use super::pages::Pages;
use crate::limits::RateClass::{Admin, PublicRead, SignIn};
use crate::openapi::{Media, of};
use crate::routes::Routes;

/// Sign-in with a password, in the shapes of `/admin`.
pub(crate) fn routes() -> Routes<AdminSystem> {
    Routes::new()
        .open(SignIn, Method::POST, "/auth/login", sign_in::sign_in)
        .tells("Signs a local user in, by e-mail address or phone number and password.")
        .takes::<sign_in::Attempt>()
        .answers(sign_in::signed_in())
        .on(SignIn, Method::POST, "/auth/prove", prove::prove)
        .takes::<prove::Given>()
        .answers(prove::proved())
        .on(Admin, Method::POST, "/auth/logout", sign_in::sign_out)
        .answers(admin_system::message())
        .open(SignIn, Method::POST, "/auth/password/change", password::change)
        .tells("Changes a local user's password by the present one, and signs them in. All other sessions end.")
        .takes::<password::Change>()
        .answers(sign_in::signed_in())
        .open(SignIn, Method::POST, "/auth/password/forgot", password::forgotten)
        .tells("Mails a local user a link to choose a new password with. The answer is the same for unknown addresses.")
        .takes::<password::Forgotten>()
        .answers_with(202, Media::Json(admin_system::message()))
        .open(SignIn, Method::POST, "/auth/password/reset", password::reset)
        .tells("Keeps a new password by the token of a link, which is good once and for 30 minutes. All sessions end.")
        .takes::<password::Reset>()
        .answers(admin_system::message())
        .open(SignIn, Method::POST, "/auth/invitation/accept", invitation::accept)
        .tells("Makes the local user who was invited, by the token of the link, which is good once, and a password.")
        .takes::<invitation::Accepted>()
        .creates(invitation::user())
}

/// The page where the command line signs in.
pub(crate) fn page_routes() -> Routes<Pages> {
    Routes::new()
        .open(PublicRead, Method::GET, "/auth/cli", cli::show)
        .tells("The page where somebody signs in for their command line.")
        .query::<cli::Asked>()
        .answers_with(200, Media::Other("text/html"))
        .open(SignIn, Method::POST, "/auth/cli", cli::sign_in)
        .tells("Signs in for a command line, and sends the browser back to it with a code.")
        .takes_media(Media::Form(of::<cli::Form>()))
        .answers_nothing(303)
        .open(PublicRead, Method::GET, "/auth/password", password_pages::show_change)
        .tells("The page where a local user changes their password.")
        .answers_with(200, Media::Other("text/html"))
        .open(SignIn, Method::POST, "/auth/password", password_pages::change)
        .tells("Changes a password by the form of the page.")
        .takes_media(Media::Form(of::<password_pages::Change>()))
        .answers_with(200, Media::Other("text/html"))
        .open(PublicRead, Method::GET, "/auth/forgot-password", password_pages::show_forgotten)
        .tells("The page where a local user asks for a link to a new password.")
        .answers_with(200, Media::Other("text/html"))
        .open(SignIn, Method::POST, "/auth/forgot-password", password_pages::forgotten)
        .tells("Mails a link by the form of the page.")
        .takes_media(Media::Form(of::<password_pages::Forgotten>()))
        .answers_with(200, Media::Other("text/html"))
        .open(PublicRead, Method::GET, "/auth/new-password", password_pages::show_new)
        .tells("The page behind a link to a new password.")
        .query::<password_pages::Linked>()
        .answers_with(200, Media::Other("text/html"))
        .open(SignIn, Method::POST, "/auth/new-password", password_pages::new)
        .tells("Keeps a new password by the form of the page.")
        .takes_media(Media::Form(of::<password_pages::New>()))
        .answers_with(200, Media::Other("text/html"))
        .open(PublicRead, Method::GET, "/auth/invitation", invitation_page::show)
        .tells("The page behind an invitation's link.")
        .query::<password_pages::Linked>()
        .answers_with(200, Media::Other("text/html"))
        .open(SignIn, Method::POST, "/auth/invitation", invitation_page::accept)
        .tells("Makes the user who was invited by the form of the page.")
        .takes_media(Media::Form(of::<password_pages::New>()))
        .answers_with(200, Media::Other("text/html"))
}
