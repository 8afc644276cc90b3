//! Users, local users and their sign-ins.

mod admins;
mod local_users;
mod rows;
mod sign_ins;
mod users;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod races;
