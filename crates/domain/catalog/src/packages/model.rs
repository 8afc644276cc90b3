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

impl Package {
    /// The most bytes of a package.
    pub const MAX_BYTES: usize = 20 * 1024 * 1024;
}

/// What a look into a package found: it may be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size_bytes: i64,
    /// How many files it holds.
    pub entries: i64,
}

impl From<Inspected> for Package {
    /// A package is kept under a name made from its content, so that it is the same one however often it comes.
    fn from(inspected: Inspected) -> Self {
        let Inspected { sha256, size_bytes, entries } = inspected;
        Self { artifact: format!("packages/{sha256}.zip"), sha256, size_bytes, entries }
    }
}
