//! Sign-in: `/auth/login`, `/auth/logout` and the page `/auth/cli`.

mod cli;
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
        .on(Admin, Method::POST, "/auth/logout", sign_in::sign_out)
        .answers(admin_system::message())
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
}
