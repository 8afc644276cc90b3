//! What everybody is told.

use aedile_kernel::{Error, Result, Timestamp};
use aedile_platform::announcements::{Announcement, AnnouncementId, GetAnnouncement, ListAnnouncements, Severity};

use super::{change, changes, next, require};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Block, Cell, Facts, Link, Page, Section, Table, Tone, address, markdown};

const HERE: &str = "/dashboard/announcements";
/// Rows of a page.
const ROWS: u32 = 50;

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    require::<ListAnnouncements>(backend)?;
    let listed = backend.read(ListAnnouncements { page: backend.page(ROWS, asked.query("cursor"))? }).await?;
    let next = next(backend, listed.next.as_ref(), &["dashboard", "announcements"], "cursor", &[]);
    let table = Table::new(
        "Announcements",
        &["Title", "Severity", "State", "From", "Until", ""],
        "No announcements yet. Create one to inform all users, now or in a time window.",
    )
    .rows(listed.items.iter().map(|announcement| row(backend, announcement)))
    .total(listed.total)
    .next(next);
    Ok(Page::new("Announcements")
        .intro("Messages that your services show to all users.")
        .action(change(backend, "announcement.create", &[], HERE))
        .section(Section::bare().block(table)))
}

/// One announcement, as users see it.
pub(crate) async fn one(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    require::<GetAnnouncement>(backend)?;
    let id = asked.name.parse().map_err(|_| Error::not_found("Announcement"))?;
    let announcement = backend.read(GetAnnouncement { id: AnnouncementId(id) }).await?;
    let (id, back) = (announcement.id.to_string(), page_of(&announcement));
    let facts = Facts::default()
        .fact("State", state(&announcement, backend.now()))
        .fact("Severity", severity(announcement.severity))
        .fact("Shows from", announcement.active_from.map_or_else(|| Cell::from("at once"), Cell::Time))
        .fact("Shows until", announcement.active_until.map_or_else(|| Cell::from("no end"), Cell::Time))
        .fact("Made by", Cell::Code(announcement.created_by.clone()))
        .fact("Created", announcement.created_at)
        .fact("Last changed", announcement.updated_at);
    let html = markdown::document(&announcement.body);
    let seen = Section::new("As users see it").block(Block::Document { title: "The text".to_owned(), html });
    Ok(Page::new(announcement.title)
        .action(change(backend, "announcement.update", &[("id", &id)], &back))
        .action(change(backend, "announcement.delete", &[("id", &id)], HERE))
        .section(Section::bare().block(facts))
        .section(seen)
        .section(Section::new("Markdown source").block(Block::Verbatim(announcement.body))))
}

fn page_of(announcement: &Announcement) -> String {
    address(&["dashboard", "announcements", &announcement.id.to_string()], &[])
}

fn row(backend: &dyn DashboardBackend, announcement: &Announcement) -> [Cell; 6] {
    let id = announcement.id.to_string();
    let named = [("announcement.update", "Change"), ("announcement.delete", "Delete")];
    [
        Cell::Link(Link::new(announcement.title.as_str(), page_of(announcement))),
        severity(announcement.severity),
        state(announcement, backend.now()),
        announcement.active_from.map_or_else(|| Cell::from("at once"), Cell::Time),
        announcement.active_until.map_or_else(|| Cell::from("no end"), Cell::Time),
        changes(backend, &named, &[("id", &id)], HERE),
    ]
}

fn severity(severity: Severity) -> Cell {
    let tone = match severity {
        Severity::Info => Tone::Neutral,
        Severity::Warning => Tone::Warning,
        Severity::Error => Tone::Bad,
        Severity::Success => Tone::Good,
    };
    Cell::Badge(tone, severity.as_str().to_owned())
}

fn state(announcement: &Announcement, now: Timestamp) -> Cell {
    let (tone, word) = match announcement {
        one if !one.is_active => (Tone::Neutral, "off"),
        one if one.is_showing(now) => (Tone::Good, "showing now"),
        one if one.active_until.is_some_and(|until| until <= now) => (Tone::Neutral, "over"),
        _ => (Tone::Warning, "planned"),
    };
    Cell::Badge(tone, word.to_owned())
}
