//! Somebody's own account.

use aedile_accounts::profile::GetProfile;
use aedile_accounts::second_factor::ShowSecondFactor;
use aedile_kernel::{Error, Result};

use super::named_change;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Block, Cell, Facts, Link, Page, Section, Tone, minute};

const HERE: &str = "/dashboard/settings";

pub(crate) async fn show(backend: &dyn DashboardBackend, _: &Asked) -> Result<Page> {
    let profile = backend.read(GetProfile {}).await?;
    let verified = if profile.email_verified { "verified" } else { "not verified" };
    let facts = Facts::default()
        .fact("Id", Cell::Code(profile.id.to_string()))
        .fact("Name", profile.display_name)
        .fact("E-mail", profile.email.map(|email| format!("{email} ({verified})")))
        .fact("Marketing mail", if profile.marketing_opt_in { "agreed" } else { "not agreed" })
        .fact("Seller", profile.seller_slug)
        .fact("Since", profile.created_at);
    let account =
        Section::new("Account").action(named_change(backend, "profile.update", "Change", &[], HERE)).block(facts);
    let deletion = Section::new("Deletion");
    let deletion = match profile.deletion_scheduled_for {
        Some(time) => deletion
            .action(named_change(backend, "account.cancel_own_deletion", "Keep my account", &[], HERE))
            .block(Block::Notice(Tone::Warning, format!("Your account will be deleted on {}.", minute(&time)))),
        None => deletion
            .action(named_change(backend, "account.request_deletion", "Delete my account", &[], HERE))
            .text("Your name and e-mail address are erased after a grace period, in which you can cancel. Ledger entries stay."),
    };
    let factor = second_factor(backend).await?;
    let sessions = super::sessions::own(backend, HERE).await?;
    Ok(Page::new("Settings").section(account).section(factor).section(sessions).section(deletion))
}

/// What local users have of a second factor. Those of the identity provider have theirs there.
async fn second_factor(backend: &dyn DashboardBackend) -> Result<Option<Section>> {
    let state = match backend.read(ShowSecondFactor {}).await {
        Err(Error::Conflict(_) | Error::Forbidden(_)) => return Ok(None),
        state => state?,
    };
    let may_change = backend.person().acting.is_none();
    let (label, facts) = match state.set_up_at {
        Some(since) => ("Change", Facts::default().fact("Authenticator app", Cell::Time(since))),
        None => ("Set up", Facts::default().fact("Authenticator app", Cell::from("not set up"))),
    };
    let facts = facts.fact("Recovery codes left", Cell::from(state.recovery_codes_left.to_string()));
    Ok(Some(
        Section::new("Second factor")
            .action(may_change.then(|| Link::new(label, "/dashboard/second-factor")))
            .block(facts),
    ))
}
