//! `skill.download`

use aedile_kernel::{Authority, Context, Credential, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Package;
use super::port::{Downloads, Offer};
use crate::SkillId;

/// Finds the package of a skill, for whoever may have it: everybody when the skill is free, else its owners.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DownloadSkill {
    /// The skill's slug.
    pub slug: String,
    /// Which version; the current one when none is named.
    #[serde(default)]
    pub version: Option<String>,
}

/// A package that the caller may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Download {
    /// Which skill.
    pub skill_id: SkillId,
    /// The skill's slug.
    pub slug: String,
    /// Which version.
    pub version: String,
    /// Whether everybody may have it.
    pub is_free: bool,
    /// The package.
    pub package: Package,
}

impl Operation for DownloadSkill {
    const NAME: &'static str = "skill.download";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "skill";
    type Repository = dyn Downloads;
    type Output = Download;

    fn resource_id(&self) -> Option<String> {
        Some(self.slug.clone())
    }
}

impl Query for DownloadSkill {
    fn run(&self, downloads: &mut Self::Repository, cx: &Context) -> Result<Download> {
        let offer = downloads.find_offer(&self.slug)?.ok_or_else(|| Error::not_found("Skill"))?;
        let is_owner = is_owner(downloads, &offer, cx)?;
        if !offer.is_active && !is_owner {
            return Err(Error::not_found("Skill"));
        }
        let Some(current) = &offer.version else {
            return Err(Error::not_found("This skill is kept in another registry and has no package here: package"));
        };
        let is_free = offer.price_cents == 0;
        if !is_free && !is_owner {
            return Err(if matches!(cx.caller.credential, Credential::Anonymous) {
                Error::unauthenticated("this skill is not free: sign in to download what you bought")
            } else {
                Error::PaymentRequired("this skill is not free: buy it before you download it".into())
            });
        }
        let version = self.version.as_ref().unwrap_or(current).clone();
        let package = downloads.find_package(offer.skill_id, &version)?.ok_or_else(|| Error::not_found("Version"))?;
        Ok(Download { skill_id: offer.skill_id, slug: self.slug.clone(), version, is_free, package })
    }
}

/// Whether the caller sells the skill or holds a licence of it.
fn is_owner(downloads: &mut dyn Downloads, offer: &Offer, cx: &Context) -> Result<bool> {
    let Some(user) = &cx.caller.user_id else { return Ok(false) };
    let is_seller = offer.seller_id.as_ref() == Some(user);
    if is_seller || (offer.is_active && offer.price_cents == 0) {
        return Ok(is_seller);
    }
    downloads.owns(user, offer.skill_id)
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{context, context_of};
    use aedile_kernel::{Caller, UserId};

    use super::*;
    use crate::packages::port::MockDownloads;

    const FREE: i64 = 0;
    const PAID: i64 = 900;

    fn offer(price_cents: i64) -> Offer {
        Offer {
            skill_id: SkillId(7),
            seller_id: Some(UserId::parse("user_seller").unwrap()),
            price_cents,
            is_active: true,
            version: Some("2.0.0".into()),
        }
    }

    fn package() -> Package {
        Package { artifact: "packages/ab.zip".into(), sha256: "ab".into(), size_bytes: 3, entries: 1 }
    }

    fn asked(offer: Option<Offer>, licence_of: &'static str, version: Option<&str>, cx: &Context) -> Result<Download> {
        let mut downloads = MockDownloads::new();
        downloads.expect_find_offer().withf(|slug| slug == "tool").return_once(move |_| Ok(offer));
        downloads.expect_owns().returning(move |user, _| Ok(user.as_str() == licence_of));
        downloads.expect_find_package().returning(|_, version| Ok(["1.0.0", "2.0.0"].contains(&version).then(package)));
        DownloadSkill { slug: "tool".into(), version: version.map(str::to_owned) }.run(&mut downloads, cx)
    }

    #[test]
    fn a_free_skill_is_for_everybody() {
        for cx in [context(Caller::anonymous()), context_of("user_reader", [])] {
            let download = asked(Some(offer(FREE)), "", None, &cx).unwrap();
            assert_eq!((download.version.as_str(), download.is_free), ("2.0.0", true));
            assert_eq!(asked(Some(offer(FREE)), "", Some("1.0.0"), &cx).unwrap().version, "1.0.0");
        }
    }

    #[test]
    fn a_paid_skill_is_for_who_sells_or_bought_it() {
        let anonymous = asked(Some(offer(PAID)), "user_buyer", None, &context(Caller::anonymous()));
        assert!(matches!(anonymous, Err(Error::Unauthenticated(_))), "{anonymous:?}");
        let reader = asked(Some(offer(PAID)), "user_buyer", None, &context_of("user_reader", Permission::ALL.to_vec()));
        assert!(matches!(reader, Err(Error::PaymentRequired(_))), "{reader:?}");
        for owner in ["user_seller", "user_buyer"] {
            let download = asked(Some(offer(PAID)), "user_buyer", None, &context_of(owner, [])).unwrap();
            assert!(!download.is_free, "{owner}");
        }
    }

    #[test]
    fn what_is_not_paid_for_does_not_tell_its_versions() {
        let reader = asked(Some(offer(PAID)), "", Some("9.9.9"), &context_of("user_reader", []));
        assert!(matches!(reader, Err(Error::PaymentRequired(_))), "{reader:?}");
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let cx = context_of("user_reader", []);
        let hidden = Offer { is_active: false, ..offer(FREE) };
        let elsewhere = Offer { version: None, seller_id: None, ..offer(FREE) };
        for (offer, version) in
            [(None, None), (Some(offer(FREE)), Some("9.9.9")), (Some(hidden), None), (Some(elsewhere), None)]
        {
            let result = asked(offer.clone(), "", version, &cx);
            assert!(matches!(result, Err(Error::NotFound(_))), "{offer:?} {version:?}: {result:?}");
        }
    }

    #[test]
    fn who_owns_a_hidden_skill_still_gets_it() {
        for (owner, price) in [("user_seller", FREE), ("user_buyer", PAID)] {
            let hidden = Offer { is_active: false, ..offer(price) };
            assert!(asked(Some(hidden), "user_buyer", None, &context_of(owner, [])).is_ok(), "{owner}");
        }
    }
}
