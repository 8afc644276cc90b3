//! `installation.record`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{InstalledSkill, NewInstallation, Recorded};
use super::port::Installations;
use crate::id::InstallationId;
use crate::skills::Source;

/// The `source` of packages that came from another registry.
const EXTERNAL: &str = "external";

/// Reports that a skill was installed. Who does so may review it. Reports without a sign-in count for skills that are
/// published here; those of external ones are passed over.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordInstallation {
    /// The skill's slug.
    pub skill_slug: String,
    /// Which version: at most 64 characters.
    #[serde(default)]
    pub version: Option<String>,
    /// Where the package came from, such as `marketplace` or `external`: at most 64 characters.
    #[serde(default)]
    pub source: Option<String>,
    /// What installed it, such as `cli/1.4.0`: at most 64 characters.
    #[serde(default)]
    pub client: Option<String>,
}

impl Operation for RecordInstallation {
    const NAME: &'static str = "installation.record";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Installations;
    type Output = Recorded;

    fn resource_id(&self) -> Option<String> {
        Some(self.skill_slug.clone())
    }
}

impl Command for RecordInstallation {
    fn run(&self, installations: &mut Self::Repository, cx: &Context) -> Result<Change<Recorded>> {
        let optional =
            |field, value: &Option<String>| value.as_deref().map(|value| text::line(field, value, 64)).transpose();
        let (version, client) = (optional("version", &self.version)?, optional("client", &self.client)?);
        let source = optional("source", &self.source)?;
        let skill = installations.find_skill(&self.skill_slug)?.ok_or_else(|| Error::not_found("Skill"))?;
        let is_external = skill.source == Source::External || source.as_deref() == Some(EXTERNAL);
        let Some(user_id) = cx.caller.user_id.clone() else {
            return if is_external {
                Ok(self.anonymous(false))
            } else {
                self.count_anonymous(installations, &skill, cx)
            };
        };
        may_install(installations, &skill, cx)?;
        let installation = NewInstallation { skill_id: skill.id, user_id, version, source, client };
        if let Some(known) = installations.find(&installation)? {
            return Ok(Change::none().returning(self.recorded(known)));
        }
        let id = installations.insert(&installation, cx.now)?;
        Ok(Change::of(Self::RESOURCE, id).after(&installation).returning(self.recorded(id)))
    }
}

impl RecordInstallation {
    /// Counts, and keeps no record: anybody may report, as often as the rate limit lets them.
    fn count_anonymous(
        &self,
        installations: &mut dyn Installations,
        skill: &InstalledSkill,
        cx: &Context,
    ) -> Result<Change<Recorded>> {
        may_install(installations, skill, cx)?;
        installations.count_anonymous(skill.id)?;
        Ok(self.anonymous(true))
    }

    fn anonymous(&self, is_counted: bool) -> Change<Recorded> {
        Change::none().returning(Recorded { id: None, is_counted, skill_slug: self.skill_slug.clone() })
    }

    fn recorded(&self, id: InstallationId) -> Recorded {
        Recorded { id: Some(id), is_counted: true, skill_slug: self.skill_slug.clone() }
    }
}

/// A skill with a price is installed by those who may download it.
fn may_install(installations: &mut dyn Installations, skill: &InstalledSkill, cx: &Context) -> Result<()> {
    if skill.price_cents == 0 {
        return Ok(());
    }
    let Some(user) = &cx.caller.user_id else {
        return Err(Error::unauthenticated("this skill is not free: sign in to report its installation"));
    };
    if skill.seller_id.as_ref() == Some(user) || installations.owns(user, skill.id)? {
        Ok(())
    } else {
        Err(Error::PaymentRequired("this skill is not free: buy it before you install it".into()))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Caller;
    use aedile_kernel::mock::{context, context_of};

    use super::super::port::MockInstallations;
    use super::*;
    use crate::id::SkillId;

    fn report(skill: InstalledSkill, by: Option<&str>, known: bool, source: Option<&str>) -> Result<Change<Recorded>> {
        let mut installations = MockInstallations::new();
        installations.expect_find_skill().return_once(move |_| Ok(Some(skill)));
        installations.expect_owns().returning(|user, _| Ok(user.as_str() == "user_buyer"));
        installations.expect_find().returning(move |_| Ok(known.then_some(InstallationId(3))));
        installations.expect_count_anonymous().returning(|_| Ok(()));
        installations.expect_insert().returning(|_, _| Ok(InstallationId(4)));
        let report = RecordInstallation {
            skill_slug: "hello".into(),
            version: Some("1.0.0".into()),
            source: source.map(str::to_owned),
            client: None,
        };
        let cx = by.map_or_else(|| context(Caller::anonymous()), |user| context_of(user, []));
        report.run(&mut installations, &cx)
    }

    fn skill(source: Source, price_cents: i64) -> InstalledSkill {
        InstalledSkill { id: SkillId(7), source, price_cents, seller_id: None }
    }

    #[test]
    fn who_signed_in_is_counted_once() {
        let change = report(skill(Source::External, 0), Some("user_a"), false, None).unwrap();
        assert_eq!((change.output().id, change.records().len()), (Some(InstallationId(4)), 1));
        let again = report(skill(Source::Native, 0), Some("user_a"), true, None).unwrap();
        assert_eq!((again.output().id, again.records().len()), (Some(InstallationId(3)), 0));
    }

    #[test]
    fn without_a_sign_in_only_what_is_published_here_counts() {
        let counted = |source, said| report(skill(source, 0), None, false, said).unwrap().output().is_counted;
        assert!(counted(Source::Native, None) && counted(Source::Native, Some("marketplace")));
        assert!(!counted(Source::External, None) && !counted(Source::Native, Some("external")));
        let change = report(skill(Source::Native, 0), None, false, None).unwrap();
        assert_eq!((change.output().id, change.records().len()), (None, 0), "it leaves nothing but the count");
    }

    #[test]
    fn what_has_a_price_is_installed_by_buyers() {
        let paid = || skill(Source::Native, 900);
        assert!(report(paid(), Some("user_buyer"), false, None).is_ok());
        assert!(matches!(report(paid(), Some("user_a"), false, None), Err(Error::PaymentRequired(_))));
        assert!(matches!(report(paid(), None, false, None), Err(Error::Unauthenticated(_))));
    }
}
