//! The random parts of links that are mailed or handed over.

/// Defines the random part of a kind of link: what it begins with, the page that the link leads to, and the error for
/// whatever was never drawn, which is that of a link that is over.
macro_rules! link_token {
    ($(#[$doc:meta])* $name:ident, begins with $prefix:literal, leads to $page:literal, or else $over:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
        #[serde(try_from = "String")]
        #[schemars(with = "String", extend("format" = "password"))]
        pub struct $name($crate::secrets::Secret);

        impl $name {
            /// Draws a token.
            #[must_use]
            pub fn generate(entropy: &dyn aedile_kernel::Entropy) -> Self {
                Self($crate::secrets::Secret::generate($prefix, entropy))
            }

            /// What is kept of it.
            #[must_use]
            pub fn hash(&self) -> $crate::secrets::SecretHash {
                self.0.hash()
            }

            /// Where the link leads, behind the server's public URL.
            #[must_use]
            pub fn path(&self) -> String {
                format!("{}?token={}", $page, self.0.expose())
            }
        }

        impl TryFrom<String> for $name {
            type Error = aedile_kernel::Error;

            fn try_from(text: String) -> Result<Self, aedile_kernel::Error> {
                $crate::secrets::Secret::parse($prefix, &text).map(Self).ok_or_else($over)
            }
        }
    };
}
pub(crate) use link_token;

#[cfg(test)]
mod tests {
    use aedile_kernel::Error;
    use aedile_kernel::mock::SeededEntropy;

    use crate::invitations::InvitationToken;
    use crate::password_changes::LinkToken;

    macro_rules! is_read_back {
        ($name:ident, $page:literal) => {
            let token = $name::generate(&SeededEntropy::default());
            let path = token.path();
            let text = path.strip_prefix(concat!($page, "?token=")).unwrap();
            assert_eq!($name::try_from(text.to_owned()).unwrap().hash(), token.hash());
            assert!(!format!("{token:?}").contains(text));
            assert!(matches!($name::try_from("aed_x".to_owned()), Err(Error::Gone(_))));
        };
    }

    #[test]
    fn a_token_is_read_back_from_its_link_and_does_not_show_itself() {
        is_read_back!(LinkToken, "/auth/new-password");
        is_read_back!(InvitationToken, "/auth/invitation");
        let other = InvitationToken::generate(&SeededEntropy::default()).path();
        let other = other.rsplit_once('=').unwrap().1.to_owned();
        assert!(LinkToken::try_from(other).is_err(), "one kind of link is no other");
    }
}
