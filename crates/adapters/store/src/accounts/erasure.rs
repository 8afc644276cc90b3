//! What is left of a person who was deleted: an ID without a name.
//!
//! This is the one place that knows where personal data is. A new column that may hold some needs its line here.

use aedile_kernel::{AccountStatus, Result, Timestamp, UserId};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::connection::{Connection, each};
use crate::error::{DriverResult, exactly};
use crate::schema::users::{local_users, users};

/// What is the person's own, by their ID.
const OWN: [&str; 19] = [
    "DELETE FROM local_users WHERE user_id = $1",
    "DELETE FROM sessions WHERE user_id = $1",
    "DELETE FROM impersonations WHERE user_id = $1 OR acted_by = $1",
    "DELETE FROM authenticator_apps WHERE user_id = $1",
    "DELETE FROM recovery_codes WHERE user_id = $1",
    "DELETE FROM password_links WHERE user_id = $1",
    "DELETE FROM invitations WHERE user_id = $1",
    "DELETE FROM role_assignments WHERE user_id = $1",
    "DELETE FROM cli_tokens WHERE user_id = $1",
    "DELETE FROM cli_sign_ins WHERE user_id = $1",
    "DELETE FROM idempotency_replies WHERE actor_id = $1",
    "DELETE FROM audit_origins WHERE user_id = $1",
    "UPDATE api_keys SET name = '', description = NULL, allowed_networks = '', last_used_ip = NULL WHERE owner_id = $1",
    "UPDATE reviews SET title = NULL, body = NULL WHERE user_id = $1",
    "UPDATE installations SET source = NULL, client = NULL WHERE user_id = $1",
    "UPDATE claims SET evidence = '', reason = NULL WHERE claimant_id = $1",
    "UPDATE refunds SET reason = '' WHERE purchase_id IN (SELECT id FROM purchases WHERE buyer_id = $1)",
    // A worker that is sending one finds its lease gone.
    "UPDATE mails SET subject = '', body = '', html = NULL, last_error = NULL, lease_owner = NULL, \
     status = CASE status WHEN 'pending' THEN 'suppressed' ELSE status END WHERE user_id = $1",
    "UPDATE ledger_postings SET note = NULL WHERE note IS NOT NULL AND id IN (SELECT posting_id FROM ledger_lines \
     JOIN ledger_accounts ON ledger_accounts.id = account_id WHERE owner = $1)",
];

/// What others hold of the person, by a text that tells who they are (`$1`, and `$2` as a pattern around it). SQLite numbers
/// parameters as they come.
const OF_OTHERS: [&str; 8] = [
    "DELETE FROM idempotency_replies WHERE $1 <> '' AND reply LIKE $2 ESCAPE '\\'",
    "UPDATE campaigns SET subject = replace(subject, $1, ''), html = replace(html, $1, ''), body = replace(body, $1, '') \
     WHERE subject LIKE $2 ESCAPE '\\' OR html LIKE $2 ESCAPE '\\' OR body LIKE $2 ESCAPE '\\'",
    "UPDATE claims SET evidence = replace(evidence, $1, ''), reason = replace(reason, $1, '') \
     WHERE evidence LIKE $2 ESCAPE '\\' OR reason LIKE $2 ESCAPE '\\'",
    "UPDATE refunds SET reason = replace(reason, $1, '') WHERE reason LIKE $2 ESCAPE '\\'",
    "UPDATE impersonations SET reason = replace(reason, $1, '') WHERE reason LIKE $2 ESCAPE '\\'",
    "DELETE FROM invitations WHERE identifier = $1 AND identifier LIKE $2 ESCAPE '\\'",
    "DELETE FROM mails WHERE address = $1 AND address LIKE $2 ESCAPE '\\'",
    "UPDATE abuse_flags SET resolution_notes = replace(resolution_notes, $1, '') \
     WHERE resolution_notes LIKE $2 ESCAPE '\\'",
];

/// Takes everything from the store that tells who a user was, and what they could still use. What the books and others'
/// rights need keeps their ID.
pub(crate) fn forget_person(connection: &mut Connection, id: &UserId, now: Timestamp) -> Result<()> {
    let known = Known::of(connection, id)?;
    for sql in OWN {
        let statement = sql_query(sql).bind::<Text, _>(id.as_str());
        each!(connection, |c| statement.execute(c)).db()?;
    }
    let revoke = sql_query("UPDATE api_keys SET revoked_at = $1 WHERE owner_id = $2 AND revoked_at IS NULL")
        .bind::<BigInt, _>(now.as_micros())
        .bind::<Text, _>(id.as_str());
    each!(connection, |c| revoke.execute(c)).db()?;
    // The subject of a flag is the IDs of whom it is about, with a space between.
    let flags = sql_query(
        "UPDATE abuse_flags SET resolution_notes = NULL \
         WHERE resolution_notes IS NOT NULL AND ' ' || subject || ' ' LIKE $1 ESCAPE '\\'",
    )
    .bind::<Text, _>(containing(&format!(" {} ", id.as_str())));
    each!(connection, |c| flags.execute(c)).db()?;
    for text in known.telling() {
        for sql in OF_OTHERS {
            let statement = sql_query(sql).bind::<Text, _>(text).bind::<Text, _>(containing(text));
            each!(connection, |c| statement.execute(c)).db()?;
        }
    }
    forget_addresses(connection, &known)?;
    blank_row(connection, id, now)
}

/// What tells who a user is.
struct Known {
    email: Option<String>,
    identifier: Option<String>,
    names: Vec<String>,
}

impl Known {
    fn of(connection: &mut Connection, id: &UserId) -> Result<Self> {
        let row: Option<(Option<String>, Option<String>, Option<String>)> = users::table
            .filter(users::id.eq(id.as_str()))
            .select((users::email, users::display_name, users::seller_name))
            .first(connection)
            .optional()
            .db()?;
        let (email, name, seller_name) = row.unwrap_or_default();
        let sign_in = local_users::table.find(id.as_str()).select(local_users::identifier);
        let identifier: Option<String> = sign_in.first(connection).optional().db()?;
        Ok(Self { email, identifier, names: name.into_iter().chain(seller_name).collect() })
    }

    /// Texts that are nobody else's: addresses and phone numbers, and full names. A single name may be any word.
    fn telling(&self) -> impl Iterator<Item = &str> {
        let names = self.names.iter().filter(|name| name.trim().contains(char::is_whitespace));
        self.email.iter().chain(&self.identifier).chain(names).map(String::as_str).filter(|text| !text.is_empty())
    }
}

/// An imported skill that says it is theirs says so no more.
fn forget_addresses(connection: &mut Connection, known: &Known) -> Result<()> {
    for address in known.email.iter().chain(&known.identifier) {
        let statement = sql_query("UPDATE skills SET upstream_owner_email = NULL WHERE upstream_owner_email = $1")
            .bind::<Text, _>(address);
        each!(connection, |c| statement.execute(c)).db()?;
    }
    Ok(())
}

fn blank_row(connection: &mut Connection, id: &UserId, now: Timestamp) -> Result<()> {
    let nobody = None::<String>;
    let changed = diesel::update(users::table.filter(users::id.eq(id.as_str())))
        .set((
            users::status.eq(AccountStatus::Deleted.as_str()),
            (users::email.eq(&nobody), users::email_verified.eq(false), users::display_name.eq(&nobody)),
            (users::search_text.eq(""), users::sort_email.eq("")),
            (
                users::is_admin.eq(false),
                users::is_owner.eq(false),
                users::marketing_opt_in.eq(false),
                users::tier.eq(&nobody),
            ),
            (users::seller_slug.eq(&nobody), users::seller_name.eq(&nobody)),
            users::deletion_requested_at.eq(None::<i64>),
            users::deletion_scheduled_for.eq(None::<i64>),
            users::updated_at.eq(now.as_micros()),
        ))
        .execute(connection)
        .db()?;
    exactly(1, changed)
}

/// A pattern of LIKE that finds the text anywhere.
fn containing(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
