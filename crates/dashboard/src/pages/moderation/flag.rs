//! One abuse flag beside whom it is about, and what they did.

use std::cmp::Reverse;

use aedile_billing::purchases::ListAllSales;
use aedile_catalog::reviews::ListReviews;
use aedile_catalog::skills::ListSkills;
use aedile_kernel::{Error, Result, UserId};
use aedile_moderation::flags::{AbuseFlag, AbuseFlagId, FlagStatus, FlagType, GetAbuseFlag};
use aedile_reporting::directory::UserDetail;

use super::figures::{in_words, noticed, others, seller, subject};
use super::flags::address_of;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::money::sales;
use crate::pages::people::{People, in_short, standing_change};
use crate::pages::{catalog, named_change};
use crate::view::{Block, Cell, Facts, Link, Page, Section, Table, sentence};

/// How many of a seller's skills are looked into for their reviews.
const SKILLS: u32 = 10;
/// How many purchases and reviews are shown.
const FEW: u32 = 15;

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let id = asked.name.parse().map(AbuseFlagId).map_err(|_| Error::not_found("Abuse flag"))?;
    let flag = backend.read(GetAbuseFlag { id }).await?;
    let (about, seller, back) = (subject(&flag), seller(&flag), address_of(flag.id.0));
    let decider = flag.resolved_by.as_deref().and_then(|id| UserId::parse(id).ok());
    let people = People::of(backend, [&about, &seller, &decider].into_iter().flatten().cloned().collect()).await?;
    let decision = |label, resolution| {
        let values = [("id", asked.name.as_str()), ("resolution", resolution)];
        named_change(backend, "abuse_flag.resolve", label, &values, &back).filter(|_| flag.status == FlagStatus::Open)
    };
    let user = about.as_ref().and_then(|id| people.get(id));
    let mut page = Page::new(noticed(flag.flag_type))
        .intro(match flag.status {
            FlagStatus::Open => "Compare the reason with the user's profile and activity, then decide.",
            FlagStatus::ResolvedLegit | FlagStatus::ResolvedFraud => "Decided; can't be changed.",
        })
        .action(decision("Dismiss as legitimate", FlagStatus::ResolvedLegit.as_str()))
        .action(decision("Fraud", FlagStatus::ResolvedFraud.as_str()))
        .action(user.and_then(|user| standing_change(backend, &user.entry, &back)))
        .action(Link::new("To the queue", super::HERE))
        .section(beside(&flag, &people, seller.as_ref()));
    page = match flag.flag_type {
        FlagType::ReviewBurst => page.section(reviews(backend, user).await?),
        _ => page.section(purchases(backend, about.as_ref(), seller.as_ref()).await?),
    };
    Ok(page.section(user.map(|user| other_flags(user, flag.id))))
}

fn beside(flag: &AbuseFlag, people: &People, seller: Option<&UserId>) -> Section {
    let facts = Facts::default()
        .fact("Flag", flag.id.0)
        .fact("Noticed", noticed(flag.flag_type))
        .fact("Figures", in_words(flag))
        .fact("Status", Cell::state(flag.status.as_str()))
        .fact("Raised", flag.created_at);
    let mut facts = others(flag, facts);
    if flag.status != FlagStatus::Open {
        facts = facts
            .fact("Decided by", flag.resolved_by.as_deref().map(|actor| people.actor(actor)))
            .fact("Decided", flag.resolved_at)
            .fact("Why", flag.resolution_notes.clone());
    }
    let whom = |id: &UserId| people.get(id).map_or_else(|| Facts::default().fact("Id", Cell::user(id, None)), in_short);
    let mut parts = vec![("Reason".to_owned(), facts)];
    parts.extend(subject(flag).map(|id| (sentence(&format!("the {}", flag.reference_type)), whom(&id))));
    parts.extend(seller.map(|id| ("The seller".to_owned(), whom(id))));
    Section::new("Side by side").block(Block::Beside(parts))
}

async fn purchases(
    backend: &dyn DashboardBackend,
    buyer: Option<&UserId>,
    seller: Option<&UserId>,
) -> Result<Option<Section>> {
    if buyer.is_none() || !backend.may::<ListAllSales>() {
        return Ok(None);
    }
    let query = ListAllSales {
        status: None,
        buyer_id: buyer.cloned(),
        seller_id: seller.cloned(),
        skill_slug: None,
        page: backend.page(FEW, None)?,
    };
    let title = if seller.is_some() { "Purchases from this seller" } else { "Purchases" };
    let back = super::HERE;
    Ok(Some(Section::new(title).block(sales::table(backend, title, query, back).await?.1)))
}

/// The newest reviews of a seller's skills.
async fn reviews(backend: &dyn DashboardBackend, seller: Option<&UserDetail>) -> Result<Option<Section>> {
    let slug = seller.and_then(|seller| seller.seller_slug.clone());
    if slug.is_none() || !backend.may::<ListSkills>() || !backend.may::<ListReviews>() {
        return Ok(None);
    }
    let page = backend.page(SKILLS, None)?;
    let skills = ListSkills { category: None, seller: slug, min_price_cents: None, max_price_cents: None, page };
    let mut found = Vec::new();
    for skill in backend.read(skills).await?.items {
        let reviews = backend.read(ListReviews { slug: skill.slug.clone(), page: backend.page(FEW, None)? }).await?;
        found.extend(reviews.items.into_iter().map(|review| (skill.slug.clone(), review)));
    }
    found.sort_by_key(|(_, review)| Reverse(review.updated_at));
    let rows = found.into_iter().take(usize::try_from(FEW).unwrap_or(usize::MAX)).map(|(slug, review)| {
        [
            Cell::Time(review.updated_at),
            catalog::skill_cell(&slug),
            Cell::from(review.reviewer),
            Cell::Text(format!("{} of 5", review.rating)),
            Cell::from(review.title.or(review.body)),
        ]
    });
    let columns = ["When", "Skill", "Reviewer", "Rating", "Review"];
    let table = Table::new("Latest reviews", &columns, "No reviews of their skills.").rows(rows);
    Ok(Some(Section::new("Latest reviews of their skills").block(table)))
}

fn other_flags(user: &UserDetail, this: AbuseFlagId) -> Section {
    let others = user.abuse_flags.iter().filter(|flag| flag.id != this.0);
    let rows = others.map(|flag| {
        let known = FlagType::ALL.into_iter().find(|known| known.as_str() == flag.flag_type);
        let what = known.map_or_else(|| flag.flag_type.clone(), |known| noticed(known).to_owned());
        [Cell::Link(Link::new(what, address_of(flag.id))), Cell::state(&flag.status), Cell::Time(flag.created_at)]
    });
    let columns = ["Reason", "Status", "Raised"];
    let table = Table::new("Other flags", &columns, "No other flags about this user.").rows(rows);
    Section::new("Other flags about this user").block(table)
}
