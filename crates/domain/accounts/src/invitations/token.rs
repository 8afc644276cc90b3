//! The random part of an invitation's link.

crate::link_token::link_token! {
    /// The random part of an invitation's link. It does not show itself.
    InvitationToken, begins with "aed_inv_", leads to "/auth/invitation", or else super::accept::over
}
