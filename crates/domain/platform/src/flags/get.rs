//! `flag.get`

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Flag, FlagId};
use super::port::Flags;

/// Shows a feature flag.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetFlag {
    /// ID of the flag.
    pub id: FlagId,
}

impl Operation for GetFlag {
    const NAME: &'static str = "flag.get";
    const PERMISSION: Permission = Permission::AdminRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Flags;
    type Output = Flag;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Query for GetFlag {
    fn run(&self, flags: &mut Self::Repository, _: &Context) -> Result<Flag> {
        flags.find_flag(self.id)?.ok_or_else(|| Error::not_found("Flag"))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockFlags;
    use super::super::samples::flag;
    use super::*;

    fn get(found: Option<Flag>) -> Result<Flag> {
        let mut flags = MockFlags::new();
        flags.expect_find_flag().withf(|id| id.0 == 3).return_once(move |_| Ok(found));
        GetFlag { id: FlagId(3) }.run(&mut flags, &context_of("u", []))
    }

    #[test]
    fn the_one_with_this_id_is_shown_or_not_found() {
        assert_eq!(get(Some(flag("beta"))).unwrap(), flag("beta"));
        assert!(matches!(get(None), Err(Error::NotFound(_))));
    }
}
