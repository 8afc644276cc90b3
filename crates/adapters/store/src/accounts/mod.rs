//! Users, local users and their sign-ins.

mod addresses;
mod admins;
mod deletions;
mod directory;
mod erasure;
mod local_users;
mod marketplace_admins;
mod profiles;
mod rows;
mod sign_ins;
mod user_story;
mod users;

pub(crate) use addresses::owners_of_address;
pub(crate) use admins::{lock_administrators, lock_rights};
pub(crate) use erasure::forget_person;
pub(crate) use marketplace_admins::lock_row;

#[cfg(test)]
mod addresses_contract;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod races;
