//! `skill.import`

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, Together, email, text,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fields;
use super::index::IndexEntry;
use super::model::{NewSkill, Origin, Skill};
use super::port::Skills;
use crate::slug;

/// Imports a skill from another registry into the catalog. It has no package, no price and no owner here until somebody's
/// claim to it is approved.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportSkill {
    /// The registry's name: 1 to 64 letters, digits, `-`, `_` or `.`.
    pub registry: String,
    /// What the registry calls the skill, at most 200 characters; each name is imported once.
    pub external_id: String,
    /// One line of at most 120 characters.
    pub name: String,
    /// At most 4,000 characters, in several lines.
    #[schemars(extend("x-multiline" = true))]
    pub description: String,
    /// Slug of the category.
    pub category: String,
    /// Slug of the skill; made from the name when omitted.
    #[serde(default)]
    pub slug: Option<String>,
    /// The e-mail address of the skill's owner in the registry. A seller who has it verified gets the skill at once when
    /// they claim it.
    #[serde(default)]
    pub owner_email: Option<String>,
}

impl Operation for ImportSkill {
    const NAME: &'static str = "skill.import";
    const PERMISSION: Permission = Permission::CatalogWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Skills;
    type Output = Skill;

    fn resource_id(&self) -> Option<String> {
        slug::chosen("skill", self.slug.as_deref(), &self.name).ok()
    }
}

impl Command for ImportSkill {
    fn run(&self, skills: &mut Self::Repository, cx: &Context) -> Result<Change<Skill>> {
        let (origin, name, description, slug, category) = (
            self.origin(),
            fields::name(&self.name),
            fields::description(&self.description),
            slug::chosen("skill", self.slug.as_deref(), &self.name),
            fields::category(skills, &self.category),
        )
            .together()?;
        if let Some(known) = skills.find_imported(&origin.registry, &origin.external_id)? {
            return Err(Error::conflict(format!("this skill of the registry was imported before, as {known}")));
        }
        let index = IndexEntry::of(&name, &slug, &description, &category);
        let new = NewSkill {
            slug,
            name,
            description,
            category: category.id,
            price_cents: 0,
            version: None,
            seller_id: None,
            origin: Some(origin.clone()),
            created_at: cx.now,
        };
        let skill = skills.insert_skill(&new, &index)?;
        let imported = Imported { skill: &skill, origin: &origin };
        Ok(Change::of(Self::RESOURCE, &skill.slug).after(&imported).returning(skill))
    }
}

/// What the audit log keeps.
#[derive(Serialize)]
struct Imported<'a> {
    #[serde(flatten)]
    skill: &'a Skill,
    #[serde(flatten)]
    origin: &'a Origin,
}

impl ImportSkill {
    fn origin(&self) -> Result<Origin> {
        let owner_email = self.owner_email.as_deref().map(|owner| email::canonical("owner_email", owner));
        Ok(Origin {
            registry: text::identifier("registry", &self.registry)?,
            external_id: text::line("external_id", &self.external_id, 200)?,
            owner_email: owner_email.transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use serde_json::{Value, json};

    use super::super::model::Source;
    use super::super::port::MockSkills;
    use super::super::samples::{category, stored};
    use super::*;

    fn input() -> Value {
        json!({
            "registry": "skills.example", "external_id": "acme/pdf", "name": "PDF Reader", "description": "Reads PDFs.",
            "category": "documents", "owner_email": " Owner@Example.com ",
        })
    }

    fn with(name: &str, value: Value) -> Value {
        let mut input = input();
        input[name] = value;
        input
    }

    fn import(input: Value, known: Option<&str>) -> Result<Change<Skill>> {
        let known = known.map(str::to_owned);
        let mut skills = MockSkills::new();
        skills.expect_hold_category().returning(|slug| Ok((slug == "documents").then(category)));
        skills.expect_find_imported().returning(move |_, _| Ok(known.clone()));
        skills.expect_insert_skill().returning(|new, _| Ok(stored(new)));
        let command: ImportSkill = serde_json::from_value(input).unwrap();
        command.run(&mut skills, &context_of("user_admin", [Permission::CatalogWrite]))
    }

    #[test]
    fn an_external_skill_has_neither_owner_nor_price_nor_version() {
        let change = import(input(), None).unwrap();
        let skill = change.output();
        assert_eq!((skill.slug.as_str(), skill.source), ("pdf-reader", Source::External));
        assert_eq!((&skill.seller_id, &skill.version, skill.price_cents), (&None, &None, 0));
        let row = change.records()[0].new_values.clone().unwrap();
        assert_eq!((&row["registry"], &row["external_id"]), (&json!("skills.example"), &json!("acme/pdf")));
        assert_eq!(row["owner_email"], "owner@example.com");
        assert_eq!(change.records()[0].resource_id, "pdf-reader");
    }

    #[test]
    fn a_slug_may_be_chosen() {
        assert_eq!(import(with("slug", json!("acme-pdf")), None).unwrap().output().slug, "acme-pdf");
    }

    #[test]
    fn the_same_is_imported_once() {
        let refused = import(input(), Some("pdf"));
        assert!(matches!(refused, Err(Error::Conflict(sentence)) if sentence.contains("as pdf")));
    }

    #[test]
    fn bad_values_are_refused() {
        for (name, value) in [
            ("registry", json!("a b")),
            ("registry", json!("")),
            ("external_id", json!(" ")),
            ("external_id", json!("x".repeat(201))),
            ("name", json!("two\nlines")),
            ("name", json!("x".repeat(121))),
            ("description", json!("")),
            ("description", json!("x".repeat(4_001))),
            ("category", json!("nowhere")),
            ("category", json!("No Slug")),
            ("slug", json!("No Slug")),
            ("owner_email", json!("nobody")),
            ("owner_email", json!("a b@example.com")),
        ] {
            assert!(matches!(import(with(name, value.clone()), None), Err(Error::Invalid(_))), "{name}: {value}");
        }
    }

    #[test]
    fn c_28_what_the_server_decides_is_not_taken() {
        for field in ["seller_id", "price_cents", "version", "source", "is_active", "package"] {
            assert!(serde_json::from_value::<ImportSkill>(with(field, json!(1))).is_err(), "{field}");
        }
    }
}
