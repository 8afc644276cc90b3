//! `/gateway/authorize`: asked directly, and by real proxies.

mod asked_about;
mod behind_proxies;
mod decisions;
mod forwarded;
mod own_routes;
mod people;
mod proxies;
mod usage;
