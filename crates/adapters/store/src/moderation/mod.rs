//! Abuse flags, what detectors look at, and claims.

mod abuse_flags;
mod claims;
mod signals;
