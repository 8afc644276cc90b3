//! Changes one's own profile.

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, Prefill, Result, Topic, text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Profile;
use super::own;
use super::port::Profiles;
use crate::patch::nullable;

/// The most characters of a name.
const LONGEST_NAME: usize = 200;

/// Changes the caller's own profile; what is left out stays.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateProfile {
    /// The name, at most 200 characters; null takes it away.
    #[serde(default, deserialize_with = "nullable")]
    #[schemars(with = "Option<String>")]
    pub display_name: Option<Option<String>>,
    /// Whether marketing mail is welcome.
    #[serde(default)]
    pub marketing_opt_in: Option<bool>,
}

impl Operation for UpdateProfile {
    const NAME: &'static str = "profile.update";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const HAS_OWN_FORM: bool = true;
    const ADMITS_IMPERSONATOR: bool = true;
    const PREFILL: Option<Prefill> = Some(Prefill { query: "profile.get", key: None });
    const RESOURCE: &'static str = "user";
    type Repository = dyn Profiles;
    type Output = Profile;
}

impl Command for UpdateProfile {
    fn run(&self, profiles: &mut Self::Repository, cx: &Context) -> Result<Change<Profile>> {
        if self.display_name.is_none() && self.marketing_opt_in.is_none() {
            return Err(Error::invalid("body", "must hold display_name or marketing_opt_in"));
        }
        let id = own(cx)?;
        let before = profiles.lock(id)?.ok_or_else(|| Error::not_found("User"))?;
        let mut after = before.clone();
        if let Some(name) = &self.display_name {
            after.display_name =
                name.as_deref().map(|name| text::line("display_name", name, LONGEST_NAME)).transpose()?;
        }
        after.marketing_opt_in = self.marketing_opt_in.unwrap_or(before.marketing_opt_in);
        if after.marketing_opt_in != before.marketing_opt_in && cx.caller.impersonator.is_some() {
            return Err(Error::forbidden("only the user says whether marketing mail is welcome"));
        }
        if after != before {
            profiles.update(&after, cx.now)?;
        }
        Ok(Change::of(Self::RESOURCE, id).before(&before).after(&after).invalidate(Topic::Access).returning(after))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context, context_of};
    use aedile_kernel::{AccountStatus, Caller, Impersonator, Timestamp, UserId};

    use super::super::port::MockProfiles;
    use super::*;

    fn ada() -> Profile {
        Profile {
            id: UserId::parse("user_ada").unwrap(),
            email: None,
            email_verified: false,
            display_name: Some("Ada".into()),
            marketing_opt_in: false,
            is_admin: false,
            is_seller: false,
            seller_slug: None,
            status: AccountStatus::Active,
            deletion_requested_at: None,
            deletion_scheduled_for: None,
            created_at: Timestamp::from_micros(NOW),
        }
    }

    fn update(json: &str, writes: usize) -> Result<Change<Profile>> {
        update_as(&context_of("user_ada", []), json, writes)
    }

    fn update_as(cx: &Context, json: &str, writes: usize) -> Result<Change<Profile>> {
        let mut profiles = MockProfiles::new();
        profiles.expect_lock().return_once(|_| Ok(Some(ada())));
        profiles.expect_update().times(writes).returning(|_, _| Ok(()));
        let wish: UpdateProfile = serde_json::from_str(json).unwrap();
        wish.run(&mut profiles, cx)
    }

    #[test]
    fn an_admin_who_acts_as_the_user_agrees_to_nothing() {
        let impersonator = Impersonator { impersonation_id: 1, user_id: UserId::parse("user_bob").unwrap() };
        let ada = context_of("user_ada", []).caller;
        let cx = context(Caller { impersonator: Some(impersonator), ..ada });
        let refused = update_as(&cx, r#"{"marketing_opt_in":true}"#, 0);
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        assert!(update_as(&cx, r#"{"display_name":"Ada L.","marketing_opt_in":false}"#, 1).is_ok(), "as it was");
    }

    #[test]
    fn what_is_left_out_stays_and_null_takes_away() {
        let change = update(r#"{"marketing_opt_in":true}"#, 1).unwrap();
        assert_eq!(change.output(), &Profile { marketing_opt_in: true, ..ada() });
        let change = update(r#"{"display_name":null}"#, 1).unwrap();
        assert_eq!(change.output().display_name, None);
        assert!(update(r#"{"display_name":" Ada "}"#, 0).unwrap().records().is_empty(), "the same is no change");
    }

    #[test]
    fn nothing_or_nonsense_is_refused() {
        for bad in ["{}", r#"{"display_name":""}"#, r#"{"display_name":"a\u0007b"}"#] {
            assert!(matches!(update(bad, 0), Err(Error::Invalid(_))), "{bad}");
        }
    }
}
