//! What the terms of a key may be.

use aedile_kernel::{Error, Permission, Result, Timestamp, text};

use super::network::Network;

/// The most characters of a description.
const LONGEST_DESCRIPTION: usize = 500;
/// The highest limit of requests a minute.
const HIGHEST_RATE: u32 = 100_000;

/// A display name.
pub(super) fn name(name: &str) -> Result<String> {
    text::line("name", name, 80)
}

/// A description; `None` when nothing is left of it.
pub(super) fn description(description: Option<&str>) -> Result<Option<String>> {
    let given = description.filter(|text| !text.trim().is_empty());
    given.map(|given| text::paragraphs("description", given, LONGEST_DESCRIPTION)).transpose()
}

/// The scopes without repetition, if keys may have them.
pub(super) fn scopes(scopes: &[Permission]) -> Result<Vec<Permission>> {
    if scopes.is_empty() {
        return Err(Error::invalid("scopes", "must name at least one scope, such as admin:read"));
    }
    let wanted: Vec<Permission> = Permission::scopes().filter(|scope| scopes.contains(scope)).collect();
    match scopes.iter().find(|scope| !wanted.contains(scope)) {
        Some(unknown) => Err(Error::invalid("scopes", format!("{unknown} is no scope of an API key"))),
        None => Ok(wanted),
    }
}

/// Networks without repetition.
pub(super) fn networks(texts: &[String]) -> Result<Vec<Network>> {
    if texts.len() > Network::MOST {
        return Err(Error::invalid("allowed_networks", format!("must name at most {} networks", Network::MOST)));
    }
    let mut networks = Vec::new();
    for text in texts {
        let network = Network::parse(text.trim())?;
        if !networks.contains(&network) {
            networks.push(network);
        }
    }
    Ok(networks)
}

/// A limit of requests a minute.
pub(super) fn rate(per_minute: Option<u32>) -> Result<Option<u32>> {
    if per_minute.is_none_or(|rate| (1..=HIGHEST_RATE).contains(&rate)) {
        Ok(per_minute)
    } else {
        Err(Error::invalid("requests_per_minute", format!("must be between 1 and {HIGHEST_RATE}")))
    }
}

/// An expiry that is still to come.
pub(super) fn expiry(expires_at: Option<Timestamp>, now: Timestamp) -> Result<Option<Timestamp>> {
    if expires_at.is_some_and(|end| end <= now) {
        return Err(Error::invalid("expires_at", "must be in the future"));
    }
    Ok(expires_at)
}
