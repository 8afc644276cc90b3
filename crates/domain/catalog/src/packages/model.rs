//! A package.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A package that was looked into and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Package {
    /// Where it is kept, in the words of the artifact store.
    pub artifact: String,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size_bytes: i64,
    /// How many files it holds.
    pub entries: i64,
}
