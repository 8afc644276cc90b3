//! What is going on, in figures.

mod get;
mod model;
mod port;

pub use get::GetOverview;
pub use model::{Counts, DayFigures, MailTrouble, Overview};
pub use port::Figures;
#[cfg(any(test, feature = "mock"))]
pub use port::MockFigures;
