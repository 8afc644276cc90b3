//! The campaigns with how far each has come.

use aedile_kernel::Result;
use aedile_messaging::campaigns::{Campaign, ListCampaigns};

use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::next;
use crate::pages::people::People;
use crate::view::{Cell, Link, Section, Table, address};

/// Rows of a part of the list.
const ROWS: u32 = 20;

pub(super) async fn section(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Section> {
    let listed = backend.read(ListCampaigns { page: backend.page(ROWS, asked.query("campaigns"))? }).await?;
    let senders = listed.items.iter().map(|campaign| campaign.created_by.as_str()).collect();
    let people = People::of_actors(backend, senders).await?;
    let columns = ["Subject", "State", "Progress", "Failed", "Unsubscribed", "Sent by", "When"];
    let empty = "No campaigns yet. Before a campaign is sent, you see the e-mail and its number of recipients.";
    let table = Table::new("Campaigns", &columns, empty)
        .rows(listed.items.iter().map(|campaign| row(campaign, &people)))
        .total(listed.total)
        .next(next(backend, listed.next.as_ref(), &["dashboard", "mail"], "campaigns", &[]));
    Ok(Section::new("Campaigns").block(table))
}

fn row(campaign: &Campaign, people: &People) -> [Cell; 7] {
    let own_page = address(&["dashboard", "mail", "campaigns", &campaign.id.to_string()], &[]);
    [
        Cell::Link(Link::new(campaign.subject.as_str(), own_page)),
        Cell::state(campaign.status()),
        Cell::Text(progress(campaign)),
        Cell::Number(campaign.failed),
        Cell::Number(campaign.suppressed),
        people.actor(&campaign.created_by),
        Cell::Time(campaign.created_at),
    ]
}

/// How many mails are settled, of how many.
pub(super) fn progress(campaign: &Campaign) -> String {
    let settled = campaign.recipients.saturating_sub(campaign.pending);
    let percent = settled.saturating_mul(100).checked_div(campaign.recipients).unwrap_or(100);
    format!("{settled} of {} ({percent}%)", campaign.recipients)
}
