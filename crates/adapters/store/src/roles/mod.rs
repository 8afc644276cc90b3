//! Roles, their assignments, and the principals that follow from them.

mod access;
mod assignments;
mod definitions;
mod people;
mod principals;
mod rows;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod races;
