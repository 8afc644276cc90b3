//! Reading the audit trail.

mod trail;

#[cfg(test)]
mod trail_contract;
