//! OpenFeature's remote evaluation protocol: asked directly, and by OpenFeature's own client.

mod client;
mod errors;
mod evaluate;
mod flags;
