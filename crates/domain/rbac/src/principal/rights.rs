//! What a user may do, worked out anew for each request.

use aedile_kernel::{AccountStatus, Admits, Effect, Error, LocalRole, Permission, PermissionSet, Result, Timestamp};

use super::model::{AssignedRole, Principal};
use crate::gateway::is_safe;

/// What the `is_admin` flag gives beside what every user has.
const OF_ADMINS: [Permission; 4] =
    [Permission::AdminRead, Permission::AdminWrite, Permission::UsersRead, Permission::UsersWrite];

/// The tier that counts for a user who was given `tier`, or none.
#[must_use]
pub fn effective_tier(tier: Option<&str>, has_admin_claim: bool) -> &str {
    if has_admin_claim { "admin" } else { tier.unwrap_or("free") }
}

impl Principal {
    /// The role that counts at `now`: it is active, and its assignment has not expired.
    #[must_use]
    pub fn active_role(&self, now: Timestamp) -> Option<&AssignedRole> {
        self.assignment.as_ref().filter(|role| role.is_active && role.expires_at.is_none_or(|end| now < end))
    }

    /// What the user may do where roles rule, under `/admin`: what every user may, and with the admin claim what their
    /// role gives. The `is_admin` flag gives nothing here.
    #[must_use]
    pub fn permissions(&self, now: Timestamp, has_admin_claim: bool) -> PermissionSet {
        if !has_admin_claim {
            return PermissionSet::USER;
        }
        let entered = PermissionSet::USER.union([Permission::AdminArea].into_iter().collect());
        self.active_role(now).map_or(entered, |role| entered.union(role.permissions))
    }

    /// What the user may do where the `is_admin` flag rules, in the marketplace and the panel. Roles give nothing here.
    #[must_use]
    pub fn flag_permissions(&self) -> PermissionSet {
        if self.is_admin { PermissionSet::USER.union(OF_ADMINS.into_iter().collect()) } else { PermissionSet::USER }
    }

    /// Whether the user's local sign-in carries the admin claim now, whatever an older token says.
    #[must_use]
    pub fn is_local_admin(&self) -> bool {
        self.local_role == Some(LocalRole::Admin)
    }

    /// The tier that counts: `admin` with the admin claim, else the tier that was given, else `free`.
    #[must_use]
    pub fn effective_tier(&self, has_admin_claim: bool) -> &str {
        effective_tier(self.tier.as_deref(), has_admin_claim)
    }

    /// Refuses an account that stands too badly for a request to a service behind the gateway. What changes something
    /// there is known by its method alone.
    ///
    /// # Errors
    /// As [`Principal::admitted`].
    pub fn may_pass(&self, method: &str) -> Result<()> {
        let effect = if is_safe(method) { Effect::Read } else { Effect::Write };
        self.admitted(Admits::InUse, effect)
    }

    /// Refuses an account that stands too badly for an operation.
    ///
    /// # Errors
    /// `Unauthenticated` when it was deleted; `Forbidden` when its access is switched off, it is on hold, or it is about to
    /// be deleted, and the operation does not admit that.
    pub fn admitted(&self, admits: Admits, effect: Effect) -> Result<()> {
        let refusal = match self.status {
            AccountStatus::Deleted => return Err(Error::unauthenticated("this account was deleted")),
            _ if self.api_disabled => "access is switched off for this account",
            AccountStatus::Held if admits != Admits::Held => "this account is on hold",
            AccountStatus::PendingDeletion if admits == Admits::InUse && effect != Effect::Read => {
                "this account is about to be deleted and may only read, or cancel the deletion"
            }
            AccountStatus::Active | AccountStatus::Held | AccountStatus::PendingDeletion => return Ok(()),
        };
        Err(Error::forbidden(refusal))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::UserId;
    use aedile_kernel::mock::NOW;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_micros(NOW)
    }

    /// What every user has who has the admin claim.
    fn entered() -> PermissionSet {
        PermissionSet::USER.union([Permission::AdminArea].into_iter().collect())
    }

    fn editor(expires_in: Option<i64>, is_active: bool) -> Principal {
        let expires_at = expires_in.map(|micros| Timestamp::from_micros(NOW + micros));
        let permissions = [Permission::FlagsWrite].into_iter().collect();
        Principal {
            id: UserId::parse("user_a").unwrap(),
            email: None,
            display_name: None,
            is_admin: false,
            status: AccountStatus::Active,
            api_disabled: false,
            tier: None,
            local_role: None,
            assignment: Some(AssignedRole { role_name: "editor".into(), permissions, is_active, expires_at }),
        }
    }

    #[test]
    fn a_role_counts_with_the_admin_claim() {
        let user = editor(None, true);
        assert!(user.permissions(now(), true).contains(Permission::FlagsWrite));
        assert_eq!(user.permissions(now(), false), PermissionSet::USER);
        assert_eq!(user.flag_permissions(), PermissionSet::USER);
    }

    #[test]
    fn c_21_expiry_and_state_are_judged_at_each_request() {
        for (expires_in, is_active, counts) in
            [(Some(1), true, true), (Some(0), true, false), (Some(-1), true, false), (None, false, false)]
        {
            let user = editor(expires_in, is_active);
            assert_eq!(user.active_role(now()).is_some(), counts, "{expires_in:?} {is_active}");
            let expected =
                if counts { [Permission::FlagsWrite].into_iter().collect() } else { PermissionSet::default() };
            assert_eq!(user.permissions(now(), true), entered().union(expected));
        }
    }

    #[test]
    fn the_admin_flag_gives_four_permissions_and_none_where_roles_rule() {
        let user = Principal { is_admin: true, assignment: None, ..editor(None, true) };
        let given: Vec<&str> = user.flag_permissions().iter().map(Permission::as_str).collect();
        assert_eq!(given, ["public", "own", "user:write", "admin:read", "admin:write", "users:read", "users:write"]);
        assert_eq!(user.permissions(now(), true), entered());
    }

    #[test]
    fn the_tier_is_the_first_that_is_known() {
        let user = editor(None, true);
        assert_eq!((user.effective_tier(true), user.effective_tier(false)), ("admin", "free"));
        let pro = Principal { tier: Some("pro".into()), ..user };
        assert_eq!((pro.effective_tier(true), pro.effective_tier(false)), ("admin", "pro"));
    }

    #[test]
    fn c_20_an_account_does_what_its_standing_admits() {
        use AccountStatus::{Active, Held, PendingDeletion};
        use Effect::{Read, Write};
        let standing = |status, api_disabled, admits, effect| {
            Principal { status, api_disabled, ..editor(None, true) }.admitted(admits, effect).is_ok()
        };
        let all = [Admits::InUse, Admits::PendingDeletion, Admits::Held];
        for (status, effect, expected) in [
            (Active, Read, [true, true, true]),
            (Active, Write, [true, true, true]),
            (PendingDeletion, Read, [true, true, true]),
            (PendingDeletion, Write, [false, true, true]),
            (Held, Read, [false, false, true]),
            (Held, Write, [false, false, true]),
        ] {
            assert_eq!(all.map(|admits| standing(status, false, admits, effect)), expected, "{status:?} {effect:?}");
            assert_eq!(all.map(|admits| standing(status, true, admits, effect)), [false; 3], "switched off");
        }
        let gone = Principal { status: AccountStatus::Deleted, ..editor(None, true) };
        assert!(matches!(gone.admitted(Admits::Held, Read), Err(Error::Unauthenticated(_))));
    }

    #[test]
    fn an_account_about_to_be_deleted_only_reads_behind_the_gateway() {
        let leaving = Principal { status: AccountStatus::PendingDeletion, ..editor(None, true) };
        assert!(["GET", "HEAD", "OPTIONS"].iter().all(|method| leaving.may_pass(method).is_ok()));
        assert!(["POST", "DELETE", "PATCH", "get", "BREW"].iter().all(|method| leaving.may_pass(method).is_err()));
        assert!(editor(None, true).may_pass("POST").is_ok());
    }

    #[test]
    fn only_a_local_admin_carries_the_claim() {
        for (local_role, expected) in [(None, false), (Some(LocalRole::User), false), (Some(LocalRole::Admin), true)] {
            assert_eq!(Principal { local_role, ..editor(None, true) }.is_local_admin(), expected);
        }
    }
}
