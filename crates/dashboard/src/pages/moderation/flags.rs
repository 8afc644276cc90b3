//! The abuse flags, the open ones unless others are asked for.

use aedile_kernel::Result;
use aedile_moderation::flags::{AbuseFlag, FlagStatus, FlagType, ListAbuseFlags};

use super::figures::{in_words, noticed, subject};
use super::{HERE, ROWS};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::next;
use crate::pages::people::People;
use crate::view::{Cell, Control, Form, FormField, Link, Section, Table, Tick, address};

/// What stands in the address when flags of every status are wanted.
const ALL: &str = "all";

pub(super) async fn section(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Section> {
    let status = asked.query("status").unwrap_or(FlagStatus::Open.as_str());
    let flag_type = FlagType::ALL.into_iter().find(|known| Some(known.as_str()) == asked.query("type"));
    let query = ListAbuseFlags {
        status: FlagStatus::ALL.into_iter().find(|known| known.as_str() == status),
        flag_type,
        page: backend.page(ROWS, asked.query("flags"))?,
    };
    let listed = backend.read(query).await?;
    let people = People::of(backend, listed.items.iter().filter_map(subject).collect()).await?;
    let kept = [("status", status), ("type", flag_type.map_or("", FlagType::as_str))];
    let empty = if status == FlagStatus::Open.as_str() && flag_type.is_none() {
        "No open abuse flags. Detectors list suspicious activity here until an admin resolves it."
    } else {
        "No flags match."
    };
    let columns = ["Reason", "Figures", "Who", "Status", "Raised"];
    let table = Table::new("Abuse flags", &columns, empty)
        .rows(listed.items.iter().map(|flag| row(flag, &people)))
        .total(listed.total)
        .next(next(backend, listed.next.as_ref(), &["dashboard", "moderation"], "flags", &kept));
    Ok(Section::new("Abuse flags").block(filter(status, flag_type)).block(table))
}

/// Where a flag's own page is.
pub(crate) fn address_of(number: i64) -> String {
    address(&["dashboard", "moderation", "flags", &number.to_string()], &[])
}

fn row(flag: &AbuseFlag, people: &People) -> [Cell; 5] {
    [
        Cell::Link(Link::new(noticed(flag.flag_type), address_of(flag.id.0))),
        Cell::from(in_words(flag)),
        subject(flag).map_or_else(|| Cell::Code(flag.reference_id.clone()), |user| people.cell(&user)),
        Cell::state(flag.status.as_str()),
        Cell::Time(flag.created_at),
    ]
}

fn filter(status: &str, flag_type: Option<FlagType>) -> Form {
    let flag_type = flag_type.map_or("", FlagType::as_str);
    let statuses = [
        (FlagStatus::Open.as_str(), "open"),
        (FlagStatus::ResolvedLegit.as_str(), "resolved: in order"),
        (FlagStatus::ResolvedFraud.as_str(), "resolved: fraud"),
        (ALL, "all"),
    ];
    let types = FlagType::ALL.map(|known| (known.as_str(), noticed(known)));
    let types: Vec<_> = std::iter::once(("", "anything")).chain(types).collect();
    Form {
        action: HERE.to_owned(),
        is_query: true,
        fields: vec![choice("status", "Status", &statuses, status), choice("type", "Reason", &types, flag_type)],
        button: "Show".to_owned(),
        ..Form::default()
    }
}

fn choice(name: &str, label: &str, values: &[(&str, &str)], chosen: &str) -> FormField {
    let ticks = values.iter().map(|(value, label)| Tick::new(value, *label, chosen)).collect();
    FormField::new(name, label, Control::Choice(ticks), chosen)
}
