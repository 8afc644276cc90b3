//! The random part of an invitation's link.

use aedile_kernel::{Entropy, Error};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::secrets::{Secret, SecretHash};

const PREFIX: &str = "aed_inv_";

/// The random part of an invitation's link. It does not show itself.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String", extend("format" = "password"))]
pub struct InvitationToken(Secret);

impl InvitationToken {
    /// Draws a token.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Secret::generate(PREFIX, entropy))
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        self.0.hash()
    }

    /// Where the link leads, behind the server's public URL.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/auth/invitation?token={}", self.0.expose())
    }
}

impl TryFrom<String> for InvitationToken {
    type Error = Error;

    /// Whatever was never drawn is refused in the words for a link that is over.
    fn try_from(text: String) -> Result<Self, Error> {
        Secret::parse(PREFIX, &text).map(Self).ok_or_else(super::accept::over)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::SeededEntropy;

    use super::*;

    #[test]
    fn a_token_is_read_back_from_its_link_and_does_not_show_itself() {
        let token = InvitationToken::generate(&SeededEntropy::default());
        let path = token.path();
        let text = path.strip_prefix("/auth/invitation?token=").unwrap();
        assert_eq!(InvitationToken::try_from(text.to_owned()).unwrap().hash(), token.hash());
        assert!(!format!("{token:?}").contains(text));
        assert!(matches!(InvitationToken::try_from("aed_inv_x".to_owned()), Err(Error::Gone(_))));
    }
}
