//! Where users are signed in.

use aedile_accounts::sessions::{
    Cutoff, Ending, NewSession, Origin, Proof, Session, SessionKind, SessionState, Sessions,
};
use aedile_kernel::{Cursor, Error, Page, PageRequest, PermissionSet, Position, Result, Timestamp, UserId};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;

use super::admins;
use super::cli_tokens;
use super::impersonations;
use crate::connection::{Backend, Connection, Portable, on_postgres};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::schema::sign_ins::{live_sessions, sessions};
use crate::schema::users::{local_users, users};
use crate::{page, read};

#[derive(Queryable, Selectable)]
#[diesel(table_name = live_sessions, check_for_backend(Backend))]
struct SessionRow {
    number: i64,
    id: String,
    user_id: String,
    kind: String,
    proofs: String,
    started_at: i64,
    last_seen_at: Option<i64>,
    expires_at: i64,
    ip_address: Option<String>,
    user_agent: Option<String>,
}

const COMMAND_LINE: &str = "command_line";
/// What the ID of such a session begins with, before the number of its token.
const COMMAND_LINE_ID: &str = "cli_";

impl SessionRow {
    fn session(self) -> Result<Session> {
        let is_command_line = self.kind == COMMAND_LINE;
        Ok(Session {
            number: self.number,
            id: self.id,
            user_id: read::user_id("sessions", "user_id", &self.user_id)?,
            kind: if is_command_line { SessionKind::CommandLine } else { SessionKind::SignIn },
            proofs: self.proofs.split_whitespace().map(proof).collect::<Result<_>>()?,
            started_at: Timestamp::from_micros(self.started_at),
            last_seen_at: self.last_seen_at.map(Timestamp::from_micros),
            expires_at: Timestamp::from_micros(self.expires_at),
            ip_address: self.ip_address,
            user_agent: self.user_agent,
            is_current: false,
        })
    }
}

fn proof(name: &str) -> Result<Proof> {
    Proof::parse(name).ok_or_else(|| inconsistent("sessions", "proofs", name))
}

/// The sessions of a user that go on. A command line is never idle for too long.
#[diesel::dsl::auto_type(no_type_alias)]
fn going_on<'a>(user: &'a UserId, cutoff: Cutoff) -> _ {
    let user: &'a str = user.as_str();
    let now: i64 = cutoff.now.as_micros();
    let idle_since: i64 = cutoff.idle_since.as_micros();
    let command_line: &'static str = COMMAND_LINE;
    live_sessions::table
        .filter(live_sessions::user_id.eq(user))
        .filter(live_sessions::expires_at.gt(now))
        .filter(live_sessions::kind.eq(command_line).or(live_sessions::last_seen_at.ge(idle_since)))
}

/// A user has one command line at most, so the form of the ID tells whether it is that.
fn is_command_line(id: &str) -> bool {
    id.starts_with(COMMAND_LINE_ID)
}

pub(super) fn insert(connection: &mut Connection, session: &NewSession) -> Result<()> {
    let proofs: Vec<&str> = session.proofs.iter().map(|proof| proof.as_str()).collect();
    let insert = diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(&session.id),
            sessions::user_id.eq(session.user_id.as_str()),
            sessions::proofs.eq(proofs.join(" ")),
            sessions::started_at.eq(session.started_at.as_micros()),
            sessions::proved_at.eq(session.started_at.as_micros()),
            sessions::last_seen_at.eq(session.seen_at.as_micros()),
            sessions::expires_at.eq(session.expires_at.as_micros()),
            sessions::ip_address.eq(session.origin.ip_address.as_deref()),
            sessions::user_agent.eq(session.origin.user_agent.as_deref()),
        ))
        .on_conflict_do_nothing();
    Portable(insert).execute(connection).db().map(drop)
}

/// What of a session goes on under another ID: proofs, beginning, last use, proof, end, address, program.
type Lasting = (String, i64, i64, i64, i64, Option<String>, Option<String>);

/// Lets a session go on under another ID, and answers when it ends; `None` when it ended already.
pub(super) fn renew(
    connection: &mut Connection,
    user: &UserId,
    former: &str,
    new: &str,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let going = sessions::table
        .filter(sessions::id.eq(former))
        .filter(sessions::user_id.eq(user.as_str()))
        .filter(sessions::ended_at.is_null());
    let lasting = (
        sessions::proofs,
        sessions::started_at,
        sessions::last_seen_at,
        sessions::proved_at,
        sessions::expires_at,
        sessions::ip_address,
        sessions::user_agent,
    );
    // One statement, so that of two at the same moment one wins.
    let row: Option<Lasting> = diesel::update(going)
        .set((sessions::ended_at.eq(now.as_micros()), sessions::ending.eq(Ending::Renewed.as_str())))
        .returning(lasting)
        .get_result(connection)
        .optional()
        .db()?;
    let Some((proofs, started_at, last_seen_at, proved_at, expires_at, ip_address, user_agent)) = row else {
        return Ok(None);
    };
    let inserted = diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(new),
            sessions::user_id.eq(user.as_str()),
            sessions::proofs.eq(proofs),
            sessions::started_at.eq(started_at),
            sessions::last_seen_at.eq(last_seen_at),
            sessions::proved_at.eq(proved_at),
            sessions::expires_at.eq(expires_at),
            sessions::ip_address.eq(ip_address),
            sessions::user_agent.eq(user_agent),
        ))
        .execute(connection)
        .db()?;
    exactly(1, inserted)?;
    Ok(Some(Timestamp::from_micros(expires_at)))
}

/// Notes that the user of a session, or of a command line, just proved who they are.
pub(super) fn note_proof(connection: &mut Connection, id: &str, proof: Proof, now: Timestamp) -> Result<()> {
    if let Some(number) = id.strip_prefix(COMMAND_LINE_ID) {
        let number = number.parse().map_err(|_| Error::not_found("Session"))?;
        return cli_tokens::note_proof(connection, number, proof == Proof::Otp, now);
    }
    let with_id = sessions::table.filter(sessions::id.eq(id));
    let proofs: String = with_id.select(sessions::proofs).first(connection).db()?;
    let mut known: Vec<&str> = proofs.split_whitespace().collect();
    if !known.contains(&proof.as_str()) {
        known.push(proof.as_str());
    }
    let noted = diesel::update(with_id)
        .set((sessions::proofs.eq(known.join(" ")), sessions::proved_at.eq(now.as_micros())))
        .execute(connection)
        .db()?;
    exactly(1, noted)
}

/// Ends all sessions of a user but `kept`, that of their command line, and impersonations by them and of them.
pub(super) fn end_all(
    connection: &mut Connection,
    user: &UserId,
    kept: Option<&str>,
    why: Ending,
    now: Timestamp,
) -> Result<u64> {
    let going = sessions::table
        .filter(sessions::user_id.eq(user.as_str()).and(sessions::ended_at.is_null()))
        .filter(sessions::id.ne(kept.unwrap_or_default()));
    let over = (sessions::ended_at.eq(now.as_micros()), sessions::ending.eq(why.as_str()));
    let ended = diesel::update(going).set(over).execute(connection).db()?;
    impersonations::end_all(connection, user, true, now)?;
    diesel::update(local_users::table.find(user.as_str()))
        .set(local_users::sessions_ended_at.eq(now.as_micros()))
        .execute(connection)
        .db()?;
    let command_lines = if why.ends_command_lines() && !kept.is_some_and(is_command_line) {
        cli_tokens::revoke_all(connection, user, now)?
    } else {
        0
    };
    Ok(u64::try_from(ended + command_lines).unwrap_or(u64::MAX))
}

impl Sessions for Connection {
    fn insert(&mut self, session: &NewSession) -> Result<()> {
        insert(self, session)
    }

    fn find_state(&mut self, id: &str) -> Result<Option<SessionState>> {
        let with_id = sessions::table.filter(sessions::id.eq(id));
        let row: Option<(i64, Option<String>, i64, String)> = with_id
            .select((sessions::last_seen_at, sessions::ending, sessions::proved_at, sessions::proofs))
            .first(self)
            .optional()
            .db()?;
        row.map(|(last_seen_at, ending, proved_at, proofs)| {
            let ending =
                ending.map(|name| Ending::parse(&name).ok_or_else(|| inconsistent("sessions", "ending", name)));
            Ok(SessionState {
                last_seen_at: Timestamp::from_micros(last_seen_at),
                ended: ending.transpose()?,
                proved_at: Timestamp::from_micros(proved_at),
                has_second_factor: proofs.split_whitespace().any(|name| name == Proof::Otp.as_str()),
            })
        })
        .transpose()
    }

    fn all_ended_at(&mut self, user: &UserId) -> Result<Option<Timestamp>> {
        let of_user = local_users::table.find(user.as_str()).select(local_users::sessions_ended_at);
        let ended: Option<Option<i64>> = of_user.first(self).optional().db()?;
        Ok(ended.flatten().map(Timestamp::from_micros))
    }

    fn list(&mut self, user: &UserId, page: &PageRequest, cutoff: Cutoff) -> Result<Page<Session>> {
        let mut query = going_on(user, cutoff).into_boxed();
        if let Position::After(cursor) = &page.position {
            let (key, number) = (cursor.number()?, cursor.id);
            let older = live_sessions::started_at.lt(key).or(live_sessions::number.lt(number));
            query = query.filter(live_sessions::started_at.le(key)).filter(older);
        }
        let rows: Vec<SessionRow> = query
            .order((live_sessions::started_at.desc(), live_sessions::number.desc()))
            .offset(page.offset().into())
            .limit(page::rows_to_read(page))
            .select(SessionRow::as_select())
            .load(self)
            .db()?;
        let total = page::total(self, page, |c| going_on(user, cutoff).count().get_result(c))?;
        let items: Vec<Session> = rows.into_iter().map(SessionRow::session).collect::<Result<_>>()?;
        Ok(page::of_rows(items, page, total, |last| Cursor::new(last.started_at.as_micros(), last.number)))
    }

    fn lock(&mut self, user: &UserId, id: &str, cutoff: Cutoff) -> Result<Option<Session>> {
        let row = sessions::table.filter(sessions::id.eq(id)).select(sessions::number);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        let found: Option<SessionRow> = going_on(user, cutoff)
            .filter(live_sessions::id.eq(id))
            .select(SessionRow::as_select())
            .first(self)
            .optional()
            .db()?;
        found.map(SessionRow::session).transpose()
    }

    fn end(&mut self, session: &Session, why: Ending, now: Timestamp) -> Result<()> {
        if session.kind == SessionKind::CommandLine {
            return cli_tokens::revoke_all(self, &session.user_id, now).map(drop);
        }
        let over = (sessions::ended_at.eq(now.as_micros()), sessions::ending.eq(why.as_str()));
        exactly(1, diesel::update(sessions::table.find(session.number)).set(over).execute(self).db()?)
    }

    fn end_all(&mut self, user: &UserId, why: Ending, now: Timestamp) -> Result<u64> {
        end_all(self, user, None, why, now)
    }

    fn end_others(&mut self, user: &UserId, kept: &str, why: Ending, now: Timestamp) -> Result<u64> {
        end_all(self, user, Some(kept), why, now)
    }

    fn end_impersonations(&mut self, admin: &UserId, now: Timestamp) -> Result<()> {
        impersonations::end_all(self, admin, false, now)
    }

    fn set_seen(&mut self, id: &str, origin: &Origin, now: Timestamp) -> Result<()> {
        let before = sessions::table.filter(sessions::id.eq(id).and(sessions::last_seen_at.lt(now.as_micros())));
        diesel::update(before)
            .set((
                sessions::last_seen_at.eq(now.as_micros()),
                sessions::ip_address.eq(origin.ip_address.as_deref()),
                sessions::user_agent.eq(origin.user_agent.as_deref()),
            ))
            .execute(self)
            .db()
            .map(drop)
    }

    fn knows(&mut self, user: &UserId) -> Result<bool> {
        select(exists(users::table.filter(users::id.eq(user.as_str())))).get_result(self).db()
    }

    fn lock_user(&mut self, user: &UserId) -> Result<bool> {
        super::lock_row(self, user)?;
        self.knows(user)
    }

    fn permissions_of(&mut self, user: &UserId) -> Result<PermissionSet> {
        admins::permissions_of(self, user)
    }
}
