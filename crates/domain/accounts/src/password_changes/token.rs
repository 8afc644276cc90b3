//! The random part of a link to a new password.

use aedile_kernel::{Entropy, Error};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::secrets::{Secret, SecretHash};

/// What every such token begins with.
const MARK: &str = "aed_pwd_";

/// The random part of a link to a new password. It does not show itself.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String", extend("format" = "password"))]
pub struct LinkToken(Secret);

impl LinkToken {
    /// Draws a token.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Secret::generate(MARK, entropy))
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        self.0.hash()
    }

    /// Where the link leads, behind the server's public URL.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/auth/new-password?token={}", self.0.expose())
    }
}

impl TryFrom<String> for LinkToken {
    type Error = Error;

    /// Whatever was never drawn is refused in the words for a link that is over.
    fn try_from(text: String) -> Result<Self, Error> {
        Secret::parse(MARK, &text).map(Self).ok_or_else(super::reset::over)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::SeededEntropy;

    use super::*;

    #[test]
    fn a_token_is_read_back_from_its_link_and_does_not_show_itself() {
        let token = LinkToken::generate(&SeededEntropy::default());
        let path = token.path();
        let text = path.strip_prefix("/auth/new-password?token=").unwrap();
        assert_eq!(LinkToken::try_from(text.to_owned()).unwrap().hash(), token.hash());
        assert!(!format!("{token:?}").contains(text));
        assert!(matches!(LinkToken::try_from("aed_pwd_x".to_owned()), Err(Error::Gone(_))));
    }
}
