//! How a command ends badly.

use std::fmt;

/// Why a command ended badly: one line for people, empty when they were told already, and the exit code.
#[derive(Debug)]
pub struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    pub(crate) const USAGE: u8 = 2;
    pub(crate) const NOT_SIGNED_IN: u8 = 3;
    pub(crate) const NOT_FOUND: u8 = 4;
    pub(crate) const CONFLICT: u8 = 5;
    pub(crate) const LIMITED: u8 = 6;
    /// The server can't be reached, or is in trouble.
    pub const SERVER: u8 = 7;

    pub(crate) fn new(code: u8, message: impl Into<String>) -> Self {
        Self { message: message.into(), code }
    }

    /// People were told already.
    pub(crate) const fn told(code: u8) -> Self {
        Self { message: String::new(), code }
    }

    /// The command was asked for in a wrong way.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Self::USAGE, message)
    }

    pub(crate) fn not_signed_in(message: impl Into<String>) -> Self {
        Self::new(Self::NOT_SIGNED_IN, message)
    }

    /// 2 for wrong usage, 3 for who is not signed in or may not, 4 not found, 5 conflict, 6 limited, 7 for the server.
    #[must_use]
    pub const fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
