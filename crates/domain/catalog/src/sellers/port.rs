//! What the rules about sellers need of a store.

use aedile_kernel::{Page, PageRequest, Result, UserId};

use super::model::{SellerAccount, SellerPage};
use crate::skills::Skill;

/// The sellers.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Sellers: Send {
    /// What is known of the user as a seller; `None` when the user is unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn find_account(&mut self, user: &UserId) -> Result<Option<SellerAccount>>;

    /// The same, held until the transaction ends.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_account(&mut self, user: &UserId) -> Result<Option<SellerAccount>>;

    /// The sellers' slugs that begin with `beginning`.
    ///
    /// # Errors
    /// If the store fails.
    fn list_slugs(&mut self, beginning: &str) -> Result<Vec<String>>;

    /// Writes the seller's slug, name, the time the terms were accepted, the account by which they are paid, and what the
    /// opening of it is known by.
    ///
    /// # Errors
    /// `Conflict` when another seller has the slug.
    fn update_account(&mut self, account: &SellerAccount) -> Result<()>;

    /// What everybody sees of the seller of this slug; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_page(&mut self, slug: &str) -> Result<Option<SellerPage>>;

    /// A part of the skills that the seller of this slug offers, the newest first; they are not counted.
    ///
    /// # Errors
    /// If the store fails.
    fn list_skills(&mut self, slug: &str, page: &PageRequest) -> Result<Page<Skill>>;
}
