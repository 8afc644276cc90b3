//! A skill as everybody sees it.

use aedile_catalog::skills::{Rating, Seller, Skill, Source};
use aedile_kernel::{InstallationKey, Page};
use schemars::JsonSchema;
use serde::Serialize;

use crate::families::fields::Fields;
use crate::families::times::Zoned;
use crate::openapi::{Shape, list};

/// A skill as everybody sees it.
#[derive(Serialize, JsonSchema)]
pub(in crate::families) struct SkillBody {
    slug: String,
    name: String,
    description: String,
    category: String,
    price_cents: i64,
    currency: String,
    version: Option<String>,
    seller: Option<Seller>,
    rating: Option<f64>,
    downloads: i64,
    source: Source,
    created_at: Zoned,
    updated_at: Zoned,
}

impl From<Skill> for SkillBody {
    fn from(skill: Skill) -> Self {
        Self {
            slug: skill.slug,
            name: skill.name,
            description: skill.description,
            category: skill.category,
            price_cents: skill.price_cents,
            currency: skill.currency,
            version: skill.version,
            seller: skill.seller,
            rating: average(skill.rating),
            downloads: skill.downloads,
            source: skill.source,
            created_at: skill.created_at.into(),
            updated_at: skill.updated_at.into(),
        }
    }
}

/// The average with at most two decimals; `None` when nobody has rated.
pub(in crate::families) fn average(rating: Rating) -> Option<f64> {
    rating.average_hundredths().map(|hundredths| f64::from(hundredths) / 100.0)
}

/// What [`skills`] writes.
pub(in crate::families) fn listed() -> Shape {
    list::<SkillBody>("skills").with::<Option<String>>("next_cursor")
}

/// `{"skills": […], "next_cursor"}`; they are not counted.
pub(in crate::families) fn skills(page: Page<Skill>, key: &InstallationKey) -> Fields {
    let next = page.next.map(|cursor| key.seal(&cursor));
    Fields::list::<Skill, SkillBody>("skills", page.items).with("next_cursor", next)
}

#[cfg(test)]
mod tests {
    use aedile_catalog::SkillId;
    use aedile_kernel::{Timestamp, UserId};
    use serde_json::{json, to_value};

    use super::*;

    #[test]
    fn the_body_is_the_documented_one() {
        let at = |text| Timestamp::parse("t", text).unwrap();
        let skill = Skill {
            id: SkillId(1),
            slug: "hello-world".into(),
            name: "Hello, World".into(),
            description: "Greets.".into(),
            category: "developer-tools".into(),
            price_cents: 999,
            currency: "usd".into(),
            version: Some("1.0.0".into()),
            seller: Some(Seller { slug: "ada-lovelace".into(), display_name: "Ada Lovelace".into() }),
            seller_id: Some(UserId::parse("user_seller").unwrap()),
            rating: Rating { sum: 14, count: 3 },
            downloads: 7,
            source: Source::Native,
            created_at: at("2026-01-15T10:30:00Z"),
            updated_at: at("2026-01-16T10:30:00Z"),
        };
        assert_eq!(
            to_value(SkillBody::from(skill)).unwrap(),
            json!({
                "slug": "hello-world", "name": "Hello, World", "description": "Greets.", "category": "developer-tools",
                "price_cents": 999, "currency": "usd", "version": "1.0.0",
                "seller": {"slug": "ada-lovelace", "display_name": "Ada Lovelace"}, "rating": 4.67, "downloads": 7,
                "source": "native", "created_at": "2026-01-15T10:30:00Z", "updated_at": "2026-01-16T10:30:00Z",
            })
        );
    }

    #[test]
    fn an_average_has_at_most_two_decimals() {
        let text = |sum, count| to_value(average(Rating { sum, count })).unwrap().to_string();
        assert_eq!([text(0, 0), text(9, 2), text(5, 1), text(10, 3)], ["null", "4.5", "5.0", "3.33"]);
    }
}
