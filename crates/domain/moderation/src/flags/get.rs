//! `abuse_flag.get`

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{AbuseFlag, AbuseFlagId};
use super::port::AbuseFlags;

/// Shows an abuse flag.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetAbuseFlag {
    /// ID of the abuse flag.
    pub id: AbuseFlagId,
}

impl Operation for GetAbuseFlag {
    const NAME: &'static str = "abuse_flag.get";
    const PERMISSION: Permission = Permission::ModerationRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn AbuseFlags;
    type Output = AbuseFlag;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Query for GetAbuseFlag {
    fn run(&self, flags: &mut Self::Repository, _: &Context) -> Result<AbuseFlag> {
        flags.find(self.id)?.ok_or_else(|| Error::not_found("Abuse flag"))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockAbuseFlags;
    use super::*;

    #[test]
    fn what_was_never_raised_is_not_found() {
        let mut flags = MockAbuseFlags::new();
        flags.expect_find().return_once(|_| Ok(None));
        let unknown = GetAbuseFlag { id: AbuseFlagId(3) };
        let refused = unknown.run(&mut flags, &context_of("user_root", [Permission::ModerationRead]));
        assert!(matches!(refused, Err(Error::NotFound(_))));
    }
}
