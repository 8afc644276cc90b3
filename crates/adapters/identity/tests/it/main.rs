//! Tokens good and forged, against a provider that publishes keys over HTTP.

#[cfg(test)]
mod cache;
#[cfg(test)]
mod forged;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod local;
#[cfg(test)]
mod provider;
#[cfg(test)]
mod support;
#[cfg(test)]
mod webhooks;
