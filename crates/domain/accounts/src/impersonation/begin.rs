//! `impersonation.begin`

use aedile_kernel::{
    Admits, Authority, Change, Command, Context, Credential, Effect, Error, Operation, Permission, ProofNeeded, Result,
    UserId, text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Impersonation, NewImpersonation, Party};
use super::port::Impersonations;

/// The longest that somebody acts as a user before they say again why.
const MOST_MINUTES: u32 = 60;

/// For how long, when nothing else is said.
const USUAL_MINUTES: u32 = 30;

/// Acts as a user, to see what they see. The token reads what the user may read, and changes their name; it can't spend,
/// agree to anything, or change how they sign in. Nobody acts as an admin. Each audit row names both.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginImpersonation {
    /// ID of the user.
    pub user_id: UserId,
    /// Reason for the audit log, at most 1,000 characters.
    #[schemars(extend("x-multiline" = true))]
    pub reason: String,
    /// Minutes until it ends by itself: 1 to 60, or 30 when omitted.
    #[serde(default)]
    pub minutes: Option<u32>,
}

impl Operation for BeginImpersonation {
    const NAME: &'static str = "impersonation.begin";
    const PERMISSION: Permission = Permission::UsersImpersonate;
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Impersonations;
    type Output = Impersonation;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

impl Command for BeginImpersonation {
    fn run(&self, impersonations: &mut Self::Repository, cx: &Context) -> Result<Change<Impersonation>> {
        let reason = text::paragraphs("reason", &self.reason, 1_000)?;
        let minutes = self.minutes.unwrap_or(USUAL_MINUTES);
        if !(1..=MOST_MINUTES).contains(&minutes) {
            return Err(Error::invalid("minutes", format!("must be 1 to {MOST_MINUTES}")));
        }
        let acted_by = person(cx)?;
        if acted_by == &self.user_id {
            return Err(Error::conflict("you are this user yourself"));
        }
        admit(impersonations.find_party(&self.user_id, cx.now)?)?;
        let new = NewImpersonation {
            user_id: self.user_id.clone(),
            acted_by: acted_by.clone(),
            reason,
            started_at: cx.now,
            expires_at: cx.now.plus_seconds(i64::from(minutes) * 60),
        };
        let begun = impersonations.insert(&new)?;
        Ok(Change::of(Self::RESOURCE, begun.id).after(&begun).returning(begun))
    }
}

/// Who acts: somebody who signed in, so that the audit log names a person.
fn person(cx: &Context) -> Result<&UserId> {
    let user = cx.caller.user_id.as_ref().filter(|_| !matches!(cx.caller.credential, Credential::ApiKey(_)));
    user.ok_or_else(|| Error::forbidden("only an admin who signed in acts as a user"))
}

/// Refuses users that nobody acts as.
fn admit(user: Option<Party>) -> Result<()> {
    let user = user.ok_or_else(|| Error::not_found("User"))?;
    if user.is_admin {
        return Err(Error::forbidden("this user is an admin: nobody acts as an admin"));
    }
    // Somebody whose account is stopped sees nothing that there would be to see.
    user.state.admit(Admits::InUse, Effect::Read).map_err(|error| match error {
        Error::Unauthenticated(_) => Error::not_found("User"),
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context, context_of};
    use aedile_kernel::{AccountState, AccountStatus, Caller, Timestamp};

    use super::super::port::MockImpersonations;
    use super::super::samples::{begun, id, ordinary};
    use super::*;

    fn begin(json: &str, user: Option<Party>, cx: &Context, writes: usize) -> Result<Change<Impersonation>> {
        let mut impersonations = MockImpersonations::new();
        impersonations.expect_find_party().returning(move |_, _| Ok(user));
        impersonations.expect_insert().times(writes).returning(|new| Ok(begun(new)));
        let command: BeginImpersonation = serde_json::from_str(json).unwrap();
        command.run(&mut impersonations, cx)
    }

    fn support() -> Context {
        context_of("bob", [Permission::UsersImpersonate])
    }

    #[test]
    fn an_admin_acts_as_a_user_for_a_while() {
        for (wish, minutes) in [
            (r#"{"user_id":"ada","reason":" Empty page "}"#, 30),
            (r#"{"user_id":"ada","reason":"Empty page","minutes":1}"#, 1),
            (r#"{"user_id":"ada","reason":"Empty page","minutes":60}"#, 60),
        ] {
            let begun = begin(wish, Some(ordinary()), &support(), 1).unwrap();
            let after = begun.records()[0].new_values.clone().unwrap();
            assert_eq!((&after["acted_by"], &after["reason"]), (&"bob".into(), &"Empty page".into()));
            assert_eq!(begun.output().expires_at, Timestamp::from_micros(NOW).plus_seconds(minutes * 60));
        }
    }

    #[test]
    fn without_a_reason_or_for_too_long_nobody_acts() {
        for bad in [
            r#"{"user_id":"ada","reason":" "}"#,
            r#"{"user_id":"ada","reason":"x","minutes":0}"#,
            r#"{"user_id":"ada","reason":"x","minutes":61}"#,
        ] {
            assert!(matches!(begin(bad, Some(ordinary()), &support(), 0), Err(Error::Invalid(_))), "{bad}");
        }
    }

    #[test]
    fn c_05_nobody_acts_as_an_admin_or_as_themself() {
        let wish = r#"{"user_id":"ada","reason":"x"}"#;
        let admin = Party { is_admin: true, ..ordinary() };
        assert!(matches!(begin(wish, Some(admin), &support(), 0), Err(Error::Forbidden(_))));
        assert!(matches!(begin(wish, None, &support(), 0), Err(Error::NotFound(_))));
        let herself = context_of("ada", [Permission::UsersImpersonate]);
        assert!(matches!(begin(wish, Some(ordinary()), &herself, 0), Err(Error::Conflict(_))));
    }

    #[test]
    fn nobody_acts_as_a_user_who_is_stopped_or_gone() {
        let wish = r#"{"user_id":"ada","reason":"x"}"#;
        let with = |status, api_disabled| Party { state: AccountState { status, api_disabled }, ..ordinary() };
        for party in [with(AccountStatus::Held, false), with(AccountStatus::Active, true)] {
            assert!(matches!(begin(wish, Some(party), &support(), 0), Err(Error::AccountState(_))));
        }
        assert!(matches!(
            begin(wish, Some(with(AccountStatus::Deleted, false)), &support(), 0),
            Err(Error::NotFound(_))
        ));
        assert!(begin(wish, Some(with(AccountStatus::PendingDeletion, false)), &support(), 1).is_ok());
    }

    #[test]
    fn only_a_person_acts_as_a_user() {
        let wish = r#"{"user_id":"ada","reason":"x"}"#;
        let key = Caller::user(&id("bob"), None, Credential::ApiKey("1".into()), Default::default());
        for caller in [Caller::console(), Caller::operator(), key] {
            assert!(matches!(begin(wish, Some(ordinary()), &context(caller), 0), Err(Error::Forbidden(_))));
        }
    }
}
