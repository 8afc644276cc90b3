//! What the rules about claims need of a store.

use aedile_kernel::{Page, PageRequest, Result, Timestamp, UserId};

use super::model::{Claim, ClaimId, Claimant, ClaimedSkill, NewClaim};

/// The claims. Whoever locks a skill and a claim locks the skill first.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Claims: Send {
    /// What is known of the user as a claimant; `None` when unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn find_claimant(&mut self, user: &UserId) -> Result<Option<Claimant>>;

    /// The skill that is offered under this slug, held until the transaction ends; `None` when none is.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_skill(&mut self, slug: &str) -> Result<Option<ClaimedSkill>>;

    /// Adds an undecided claim.
    ///
    /// # Errors
    /// `Conflict` when the claimant has an undecided claim to the skill.
    fn insert(&mut self, claim: &NewClaim) -> Result<Claim>;

    /// The claim; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, id: ClaimId) -> Result<Option<Claim>>;

    /// The claim, held until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, id: ClaimId) -> Result<Option<Claim>>;

    /// The undecided claims to the skill, held until the transaction ends, by number.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_undecided(&mut self, skill: i64) -> Result<Vec<Claim>>;

    /// The other undecided claims to the claim's skill, by number.
    ///
    /// # Errors
    /// If the store fails.
    fn list_rivals(&mut self, claim: &Claim) -> Result<Vec<Claim>>;

    /// Writes where the claim stands, who decided, when and why.
    ///
    /// # Errors
    /// If the store fails.
    fn update(&mut self, claim: &Claim) -> Result<()>;

    /// Makes the skill the user's.
    ///
    /// # Errors
    /// If the store fails.
    fn give_skill(&mut self, skill: i64, owner: &UserId, now: Timestamp) -> Result<()>;

    /// A part of the undecided claims, the oldest first, with their number.
    ///
    /// # Errors
    /// If the store fails.
    fn list_undecided(&mut self, page: &PageRequest) -> Result<Page<Claim>>;
}
