//! What a server says of itself.

use aedile_kernel::Timestamp;

/// What a server says of itself; never a secret.
#[derive(Debug, Clone)]
pub struct Health {
    /// Aedile's version.
    pub version: &'static str,
    /// The kind of database.
    pub database: &'static str,
    /// Since when it runs.
    pub started_at: Timestamp,
    /// What keeps it from its work; nothing when it is ready.
    pub trouble: Option<String>,
    /// What can be set up, and whether it is.
    pub connections: Vec<Connection>,
    /// The requests a minute of each kind; 0 is unlimited.
    pub rates: Vec<(&'static str, u32)>,
    /// Other settings, in words.
    pub settings: Vec<(&'static str, String)>,
}

/// Something that can be set up.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Name of the check.
    pub name: &'static str,
    /// Whether it is.
    pub is_set_up: bool,
    /// What is so without it, and how to set it up.
    pub without: &'static str,
}
