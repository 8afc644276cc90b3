//! Where somebody chooses or changes their password.

use actix_web::http::StatusCode;
use aedile_accounts::Password;
use aedile_kernel::Error;
use askama::Template;

use super::page::{STYLE, STYLE_SOURCE, html};
use crate::call::Answer;

/// Which of the pages it is.
#[derive(Clone, Copy)]
pub(in crate::families) enum Page<'a> {
    /// For who knows the present password.
    Change,
    /// For who forgot it.
    Forgotten,
    /// Behind a link.
    New {
        /// The random part of the link.
        token: &'a str,
    },
    /// Behind an invitation's link.
    Invitation {
        /// The random part of the link.
        token: &'a str,
        /// What the user will sign in with.
        identifier: &'a str,
    },
    /// Behind an invitation's link that is over.
    NoInvitation,
}

impl Page<'_> {
    const fn title(&self) -> &'static str {
        match self {
            Self::Change => "Change your password",
            Self::Forgotten => "Forgot your password?",
            Self::New { .. } => "Choose a new password",
            Self::Invitation { .. } => "You are invited",
            Self::NoInvitation => "This invitation is over",
        }
    }

    const fn has_form(&self) -> bool {
        !matches!(self, Self::NoInvitation)
    }

    const fn path(&self) -> &'static str {
        match self {
            Self::Change => "/auth/password",
            Self::Forgotten => "/auth/forgot-password",
            Self::New { .. } => "/auth/new-password",
            Self::Invitation { .. } | Self::NoInvitation => "/auth/invitation",
        }
    }
}

/// A page about a password.
#[derive(Template)]
#[template(path = "password.html")]
pub(in crate::families) struct PasswordPage<'a> {
    /// Which of the pages about passwords it is.
    pub(in crate::families) page: Page<'a>,
    /// What was typed before.
    pub(in crate::families) identifier: &'a str,
    /// What was wrong with the attempt before.
    pub(in crate::families) problem: Option<&'a str>,
    /// What was done; there is no form then.
    pub(in crate::families) done: Option<&'a str>,
}

impl<'a> PasswordPage<'a> {
    const STYLE: &'static str = STYLE;
    const RULES: &'static str = Password::RULES;

    /// The page as it is first shown.
    pub(in crate::families) const fn of(page: Page<'a>) -> Self {
        Self { page, identifier: "", problem: None, done: None }
    }

    pub(in crate::families) fn answer(&self, status: StatusCode) -> Answer {
        let body = self.render().map_err(Error::internal)?;
        Ok(html(status, &STYLE_SOURCE, "'self'", body))
    }
}
