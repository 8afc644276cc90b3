#![doc = include_str!("../README.md")]

pub mod assignments;
pub mod audit;
pub mod endpoints;
pub mod gateway;
pub mod principal;
pub mod roles;
pub mod scopes;
pub mod tiers;
