//! `session.start`

use aedile_kernel::{Admits, Authority, Change, Command, Context, Effect, Operation, Permission, Result, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::port::SignIns;
use crate::local_users::Identifier;
use crate::passwords::PasswordHash;
use crate::sessions::{NewSession, Origin, Proof};

/// Begins a session of a local user whose password was right a moment ago.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartSession {
    /// What the user signed in with.
    pub identifier: String,
    /// The hash that the password fits. A password that was changed meanwhile begins no session.
    pub password_hash: PasswordHash,
    /// A hash of the same password by today's parameters, when those of the kept one are older.
    pub renewed_hash: Option<PasswordHash>,
    /// ID of the session.
    pub session_id: String,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

impl Operation for StartSession {
    const NAME: &'static str = "session.start";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = "session";
    const ADMITS: Admits = Admits::PendingDeletion;
    type Repository = dyn SignIns;
    type Output = ();
}

impl Command for StartSession {
    fn run(&self, sign_ins: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let known = sign_ins.find_credentials(&Identifier::parse(&self.identifier)?)?;
        let known = known.filter(|known| known.password_hash == self.password_hash && cx.caller.is(&known.user.id));
        let user = known.ok_or_else(super::wrong)?.user.id;
        if let Some(hash) = &self.renewed_hash {
            sign_ins.renew_hash(&user, hash)?;
        }
        let session = NewSession {
            id: self.session_id.clone(),
            user_id: user.clone(),
            proofs: vec![Proof::Pwd],
            started_at: cx.now,
            expires_at: self.expires_at,
            seen_at: cx.now,
            origin: Origin::from(&cx.caller.request),
        };
        sign_ins.insert_session(&session)?;
        let begun = json!({ "user_id": user, "amr": session.proofs, "expires_at": self.expires_at });
        Ok(Change::of(Self::RESOURCE, &self.session_id).after(&begun))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context_of};
    use aedile_kernel::{AccountStatus, Error, UserId};

    use super::super::port::{Credentials, MockSignIns};
    use super::*;
    use crate::local_users::{IdentifierType, LocalRole, LocalUser};

    const HASH: &str = "$a$b$c$d";

    fn credentials(hash: &str) -> Credentials {
        let now = Timestamp::from_micros(NOW);
        let user = LocalUser {
            id: UserId::parse("ada").unwrap(),
            identifier: "ada@example.com".into(),
            identifier_type: IdentifierType::Email,
            role: LocalRole::User,
            tier: "free".into(),
            api_disabled: false,
            must_change_password: false,
            created_at: now,
            updated_at: now,
        };
        Credentials { user, status: AccountStatus::Active, password_hash: PasswordHash::parse(hash).unwrap() }
    }

    fn start(kept: &str, renewed: Option<&str>, renewals: usize) -> Result<Change<()>> {
        let kept = credentials(kept);
        let mut sign_ins = MockSignIns::new();
        sign_ins.expect_find_credentials().returning(move |_| Ok(Some(kept.clone())));
        sign_ins.expect_renew_hash().times(renewals).returning(|_, _| Ok(()));
        sign_ins.expect_insert_session().returning(|session| {
            assert_eq!((session.id.as_str(), session.proofs.as_slice()), ("session-1", [Proof::Pwd].as_slice()));
            Ok(())
        });
        let command = StartSession {
            identifier: "ada@example.com".into(),
            password_hash: PasswordHash::parse(HASH).unwrap(),
            renewed_hash: renewed.map(|hash| PasswordHash::parse(hash).unwrap()),
            session_id: "session-1".into(),
            expires_at: Timestamp::from_micros(NOW).plus_seconds(60),
        };
        command.run(&mut sign_ins, &context_of("ada", []))
    }

    #[test]
    fn a_session_begins_with_the_password_that_is_kept() {
        let change = start(HASH, None, 0).unwrap();
        assert_eq!(change.records()[0].resource_id, "session-1");
        assert!(!change.records()[0].new_values.as_ref().unwrap().to_string().contains(HASH));
        assert!(start(HASH, Some("$a$b$c$new"), 1).is_ok(), "an older hash is renewed");
    }

    #[test]
    fn c_41_a_password_that_was_changed_meanwhile_begins_none() {
        assert!(matches!(start("$a$b$c$other", None, 0), Err(Error::Unauthenticated(_))));
    }
}
