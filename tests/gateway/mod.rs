//! `/gateway/authorize`: asked directly, and by a real nginx.

mod asked_about;
mod behind_nginx;
mod decisions;
mod forwarded;
mod nginx;
mod own_routes;
mod people;
mod usage;
