#![doc = include_str!("../README.md")]

mod archive;
mod inspector;
mod location;
mod store;

pub use archive::inspect;
pub use inspector::ZipInspector;
pub use location::Location;
pub use store::Artifacts;
