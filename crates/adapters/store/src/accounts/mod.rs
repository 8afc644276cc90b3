//! Users, local users and their sign-ins.

mod admins;
mod deletions;
mod directory;
mod local_users;
mod marketplace_admins;
mod profiles;
mod rows;
mod sign_ins;
mod users;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod races;
