//! One flag.

use aedile_kernel::{Error, Result};
use aedile_platform::flags::{Flag, ListFlags};

use super::super::{change, require};
use super::{HERE, page_of, reach, tiers};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Block, Cell, Facts, Page, Section};

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    require::<ListFlags>(backend)?;
    let flags = backend.read(ListFlags { page: None }).await?.items;
    let flag = flags.into_iter().find(|flag| flag.flag_name == asked.name);
    let flag = flag.ok_or_else(|| Error::not_found("Flag"))?;
    let (id, back) = (flag.id.to_string(), page_of(&flag));
    Ok(Page::new(flag.flag_name.as_str())
        .intro(flag.description.clone().unwrap_or_default())
        .action(change(backend, "flag.update", &[("id", &id)], &back))
        .action(change(backend, "flag.delete", &[("id", &id)], HERE))
        .section(facts(&flag))
        .section(reach::section(backend, asked, &flag).await?)
        .section(named_users(&flag)))
}

fn facts(flag: &Flag) -> Section {
    let facts = Facts::default()
        .fact("State", Cell::switch(flag.enabled))
        .fact("Rollout", format!("{} % of users", flag.rollout_percentage))
        .fact("Limited to tiers", tiers(flag))
        .fact("Made by", Cell::Code(flag.created_by.clone()))
        .fact("Created", flag.created_at)
        .fact("Last changed", flag.updated_at);
    Section::bare().block(facts)
}

/// Those whom the flag names, whatever their tier and the rollout.
fn named_users(flag: &Flag) -> Section {
    let section = Section::new("Always-on users");
    match flag.target_users.as_slice() {
        [] => section.text("None. Update the flag to add some."),
        users => section.block(Block::Verbatim(users.join("\n"))),
    }
}
