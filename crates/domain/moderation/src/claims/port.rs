//! What the rules about claims need of a store.

use aedile_kernel::{Page, PageRequest, Result, Timestamp, UserId};

use super::model::{Claim, ClaimId, Claimant, ClaimedSkill, NewClaim};

/// The claims. Whoever locks a skill and a claim locks the skill first.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Claims: Send {
    /// What is known of the user as a claimant; `None` when unknown.
    ///
    /// # Errors
    /// Only the store's own.
    fn find_claimant(&mut self, user: &UserId) -> Result<Option<Claimant>>;

    /// The skill that is offered under this slug, held until the transaction ends; `None` when none is.
    ///
    /// # Errors
    /// Only the store's own.
    fn lock_skill(&mut self, slug: &str) -> Result<Option<ClaimedSkill>>;

    /// Adds an undecided claim.
    ///
    /// # Errors
    /// `Conflict` when the claimant has an undecided claim to the skill.
    fn insert(&mut self, claim: &NewClaim) -> Result<Claim>;

    /// The claim; `None` when there is none.
    ///
    /// # Errors
    /// Only the store's own.
    fn find(&mut self, id: ClaimId) -> Result<Option<Claim>>;

    /// The claim, held until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// Only the store's own.
    fn lock(&mut self, id: ClaimId) -> Result<Option<Claim>>;

    /// The undecided claims to the skill, held until the transaction ends, by number.
    ///
    /// # Errors
    /// Only the store's own.
    fn lock_undecided(&mut self, skill: i64) -> Result<Vec<Claim>>;

    /// The other undecided claims to the claim's skill, by number.
    ///
    /// # Errors
    /// Only the store's own.
    fn list_rivals(&mut self, claim: &Claim) -> Result<Vec<Claim>>;

    /// Writes where the claim stands, who decided, when and why.
    ///
    /// # Errors
    /// Only the store's own.
    fn update(&mut self, claim: &Claim) -> Result<()>;

    /// Makes the skill the user's.
    ///
    /// # Errors
    /// Only the store's own.
    fn give_skill(&mut self, skill: i64, owner: &UserId, now: Timestamp) -> Result<()>;

    /// A part of the undecided claims, the oldest first, with their number.
    ///
    /// # Errors
    /// Only the store's own.
    fn list_undecided(&mut self, page: &PageRequest) -> Result<Page<Claim>>;
}
