//! What the identity provider tells of its users: that there is one, that one changed, that one is gone.

mod apply;
mod delete;
mod model;
mod port;
mod service;

pub use apply::ApplyProviderUser;
pub use delete::DeleteProviderUser;
pub use model::{Delivery, EventStamp, News, ProviderEvent, ProviderEventReader, Taken};
#[cfg(any(test, feature = "mock"))]
pub use port::MockProviderEvents;
pub use port::{ProviderEvents, gone};
pub use service::TakesProviderEvents;
