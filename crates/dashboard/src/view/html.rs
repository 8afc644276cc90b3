//! Pages as HTML, and what a browser lets them do.

use std::sync::LazyLock;

use aedile_kernel::digest::sha256;
use aedile_kernel::{Error, Result};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Block, Cell, Control, Page};
use crate::act_as::ActAs;
use crate::backend::Person;
use crate::nav::Entry;
use crate::proof::SecondFactorStep;

const STYLE: &str = include_str!("../../assets/style.css");
/// The style of documents within a page.
pub(super) const DOCUMENT_STYLE: &str = "body { font: 100%/1.5 system-ui, sans-serif; color: #1b1f24 }";
const SCRIPT: &str = include_str!("../../assets/script.js");

/// The `Content-Security-Policy` of every page: our own styles and script, known by their digests, nothing from elsewhere, and
/// nobody frames it.
pub static POLICY: LazyLock<String> =
    LazyLock::new(|| policy(&format!("{} {}", source(STYLE), source(DOCUMENT_STYLE))));

/// The same for a page that shows a document of others. Its frame inherits what is said of the page, and a mail without its
/// styles would not be what its readers see.
pub(crate) static POLICY_WITH_STYLES: LazyLock<String> = LazyLock::new(|| policy("'unsafe-inline'"));

fn policy(styles: &str) -> String {
    format!(
        "default-src 'none'; style-src {styles}; script-src {}; img-src data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
        source(SCRIPT)
    )
}

fn source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(sha256(text.as_bytes())))
}

/// A page of somebody who is signed in.
#[derive(Template)]
#[template(path = "page.html")]
pub(crate) struct Frame<'a> {
    pub(crate) page: &'a Page,
    pub(crate) person: &'a Person,
    pub(crate) nav: &'a [Entry],
    pub(crate) form_token: &'a str,
}

/// A page of nobody in particular.
#[derive(Template)]
#[template(path = "simple.html")]
pub(crate) struct Simple<'a> {
    pub(crate) title: &'a str,
    pub(crate) message: &'a str,
}

/// Where somebody signs in.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInForm<'a> {
    /// What was wrong with the attempt before.
    pub(crate) problem: Option<&'a str>,
    /// What was typed before.
    pub(crate) identifier: &'a str,
    /// Where to go then.
    pub(crate) target: &'a str,
}

/// Where somebody proves who they are.
#[derive(Template)]
#[template(path = "prove.html")]
pub(crate) struct ProveForm<'a> {
    /// What was wrong with the attempt before.
    pub(crate) problem: Option<&'a str>,
    /// Whether a code is wanted, and not a password.
    pub(crate) wants_code: bool,
    /// Where to go then.
    pub(crate) target: &'a str,
    pub(crate) form_token: &'a str,
}

/// Where somebody sets up their second factor.
#[derive(Template)]
#[template(path = "second_factor.html")]
pub(crate) struct SecondFactorForm<'a> {
    /// What was wrong with the attempt before.
    pub(crate) problem: Option<&'a str>,
    pub(crate) step: &'a SecondFactorStep<'a>,
    pub(crate) form_token: &'a str,
}

/// Where an admin begins to act as a user.
#[derive(Template)]
#[template(path = "act_as.html")]
pub(crate) struct ActAsForm<'a> {
    pub(crate) form: &'a ActAs<'a>,
    /// Where to go instead.
    pub(crate) back: &'a str,
    pub(crate) form_token: &'a str,
}

impl ActAsForm<'_> {
    const STYLE: &'static str = STYLE;
    const SCRIPT: &'static str = SCRIPT;

    pub(crate) fn html(&self) -> Result<String> {
        self.render().map_err(Error::internal)
    }
}

impl Frame<'_> {
    const STYLE: &'static str = STYLE;
    const SCRIPT: &'static str = SCRIPT;

    pub(crate) fn html(&self) -> Result<String> {
        self.render().map_err(Error::internal)
    }
}

impl Simple<'_> {
    const STYLE: &'static str = STYLE;
    const SCRIPT: &'static str = SCRIPT;

    pub(crate) fn html(&self) -> Result<String> {
        self.render().map_err(Error::internal)
    }
}

impl ProveForm<'_> {
    const STYLE: &'static str = STYLE;
    const SCRIPT: &'static str = SCRIPT;

    pub(crate) fn html(&self) -> Result<String> {
        self.render().map_err(Error::internal)
    }
}

impl SecondFactorForm<'_> {
    const STYLE: &'static str = STYLE;
    const SCRIPT: &'static str = SCRIPT;

    pub(crate) fn html(&self) -> Result<String> {
        self.render().map_err(Error::internal)
    }
}

impl SignInForm<'_> {
    const STYLE: &'static str = STYLE;
    const SCRIPT: &'static str = SCRIPT;

    pub(crate) fn html(&self) -> Result<String> {
        self.render().map_err(Error::internal)
    }
}
