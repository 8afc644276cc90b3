//! Sign-ins of the command line, and events of the identity provider.

pub(crate) mod api_keys;
mod cli_codes;
pub(crate) mod cli_tokens;
mod provider_events;
mod revoked_tokens;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod races;
