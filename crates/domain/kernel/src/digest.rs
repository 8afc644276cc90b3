//! SHA-256 over fields, with each field's length in front, so that no two lists of fields give the same bytes.

use sha2::{Digest as _, Sha256};

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// The SHA-256 of some bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

/// Collects fields into one digest.
#[derive(Default)]
pub struct FieldDigest(Sha256);

impl FieldDigest {
    /// Adds a field that is there.
    #[must_use]
    pub fn field(mut self, bytes: &[u8]) -> Self {
        self.0.update([1]);
        self.0.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds a field that may be absent; absent differs from empty.
    #[must_use]
    pub fn optional(mut self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.field(text.as_bytes()),
            None => {
                self.0.update([0]);
                self
            }
        }
    }

    /// The digest of all fields so far.
    #[must_use]
    pub fn finish(self) -> Digest {
        self.0.finalize().into()
    }
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
