//! Numbers of what the catalog holds.

use aedile_kernel::numeric_id;

numeric_id! {
    /// The number of a category.
    CategoryId
}

numeric_id! {
    /// The number of a skill.
    SkillId
}

numeric_id! {
    /// The number of a review.
    ReviewId
}

numeric_id! {
    /// The number of an installation.
    InstallationId
}
