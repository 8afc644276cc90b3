//! Invitations to become a local user.

use aedile_accounts::invitations::{Invitation, InvitationId, Invitations, Inviter, NewInvitation, Offer, OfferedRole};
use aedile_accounts::local_users::LocalAccount;
use aedile_accounts::secrets::SecretHash;
use aedile_accounts::{Identifier, IdentifierType, LocalUsers, PasswordHash};
use aedile_kernel::{Cursor, Error, Page, PageRequest, Position, Result, Timestamp, UserId, View};
use aedile_messaging::mail::Mails;
use aedile_rbac::assignments::{Assignments, NewAssignment};
use aedile_rbac::principal::Principals;
use aedile_rbac::roles::SUPER_ADMIN;
use diesel::prelude::*;

use crate::connection::{Backend, Connection, on_postgres};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::schema::sign_ins::invitations;
use crate::{page, read};

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations, check_for_backend(Backend))]
struct Row {
    id: i64,
    identifier: String,
    identifier_type: String,
    role: String,
    tier: Option<String>,
    role_name: Option<String>,
    invited_by: Option<String>,
    is_mailed: bool,
    created_at: i64,
    expires_at: i64,
    ended_at: Option<i64>,
    user_id: Option<String>,
}

impl Row {
    fn invitation(self) -> Result<Invitation> {
        let user = |column, id: Option<String>| id.map(|id| read::user_id("invitations", column, &id)).transpose();
        let kind = IdentifierType::parse(&self.identifier_type);
        Ok(Invitation {
            id: InvitationId(self.id),
            identifier: self.identifier,
            identifier_type: kind.map_err(|error| inconsistent("invitations", "identifier_type", error))?,
            offer: Offer { role: read::local_role(&self.role)?, tier: self.tier, role_name: self.role_name },
            invited_by: user("invited_by", self.invited_by)?,
            is_mailed: self.is_mailed,
            created_at: Timestamp::from_micros(self.created_at),
            expires_at: Timestamp::from_micros(self.expires_at),
            ended_at: self.ended_at.map(Timestamp::from_micros),
            user_id: user("user_id", self.user_id)?,
        })
    }
}

/// Those whose link is good at `now`.
#[diesel::dsl::auto_type(no_type_alias)]
fn open(now: Timestamp) -> _ {
    let now: i64 = now.as_micros();
    invitations::ended_at.is_null().and(invitations::expires_at.gt(now))
}

impl Invitations for Connection {
    fn is_taken(&mut self, identifier: &Identifier) -> Result<bool> {
        LocalUsers::is_taken(self, identifier)
    }

    fn tier_exists(&mut self, tier: &str) -> Result<bool> {
        LocalUsers::tier_exists(self, tier)
    }

    fn find_role(&mut self, role_name: &str) -> Result<Option<OfferedRole>> {
        let role = Assignments::find_role(self, role_name)?;
        Ok(role.map(|role| OfferedRole {
            permissions: role.permission_set(),
            is_active: role.is_active,
            is_super_admin: role.role_name == SUPER_ADMIN,
        }))
    }

    fn find_inviter(&mut self, user: &UserId, now: Timestamp) -> Result<Option<Inviter>> {
        let found = View::<dyn Principals>::view(self).find(user)?;
        // The provider's claim is not known here; of who signs in here the row says whether the role counts.
        Ok(found.map(|principal| {
            let is_admitted = principal.local_role.is_none() || principal.is_local_admin();
            Inviter { state: principal.state(), permissions: principal.permissions(now, is_admitted) }
        }))
    }

    fn list(&mut self, page: &PageRequest, open_at: Option<Timestamp>) -> Result<Page<Invitation>> {
        let mut query = invitations::table.into_boxed();
        let mut all = invitations::table.count().into_boxed();
        if let Some(now) = open_at {
            (query, all) = (query.filter(open(now)), all.filter(open(now)));
        }
        if let Position::After(cursor) = &page.position {
            query = query.filter(invitations::id.lt(cursor.id));
        }
        let rows: Vec<Row> = query
            .order(invitations::id.desc())
            .offset(page.offset().into())
            .limit(page::rows_to_read(page))
            .select(Row::as_select())
            .load(self)
            .db()?;
        let total = page::total(self, page, |c| all.get_result(c))?;
        let items: Vec<Invitation> = rows.into_iter().map(Row::invitation).collect::<Result<_>>()?;
        Ok(page::of_rows(items, page, total, |last| Cursor::new(0, last.id.0)))
    }

    fn lock(&mut self, id: InvitationId) -> Result<Option<Invitation>> {
        let row = invitations::table.find(id.0).select(invitations::id);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        let found: Option<Row> = invitations::table.find(id.0).select(Row::as_select()).first(self).optional().db()?;
        found.map(Row::invitation).transpose()
    }

    fn lock_by_token(&mut self, token_hash: &SecretHash) -> Result<Option<Invitation>> {
        let row = invitations::table.filter(invitations::token_hash.eq(token_hash.as_str())).select(invitations::id);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        self.find_by_token(token_hash)
    }

    fn find_by_token(&mut self, token_hash: &SecretHash) -> Result<Option<Invitation>> {
        let with_it = invitations::table.filter(invitations::token_hash.eq(token_hash.as_str()));
        let found: Option<Row> = with_it.select(Row::as_select()).first(self).optional().db()?;
        found.map(Row::invitation).transpose()
    }

    fn find_unanswered(&mut self, identifier: &Identifier) -> Result<Option<Invitation>> {
        let unanswered = invitations::table
            .filter(invitations::identifier.eq(identifier.as_str()))
            .filter(invitations::ended_at.is_null());
        let found: Option<Row> = unanswered.select(Row::as_select()).first(self).optional().db()?;
        found.map(Row::invitation).transpose()
    }

    fn insert(&mut self, new: &NewInvitation) -> Result<Invitation> {
        let id: i64 = diesel::insert_into(invitations::table)
            .values((
                invitations::token_hash.eq(new.token_hash.as_str()),
                invitations::identifier.eq(&new.identifier),
                invitations::identifier_type.eq(new.identifier_type.as_str()),
                invitations::role.eq(new.offer.role.as_str()),
                invitations::tier.eq(&new.offer.tier),
                invitations::role_name.eq(&new.offer.role_name),
                invitations::invited_by.eq(new.invited_by.as_ref().map(UserId::as_str)),
                invitations::is_mailed.eq(new.is_mailed),
                invitations::created_at.eq(new.created_at.as_micros()),
                invitations::expires_at.eq(new.expires_at.as_micros()),
            ))
            .returning(invitations::id)
            .get_result(self)
            .db_unique("another invitation was just made for this identifier")?;
        Invitations::lock(self, InvitationId(id))?
            .ok_or_else(|| Error::internal("an invitation was written and is not there"))
    }

    fn renew(&mut self, invitation: &Invitation, token_hash: &SecretHash) -> Result<()> {
        let renewed = diesel::update(invitations::table.find(invitation.id.0))
            .set((
                invitations::token_hash.eq(token_hash.as_str()),
                invitations::invited_by.eq(invitation.invited_by.as_ref().map(UserId::as_str)),
                invitations::is_mailed.eq(invitation.is_mailed),
                invitations::expires_at.eq(invitation.expires_at.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, renewed)
    }

    fn end(&mut self, invitation: &Invitation) -> Result<()> {
        let ended = diesel::update(invitations::table.find(invitation.id.0))
            .set((
                invitations::ended_at.eq(invitation.ended_at.map(Timestamp::as_micros)),
                invitations::user_id.eq(invitation.user_id.as_ref().map(UserId::as_str)),
            ))
            .execute(self)
            .db()?;
        exactly(1, ended)
    }

    fn insert_user(&mut self, account: &LocalAccount, password: &PasswordHash) -> Result<()> {
        LocalUsers::insert(self, account, password)
    }

    fn assign_role(&mut self, user: &UserId, role_name: &str, assigned_by: &str, now: Timestamp) -> Result<()> {
        let new = NewAssignment {
            clerk_user_id: user.clone(),
            role_name: role_name.to_owned(),
            assigned_by: assigned_by.to_owned(),
            assigned_at: now,
            expires_at: None,
        };
        Assignments::set(self, &new).map(drop)
    }

    fn insert_mail(&mut self, address: &str, subject: &str, text: &str, now: Timestamp) -> Result<()> {
        self.insert_for_address(address, subject, text, now)
    }
}
