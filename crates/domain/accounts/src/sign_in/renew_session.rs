//! `session.renew`

use aedile_kernel::{
    Admits, Authority, Change, Command, Context, Effect, Error, LocalRole, Operation, Permission, ProofNeeded, Result,
    Timestamp,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::port::SignIns;

/// Lets a session go on under another ID, and so under another token. Whoever had the former token of a browser, before its
/// owner proved more in it, has nothing of that.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewSession {
    /// The new ID of the session.
    pub session_id: String,
}

/// What the new token of a session says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RenewedSession {
    /// The role of the user.
    pub role: LocalRole,
    /// When the session ends at the latest, as before.
    pub expires_at: Timestamp,
}

impl Operation for RenewSession {
    const NAME: &'static str = "session.renew";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = "session";
    const ADMITS: Admits = Admits::PendingDeletion;
    const PROOF: ProofNeeded = ProofNeeded::Begun;
    type Repository = dyn SignIns;
    type Output = RenewedSession;
}

impl Command for RenewSession {
    fn run(&self, sign_ins: &mut Self::Repository, cx: &Context) -> Result<Change<RenewedSession>> {
        let (Some(user), Some(former)) = (&cx.caller.user_id, &cx.caller.session_id) else {
            return Err(Error::conflict("only the session of a local user is renewed"));
        };
        let renewed = sign_ins.renew_session(user, former, &self.session_id, cx.now)?;
        let renewed = renewed.ok_or_else(|| Error::unauthenticated("this session has ended: sign in again"))?;
        let row = json!({ "user_id": user, "renewed_from": former, "expires_at": renewed.expires_at });
        Ok(Change::of(Self::RESOURCE, &self.session_id).after(&row).returning(renewed))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context, context_of};
    use aedile_kernel::{Caller, Credential, PermissionSet, UserId};

    use super::super::port::MockSignIns;
    use super::*;

    fn renew(goes_on: bool, cx: &Context) -> Result<Change<RenewedSession>> {
        let mut sign_ins = MockSignIns::new();
        sign_ins.expect_renew_session().withf(|_, former, new, _| (former, new) == ("old", "new")).returning(
            move |_, _, _, _| {
                let expires_at = Timestamp::from_micros(NOW);
                Ok(goes_on.then_some(RenewedSession { role: LocalRole::User, expires_at }))
            },
        );
        RenewSession { session_id: "new".into() }.run(&mut sign_ins, cx)
    }

    #[test]
    fn only_a_session_that_goes_on_is_renewed() {
        let ada = UserId::parse("ada").unwrap();
        let caller = Caller::user(&ada, None, Credential::LocalToken, PermissionSet::USER);
        let in_session = context(Caller { session_id: Some("old".into()), ..caller });
        assert_eq!(renew(true, &in_session).unwrap().records()[0].resource_id, "new");
        assert!(matches!(renew(false, &in_session), Err(Error::Unauthenticated(_))));
        assert!(matches!(renew(true, &context_of("user_a", [])), Err(Error::Conflict(_))), "of the identity provider");
    }
}
