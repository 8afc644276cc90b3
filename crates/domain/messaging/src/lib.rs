#![doc = include_str!("../README.md")]

pub mod campaigns;
pub mod mail;

use aedile_kernel::{Registry, UnitOfWork, View};

/// Registers the operations of this crate.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn campaigns::Campaigns> + View<dyn mail::Mails>,
{
    registry
        .command::<campaigns::SendMarketingEmail>()
        .command::<campaigns::TestMarketingEmail>()
        .query::<campaigns::GetCampaign>()
        .query::<campaigns::ListCampaigns>()
        .query::<mail::ListMail>()
        .command::<mail::RetryMail>()
        .internal_command::<mail::Unsubscribe>();
}
