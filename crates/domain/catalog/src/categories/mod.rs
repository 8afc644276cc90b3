//! Categories, which skills belong to.

mod create;
mod delete;
mod fields;
mod list;
mod model;
mod port;
mod update;

pub use create::CreateCategory;
pub use delete::DeleteCategory;
pub use list::{BrowseCategories, ListCategories};
pub use model::{Category, Icon, NewCategory};
pub use port::Categories;
#[cfg(any(test, feature = "mock"))]
pub use port::MockCategories;
pub use update::UpdateCategory;

/// The kind of thing in the audit log.
const RESOURCE: &str = "category";
