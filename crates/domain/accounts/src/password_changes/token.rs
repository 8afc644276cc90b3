//! The random part of a link to a new password.

crate::link_token::link_token! {
    /// The random part of a link to a new password. It does not show itself.
    LinkToken, begins with "aed_pwd_", leads to "/auth/new-password", or else super::reset::over
}
