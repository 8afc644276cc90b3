//! The operator's key.

use std::fmt;

use aedile_kernel::digest::sha256;
use subtle::ConstantTimeEq;

/// What is kept of the operator's key: its SHA-256.
#[derive(Clone)]
pub struct AdminKey([u8; 32]);

impl AdminKey {
    /// Keeps a key.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self(sha256(key.as_bytes()))
    }

    /// Whether this is the key; it takes as long whatever is shown.
    #[must_use]
    pub(crate) fn is(&self, shown: &[u8]) -> bool {
        sha256(shown).ct_eq(&self.0).into()
    }
}

impl fmt::Debug for AdminKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminKey(…)")
    }
}
