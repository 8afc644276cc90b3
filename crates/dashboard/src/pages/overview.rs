//! What is going on: in the whole place for admins, in their own shop for sellers.

use std::collections::BTreeMap;

use aedile_billing::earnings::ListSellerActivity;
use aedile_kernel::{MicroUsd, PageRequest, Result};
use aedile_reporting::overview::{DayFigures, GetOverview, Overview};

use super::earnings;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Block, Cell, Chart, Facts, Link, Page, Section, Table, Tone, cents_text, sentence};

/// Cents in micro-dollars.
const MICROS_A_CENT: i64 = 10_000;

pub(crate) async fn show(backend: &dyn DashboardBackend, _: &Asked) -> Result<Page> {
    let mut page = Page::new("Overview");
    if backend.may::<GetOverview>() {
        let overview = backend.read(GetOverview {}).await?;
        page = page.section(waiting(backend, &overview)).section(charts(backend, &overview.days));
    }
    if backend.person().is_seller {
        page = page.section(earnings::figures(backend).await?).section(activity(backend).await?);
    }
    if page.sections.is_empty() {
        let hello =
            format!("You are signed in as {}. The menu has every page that is open to you.", backend.person().name);
        page = page.section(Section::bare().text(hello));
    }
    Ok(page)
}

/// What there is, and what waits for a decision.
fn waiting(backend: &dyn DashboardBackend, overview: &Overview) -> Section {
    let counts = &overview.counts;
    let to = |number: i64, operation: &str, href: &str| match number {
        0 => Cell::Badge(Tone::Good, "none".to_owned()),
        number if backend.offers(operation) => Cell::Link(Link::new(number.to_string(), href)),
        number => Cell::Number(number),
    };
    let facts = Facts::default()
        .fact("Users", counts.users)
        .fact("Sellers", counts.sellers)
        .fact("Skills offered", counts.skills)
        .fact("Open abuse flags", to(counts.open_abuse_flags, "abuse_flag.list", "/dashboard/moderation"))
        .fact("Pending claims", to(counts.open_claims, "claim.list_sandbox", "/dashboard/moderation"))
        .fact("Undeliverable e-mail", to(counts.failed_mail, "mail.list", "/dashboard/mail"));
    let section = Section::new("Now").block(facts);
    match &overview.mail_trouble {
        Some(trouble) => section.text(format!(
            "E-mail is waiting ({}) because the mail server can't be reached. It is retried automatically. {}",
            trouble.waiting, trouble.error
        )),
        None => section,
    }
}

fn charts(backend: &dyn DashboardBackend, days: &[DayFigures]) -> Section {
    let chart = |title: &str, number: fn(&DayFigures) -> i64, text: fn(i64) -> String| {
        let days: BTreeMap<String, i64> = days.iter().map(|day| (day.date.to_string(), number(day))).collect();
        Chart::of_days(title, backend.now(), &days, text)
    };
    let number = |number: i64| number.to_string();
    let dollars = |micros: i64| cents_text(micros / MICROS_A_CENT);
    Section::new("The last 30 days").block(Block::Charts(vec![
        chart("New users", |day| day.new_users, number),
        chart("Sales", |day| day.sales, number),
        chart("Sold", |day| day.sold_cents, cents_text),
        chart("Credited", |day| MicroUsd(day.credited_micro_usd).0, dollars),
        chart("Abuse flags", |day| day.abuse_flags, number),
    ]))
}

/// What last happened to a seller's skills.
async fn activity(backend: &dyn DashboardBackend) -> Result<Section> {
    let latest = backend.read(ListSellerActivity { page: PageRequest { limit: 10, ..PageRequest::first() } }).await?;
    let rows = latest.items.into_iter().map(|activity| {
        [
            Cell::Time(activity.at),
            Cell::from(sentence(&super::name_of(&activity.kind))),
            Cell::Code(activity.skill_slug),
            activity.amount_cents.map_or(Cell::Nothing, Cell::cents),
            activity.rating.map_or(Cell::Nothing, |stars| Cell::Text(format!("{stars} of 5"))),
        ]
    });
    let table =
        Table::new("The latest", &["When", "What", "Skill", "Amount", "Rating"], "No purchases or reviews yet.");
    Ok(Section::new("The latest").block(table.rows(rows)))
}
