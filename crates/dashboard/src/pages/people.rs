//! People whom other things are about: their names, and what is known of them in short.

use std::collections::BTreeMap;

use aedile_kernel::{AccountStatus, Error, Result, UserId};
use aedile_reporting::directory::{DirectoryEntry, GetUser, UserDetail};

use super::{change, named_change};
use crate::backend::DashboardBackend;
use crate::view::{Cell, Facts, Link};

/// Those whom a part of a list is about, by their ids.
pub(crate) struct People(BTreeMap<UserId, UserDetail>);

impl People {
    /// Reads each of them once; those who are unknown, or may not be seen, are called by their ids.
    pub(crate) async fn of(backend: &dyn DashboardBackend, ids: Vec<UserId>) -> Result<Self> {
        let mut people = BTreeMap::new();
        if !backend.may::<GetUser>() {
            return Ok(Self(people));
        }
        for id in ids {
            if people.contains_key(&id) {
                continue;
            }
            match backend.read(GetUser { user_id: id.clone() }).await {
                Ok(user) => drop(people.insert(id, user)),
                Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self(people))
    }

    /// The same for names as the audit log has them, of which some are no user's.
    pub(crate) async fn of_actors(backend: &dyn DashboardBackend, ids: Vec<&str>) -> Result<Self> {
        Self::of(backend, ids.into_iter().filter_map(|id| UserId::parse(id).ok()).collect()).await
    }

    /// What is known of one of them.
    pub(crate) fn get(&self, id: &UserId) -> Option<&UserDetail> {
        self.0.get(id)
    }

    /// The way to somebody's page, under their name.
    pub(crate) fn cell(&self, id: &UserId) -> Cell {
        Cell::user(id, self.get(id).and_then(|user| name(&user.entry)))
    }

    /// The same of an id that may be no user's, such as `system`.
    pub(crate) fn actor(&self, id: &str) -> Cell {
        let known = UserId::parse(id).ok().filter(|id| self.0.contains_key(id));
        known.map_or_else(|| Cell::from(id), |id| self.cell(&id))
    }
}

/// What somebody is called.
fn name(entry: &DirectoryEntry) -> Option<&str> {
    entry.display_name.as_deref().or(entry.email.as_deref())
}

/// What is known of somebody, in short.
pub(crate) fn in_short(user: &UserDetail) -> Facts {
    let entry = &user.entry;
    let verified = if user.email_verified { "verified" } else { "not verified" };
    Facts::default()
        .fact("Name", Cell::user(&entry.id, name(entry)))
        .fact("E-mail", entry.email.clone().map(|email| format!("{email} ({verified})")))
        .fact("Status", Cell::state(entry.status.as_str()))
        .fact("Since", entry.created_at)
        .fact("Sells as", user.seller_slug.clone())
        .fact("Abuse flags", i64::try_from(user.abuse_flags.len()).unwrap_or(i64::MAX))
}

/// What an account that stands like this can be changed to.
pub(crate) fn standing_change(backend: &dyn DashboardBackend, entry: &DirectoryEntry, back: &str) -> Option<Link> {
    let id = [("user_id", entry.id.as_str())];
    match entry.status {
        AccountStatus::Active => change(backend, "account.hold", &id, back),
        AccountStatus::Held => change(backend, "account.release", &id, back),
        AccountStatus::PendingDeletion => {
            named_change(backend, "account.cancel_deletion", "Cancel deletion", &id, back)
        }
        AccountStatus::Deleted => None,
    }
}
