//! What a user may do, worked out anew for each request.

use aedile_kernel::{
    AccountState, Admits, Authority, Credential, Effect, LocalRole, Permission, PermissionSet, Result, SecondFactor,
    Timestamp,
};

use super::model::{AssignedRole, Principal};
use crate::gateway::is_safe;

/// Everything that decides what a caller may do. The same is made of what a request began with and of what its write
/// reads, so that both are judged by the same rule.
#[derive(Debug, Clone, Copy)]
pub struct Holding<'a> {
    /// The user, when it is one.
    pub principal: Option<&'a Principal>,
    /// What was shown.
    pub credential: &'a Credential,
    /// Whether the identity provider's token has the admin claim.
    pub has_admin_claim: bool,
    /// The scopes of the API key, when it is one.
    pub scopes: PermissionSet,
}

impl Holding<'_> {
    /// What the caller may do at `now` where these authorities count.
    #[must_use]
    pub fn permissions(&self, authorities: &[Authority], now: Timestamp) -> PermissionSet {
        let given = authorities.iter().map(|authority| self.by(*authority, now));
        given.fold(PermissionSet::ANONYMOUS, PermissionSet::union)
    }

    /// Whether the caller counts as signed in with the admin claim. Of a local user the row says so, whatever an older
    /// token says; keys and command-line tokens carry no claim.
    #[must_use]
    pub fn is_claimed(&self) -> bool {
        match self.credential {
            Credential::ProviderToken => self.has_admin_claim,
            Credential::LocalToken => self.principal.is_some_and(Principal::is_local_admin),
            _ => false,
        }
    }

    fn by(&self, authority: Authority, now: Timestamp) -> PermissionSet {
        let nothing = PermissionSet::ANONYMOUS;
        match (authority, self.credential, self.principal) {
            (Authority::OperatorKey, Credential::AdminKey, _) => nothing.union(PermissionSet::of_admin_flag()),
            (Authority::ApiKey, Credential::ApiKey(_), Some(owner)) => {
                PermissionSet::of_api_key(self.scopes, owner.flag_permissions())
            }
            (_, Credential::ApiKey(_), _) => nothing,
            (Authority::AdminFlag, _, Some(user)) => user.flag_permissions(),
            (Authority::Role, _, Some(user)) => user.permissions(now, self.is_claimed()),
            _ => nothing,
        }
    }
}

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

    /// What the user's role lets them do, wherever roles count: what every user may, and with the admin claim what the role
    /// holds. The `is_admin` flag gives nothing here.
    #[must_use]
    pub fn permissions(&self, now: Timestamp, has_admin_claim: bool) -> PermissionSet {
        if !has_admin_claim {
            return PermissionSet::USER;
        }
        let entered = PermissionSet::USER.union([Permission::AdminArea].into_iter().collect());
        self.active_role(now).map_or(entered, |role| entered.union(role.permissions))
    }

    /// What the `is_admin` flag lets the user do, in the marketplace and of `/api`. Roles give nothing here.
    #[must_use]
    pub fn flag_permissions(&self) -> PermissionSet {
        if self.is_admin { PermissionSet::USER.union(PermissionSet::of_admin_flag()) } else { PermissionSet::USER }
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
    /// As [`AccountState::admit`].
    pub fn may_pass(&self, method: &str) -> Result<()> {
        let effect = if is_safe(method) { Effect::Read } else { Effect::Write };
        self.state().admit(Admits::InUse, effect)
    }

    /// What is known of the user's second factor at `now`: whether they have one here, and whether their role asks for one.
    #[must_use]
    pub fn second_factor(&self, now: Timestamp) -> SecondFactor {
        let is_demanded = self.active_role(now).is_some_and(|role| role.requires_second_factor);
        SecondFactor { is_set_up: self.has_second_factor, is_demanded }
    }

    /// The state of the account.
    #[must_use]
    pub const fn state(&self) -> AccountState {
        AccountState { status: self.status, api_disabled: self.api_disabled }
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::NOW;
    use aedile_kernel::{AccountStatus, UserId};

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_micros(NOW)
    }

    /// What every user has who has the admin claim.
    fn entered() -> PermissionSet {
        PermissionSet::USER.union([Permission::AdminArea].into_iter().collect())
    }

    const OF_FLAG: &str = "public own user:write admin:read admin:write metrics:read users:read users:write users:hold \
        users:impersonate admins:write moderation:read moderation:write catalog:read catalog:write billing:read \
        billing:write billing:refund billing:grant vouchers:read vouchers:write mail:read mail:send keys:read \
        keys:write";

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
            assignment: Some(AssignedRole {
                role_name: "editor".into(),
                permissions,
                is_active,
                requires_second_factor: true,
                expires_at,
            }),
            has_second_factor: false,
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
    fn a_role_asks_for_a_second_factor_while_it_counts() {
        for (role, expected) in
            [(editor(None, true), true), (editor(Some(0), true), false), (editor(None, false), false)]
        {
            assert_eq!(role.second_factor(now()), SecondFactor { is_set_up: false, is_demanded: expected });
        }
    }

    #[test]
    fn the_admin_flag_gives_its_permissions_and_none_where_roles_rule() {
        let user = Principal { is_admin: true, assignment: None, ..editor(None, true) };
        let given: Vec<&str> = user.flag_permissions().iter().map(Permission::as_str).collect();
        assert_eq!(given.join(" "), OF_FLAG);
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
    fn each_authority_gives_what_its_credential_holds_and_no_other() {
        use Authority::{AdminFlag, ApiKey, OperatorKey, Role};
        let user = Principal { is_admin: true, local_role: Some(LocalRole::Admin), ..editor(None, true) };
        let key = Credential::ApiKey("key_1".into());
        let scopes = [Permission::AdminRead, Permission::FlagsWrite].into_iter().collect();
        let names = |credential: &Credential, authority| {
            let principal = (*credential != Credential::AdminKey).then_some(&user);
            let holding = Holding { principal, credential, has_admin_claim: true, scopes };
            let names: Vec<&str> = holding.permissions(&[authority], now()).iter().map(Permission::as_str).collect();
            names.join(" ")
        };
        let role = "public own user:write admin flags:write";
        let of_key = "public own admin:read metrics:read users:read moderation:read catalog:read billing:read \
            vouchers:read mail:read keys:read";
        let operator = OF_FLAG.replace("own ", "");
        for (credential, expected) in [
            (&Credential::ProviderToken, [OF_FLAG, "public", "public", role]),
            (&Credential::LocalToken, [OF_FLAG, "public", "public", role]),
            (&Credential::CliToken(1), [OF_FLAG, "public", "public", "public own user:write"]),
            (&key, ["public", of_key, "public", "public"]),
            (&Credential::AdminKey, ["public", "public", &operator, "public"]),
        ] {
            let given = [AdminFlag, ApiKey, OperatorKey, Role].map(|authority| names(credential, authority));
            assert_eq!(given, expected, "{credential:?}");
        }
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
