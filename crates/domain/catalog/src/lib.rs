#![doc = include_str!("../README.md")]

pub mod categories;
pub mod id;
pub mod installations;
pub mod packages;
pub mod reviews;
pub mod sellers;
pub mod skills;
pub mod slug;
pub mod takedowns;

use aedile_kernel::{Registry, UnitOfWork, View};
use categories::{BrowseCategories, Categories, CreateCategory, DeleteCategory, ListCategories, UpdateCategory};
use installations::{Installations, RecordInstallation};
use packages::{DownloadSkill, Downloads};
use reviews::{ListReviews, Reviews, WriteReview};
use sellers::{ConnectSeller, GetSeller, GetSellerStatus, ListSellerSkills, RegisterSeller, Sellers};
use skills::{GetSkill, GetSkillDetail, ImportSkill, ListSkills, PublishSkill, SearchSkills, SkillListing, Skills};
use takedowns::{
    ListRemovedReviews, ListWithdrawnSkills, RemoveReview, RestoreReview, RestoreSkill, Takedowns, WithdrawSkill,
};

pub use id::{CategoryId, InstallationId, ReviewId, SkillId};

/// Lists the operations of this domain.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn Skills> + View<dyn SkillListing> + View<dyn Downloads> + View<dyn Categories>,
    S::Connection: View<dyn Sellers> + View<dyn Reviews> + View<dyn Installations> + View<dyn Takedowns>,
{
    registry
        .query::<BrowseCategories>()
        .query::<ListCategories>()
        .command::<CreateCategory>()
        .command::<UpdateCategory>()
        .command::<DeleteCategory>()
        .query::<ListSkills>()
        .query::<GetSkill>()
        .query::<GetSkillDetail>()
        .query::<SearchSkills>()
        .command::<ImportSkill>()
        .internal_command::<PublishSkill>()
        .query::<DownloadSkill>()
        .query::<GetSellerStatus>()
        .query::<GetSeller>()
        .query::<ListSellerSkills>()
        .command::<RegisterSeller>()
        .internal_command::<ConnectSeller>()
        .query::<ListReviews>()
        .command::<WriteReview>()
        .command::<RecordInstallation>()
        .command::<WithdrawSkill>()
        .command::<RestoreSkill>()
        .query::<ListWithdrawnSkills>()
        .command::<RemoveReview>()
        .command::<RestoreReview>()
        .query::<ListRemovedReviews>();
}
