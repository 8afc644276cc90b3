//! The packages of skills.

mod model;

pub use model::Package;
