//! One claim beside the skill it is about, whoever claims it, and who else does.

use aedile_catalog::skills::{GetSkill, Skill, Source};
use aedile_kernel::{Error, Result, UserId};
use aedile_moderation::claims::{Claim, ClaimId, ClaimStatus, GetClaim};

use super::claims::{address_of, row};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::people::{People, in_short};
use crate::pages::{catalog, named_change};
use crate::view::{Block, Cell, Facts, Link, Page, Section, Table, Tone, words};

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let id = asked.name.parse().map(ClaimId).map_err(|_| Error::not_found("Claim"))?;
    let found = backend.read(GetClaim { id }).await?;
    let (claim, back) = (&found.claim, address_of(found.claim.id.0));
    let skill = skill(backend, &claim.skill_slug).await?;
    let decider = claim.decided_by.as_deref().and_then(|id| UserId::parse(id).ok());
    let owner = skill.as_ref().and_then(|skill| skill.seller_id.clone());
    let claimants = std::iter::once(claim).chain(&found.rivals).map(|claim| claim.claimant_id.clone());
    let people = People::of(backend, claimants.chain(decider).chain(owner).collect()).await?;
    let decision = |label, operation| {
        let values = [("id", asked.name.as_str())];
        named_change(backend, operation, label, &values, &back).filter(|_| claim.status == ClaimStatus::Sandbox)
    };
    Ok(Page::new(format!("Claim to {}", skill.as_ref().map_or(claim.skill_slug.as_str(), |skill| skill.name.as_str())))
        .intro(match claim.status {
            ClaimStatus::Sandbox => {
                "If you approve it, the claimant gets the skill, and all other claims to it are rejected."
            }
            ClaimStatus::Approved | ClaimStatus::Rejected => "Decided; can't be changed.",
        })
        .action(decision("Approve", "claim.approve"))
        .action(decision("Reject", "claim.reject"))
        .action(Link::new("To the queue", super::HERE))
        .section(beside(claim, skill.as_ref(), &people))
        .section(others(&found.rivals, &people)))
}

/// The skill, unless it is no longer offered.
async fn skill(backend: &dyn DashboardBackend, slug: &str) -> Result<Option<Skill>> {
    if !backend.may::<GetSkill>() {
        return Ok(None);
    }
    match backend.read(GetSkill { slug: slug.to_owned() }).await {
        Err(Error::NotFound(_)) => Ok(None),
        found => found.map(Some),
    }
}

fn beside(claim: &Claim, skill: Option<&Skill>, people: &People) -> Section {
    let said = if claim.evidence.is_empty() { "nothing" } else { &claim.evidence };
    let mut facts = Facts::default()
        .fact("Claim", claim.id.0)
        .fact("Evidence", said)
        .fact("Status", status(claim.status))
        .fact("Created", claim.created_at);
    if claim.status != ClaimStatus::Sandbox {
        facts = facts
            .fact("Decided by", claim.decided_by.as_deref().map(|actor| people.actor(actor)))
            .fact("Decided", claim.decided_at)
            .fact("Why", claim.reason.clone());
    }
    let claimant = people.get(&claim.claimant_id);
    let claimant = claimant.map_or_else(|| Facts::default().fact("Id", Cell::user(&claim.claimant_id, None)), in_short);
    let parts = [("The claim", facts), ("The skill", about(claim, skill, people)), ("The claimant", claimant)];
    let parts = parts.map(|(title, facts)| (title.to_owned(), facts));
    Section::new("Side by side").block(Block::Beside(parts.into()))
}

fn status(status: ClaimStatus) -> Cell {
    match status {
        ClaimStatus::Sandbox => Cell::Badge(Tone::Warning, "waits".to_owned()),
        decided => Cell::state(decided.as_str()),
    }
}

fn about(claim: &Claim, skill: Option<&Skill>, people: &People) -> Facts {
    let Some(skill) = skill else {
        return Facts::default().fact("Slug", Cell::Code(claim.skill_slug.clone())).fact("Status", "no longer offered");
    };
    let owner = skill.seller_id.as_ref().map_or(Cell::from("nobody yet"), |owner| people.cell(owner));
    Facts::default()
        .fact("Name", catalog::skill_link(&skill.slug, &skill.name))
        .fact("What it does", skill.description.as_str())
        .fact("Category", words(&skill.category))
        .fact(
            "Comes from",
            match skill.source {
                Source::External => "another registry",
                Source::Native => "here",
            },
        )
        .fact("Owner", owner)
        .fact("Imported", skill.created_at)
}

fn others(rivals: &[Claim], people: &People) -> Section {
    let columns = ["Claim", "Skill", "Claimant", "Evidence", "Created"];
    let empty = "No other pending claims to this skill.";
    let table =
        Table::new("Other claims to the skill", &columns, empty).rows(rivals.iter().map(|rival| row(rival, people)));
    Section::new("Other pending claims").block(table)
}
