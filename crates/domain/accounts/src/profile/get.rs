//! Shows one's own profile.

use aedile_kernel::{Admits, Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Profile;
use super::own;
use super::port::Profiles;

/// Shows the caller's own profile, to an account on hold too.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetProfile {}

impl Operation for GetProfile {
    const NAME: &'static str = "profile.get";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const HAS_OWN_FORM: bool = true;
    const RESOURCE: &'static str = "user";
    const ADMITS: Admits = Admits::Held;
    type Repository = dyn Profiles;
    type Output = Profile;
}

impl Query for GetProfile {
    fn run(&self, profiles: &mut Self::Repository, cx: &Context) -> Result<Profile> {
        profiles.find(own(cx)?)?.ok_or_else(|| Error::not_found("User"))
    }
}
