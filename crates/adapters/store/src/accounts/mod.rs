//! Users, local users and their sign-ins.

mod addresses;
mod admins;
pub(crate) mod api_keys;
mod cli_sign_in;
pub(crate) mod cli_tokens;
mod deletion;
mod erasure;
mod impersonations;
mod invitations;
mod local_users;
mod marketplace_admins;
mod password_changes;
mod profile;
mod provider_events;
mod rows;
mod second_factor;
mod sessions;
mod sign_in;
mod users;

pub(crate) use addresses::owners_of_address;
pub(crate) use admins::{lock_administrators, lock_rights};
pub(crate) use erasure::forget_person;
pub(crate) use marketplace_admins::lock_row;
pub(crate) use rows::StandingRow;

#[cfg(test)]
mod addresses_contract;
#[cfg(test)]
mod api_keys_contract;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod credentials_contract;
#[cfg(test)]
mod credentials_races;
#[cfg(test)]
mod impersonations_contract;
#[cfg(test)]
mod invitations_contract;
#[cfg(test)]
mod password_changes_contract;
#[cfg(test)]
mod races;
#[cfg(test)]
mod second_factor_contract;
#[cfg(test)]
mod sessions_contract;
