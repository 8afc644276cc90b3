//! What the rules about categories need of a store.

use aedile_kernel::Result;

use super::model::{Category, NewCategory};
use crate::id::CategoryId;

/// The categories.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Categories: Send {
    /// All of them, by name.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self) -> Result<Vec<Category>>;

    /// Adds the category under its slug.
    ///
    /// # Errors
    /// `Conflict` when a category or a skill has the slug.
    fn insert(&mut self, category: &NewCategory) -> Result<Category>;

    /// The category, held until the transaction ends: no skill comes to it meanwhile. `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, slug: &str) -> Result<Option<Category>>;

    /// Writes everything of the category but its slug.
    ///
    /// # Errors
    /// If the store fails.
    fn update(&mut self, category: &Category) -> Result<()>;

    /// Writes anew what searches find the category's skills by.
    ///
    /// # Errors
    /// If the store fails.
    fn index_skills(&mut self, id: CategoryId) -> Result<()>;

    /// How many skills belong to the category.
    ///
    /// # Errors
    /// If the store fails.
    fn count_skills(&mut self, id: CategoryId) -> Result<u64>;

    /// Takes the category away; its slug is free again.
    ///
    /// # Errors
    /// If the store fails.
    fn delete(&mut self, category: &Category) -> Result<()>;
}
