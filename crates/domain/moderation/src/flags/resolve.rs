//! `abuse_flag.resolve`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{AbuseFlag, AbuseFlagId, FlagStatus, Resolution};
use super::port::AbuseFlags;

/// Resolves an abuse flag as legitimate or as fraud. The decision is final.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveAbuseFlag {
    /// ID of the abuse flag.
    pub id: AbuseFlagId,
    /// Decision: legitimate or fraud.
    pub resolution: Resolution,
    /// Notes, at most 2,000 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub notes: Option<String>,
}

impl Operation for ResolveAbuseFlag {
    const NAME: &'static str = "abuse_flag.resolve";
    const PERMISSION: Permission = Permission::ModerationWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn AbuseFlags;
    type Output = AbuseFlag;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for ResolveAbuseFlag {
    fn run(&self, flags: &mut Self::Repository, cx: &Context) -> Result<Change<AbuseFlag>> {
        let notes = self.notes.as_deref().map(|notes| text::paragraphs("notes", notes, 2_000)).transpose()?;
        let before = flags.lock(self.id)?.ok_or_else(|| Error::not_found("Abuse flag"))?;
        if before.status != FlagStatus::Open {
            return Err(Error::conflict("this flag is resolved already"));
        }
        let after = AbuseFlag {
            status: self.resolution.into(),
            resolved_by: Some(cx.caller.actor_id.clone()),
            resolved_at: Some(cx.now),
            resolution_notes: notes,
            ..before.clone()
        };
        flags.update(&after)?;
        Ok(Change::of(Self::RESOURCE, self.id).before(&before).after(&after).returning(after))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::{NOW, context_of};
    use serde_json::json;

    use super::super::model::FlagType;
    use super::super::port::MockAbuseFlags;
    use super::*;

    fn flag(status: FlagStatus) -> AbuseFlag {
        AbuseFlag {
            id: AbuseFlagId(3),
            flag_type: FlagType::ReviewBurst,
            reference_id: "user_seller".into(),
            reference_type: "seller".into(),
            details: json!({}),
            status,
            resolved_by: None,
            resolved_at: None,
            resolution_notes: None,
            created_at: Timestamp::from_micros(1),
        }
    }

    fn resolve(known: Option<AbuseFlag>, notes: Option<&str>, writes: usize) -> Result<Change<AbuseFlag>> {
        let mut flags = MockAbuseFlags::new();
        flags.expect_lock().return_once(|_| Ok(known));
        flags.expect_update().times(writes).returning(|_| Ok(()));
        let notes = notes.map(str::to_owned);
        let command = ResolveAbuseFlag { id: AbuseFlagId(3), resolution: Resolution::ResolvedFraud, notes };
        command.run(&mut flags, &context_of("user_root", [Permission::ModerationWrite]))
    }

    #[test]
    fn who_decided_when_and_why_is_kept() {
        let change = resolve(Some(flag(FlagStatus::Open)), Some("One address"), 1).unwrap();
        let after = change.output();
        assert_eq!((after.status, after.resolved_by.as_deref()), (FlagStatus::ResolvedFraud, Some("user_root")));
        assert_eq!(after.resolved_at, Some(Timestamp::from_micros(NOW)));
        assert_eq!(after.resolution_notes.as_deref(), Some("One address"));
    }

    #[test]
    fn twice_and_of_nothing_is_refused() {
        assert!(matches!(resolve(Some(flag(FlagStatus::ResolvedLegit)), None, 0), Err(Error::Conflict(_))));
        assert!(matches!(resolve(None, None, 0), Err(Error::NotFound(_))));
        assert!(matches!(resolve(Some(flag(FlagStatus::Open)), Some("a\u{7}"), 0), Err(Error::Invalid(_))));
    }
}
