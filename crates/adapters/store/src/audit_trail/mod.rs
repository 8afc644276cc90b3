//! Reading the audit trail.

mod list;

#[cfg(test)]
mod contract;
