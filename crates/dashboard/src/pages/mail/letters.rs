//! Single mails: those that could not be delivered, unless others are asked for.

use aedile_kernel::Result;
use aedile_messaging::mail::{ListMail, Mail, MailStatus};

use super::HERE;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::{named_change, next};
use crate::view::{Cell, Control, Form, FormField, Section, Table, Tick};

/// Rows of a part of the list.
const ROWS: u32 = 25;
/// What stands in the address when mail of every status is wanted.
const ALL: &str = "all";

pub(super) async fn section(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Section> {
    let status = asked.query("status").unwrap_or(MailStatus::Failed.as_str());
    let known = MailStatus::ALL.into_iter().find(|known| known.as_str() == status);
    let listed = backend.read(ListMail { status: known, page: backend.page(ROWS, asked.query("mails"))? }).await?;
    let (title, empty) = match known {
        Some(MailStatus::Failed) => ("Undeliverable e-mail", "No undeliverable e-mail."),
        Some(MailStatus::Pending) => ("Pending e-mail", "No pending e-mail."),
        Some(MailStatus::Sent) => ("Sent e-mail", "No e-mail sent yet."),
        Some(MailStatus::Suppressed) => ("Suppressed e-mail", "No suppressed e-mail."),
        None => ("All mail", "No e-mail yet. Buyers get receipts, for example."),
    };
    let columns = ["To", "Subject", "Status", "Tries", "Why", "Due or last attempt", ""];
    let table = Table::new(title, &columns, empty)
        .rows(listed.items.iter().map(|mail| row(backend, mail)))
        .total(listed.total)
        .next(next(backend, listed.next.as_ref(), &["dashboard", "mail"], "mails", &[("status", status)]));
    Ok(Section::new(title).block(filter(status)).block(table))
}

fn filter(status: &str) -> Form {
    let labels = ["waiting", "sent", "failed", "not wanted"];
    let ticks = MailStatus::ALL.iter().zip(labels).map(|(known, label)| Tick::new(known.as_str(), label, status));
    let ticks = ticks.chain([Tick::new(ALL, "all", status)]).collect();
    Form {
        action: HERE.to_owned(),
        is_query: true,
        fields: vec![FormField::new("status", "Status", Control::Choice(ticks), status)],
        button: "Show".to_owned(),
        ..Form::default()
    }
}

fn row(backend: &dyn DashboardBackend, mail: &Mail) -> [Cell; 7] {
    let id = mail.id.to_string();
    let retry = named_change(backend, "mail.retry", "Send again", &[("id", &id)], HERE);
    [
        mail.user_id
            .as_ref()
            .map_or_else(|| Cell::from(mail.email.clone()), |user| Cell::user(user, mail.email.as_deref())),
        Cell::from(mail.subject.as_str()),
        Cell::state(mail.status.as_str()),
        Cell::Number(mail.attempts),
        Cell::from(mail.last_error.clone()),
        Cell::Time(mail.due_at),
        Cell::from(Vec::from_iter(retry.filter(|_| mail.status == MailStatus::Failed))),
    ]
}
