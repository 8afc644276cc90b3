//! Where an admin begins to act as a user.

use aedile_kernel::Result;

use crate::view::{ActAsForm, address};

/// The form as it was sent, or an empty one.
#[derive(Debug, Clone, Copy)]
pub struct ActAs<'a> {
    /// ID of the user.
    pub user_id: &'a str,
    /// What was wrong with the attempt before.
    pub problem: Option<&'a str>,
    /// Reason that was typed.
    pub reason: &'a str,
    /// Minutes that were typed.
    pub minutes: &'a str,
}

/// The page on which an admin says why they act as a user.
///
/// # Errors
/// `Internal`, when it can't be made.
pub fn act_as(form: &ActAs<'_>, form_token: &str) -> Result<String> {
    let back = address(&["dashboard", "users", form.user_id], &[]);
    ActAsForm { form, back: &back, form_token }.html()
}
