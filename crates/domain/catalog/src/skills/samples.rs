//! Skills for tests.

use aedile_kernel::mock::NOW;
use aedile_kernel::{Timestamp, UserId};

use super::model::{CURRENCY, NewSkill, Rating, Seller, Skill, SkillCategory, Source};
use crate::id::{CategoryId, SkillId};

pub(super) fn seller() -> UserId {
    UserId::parse("user_seller").unwrap()
}

pub(super) fn category() -> SkillCategory {
    SkillCategory { id: CategoryId(3), name: "Documents".into(), sample_keywords: "pdf, text".into() }
}

/// A free skill of `user_seller`, number 7.
pub(super) fn skill(slug: &str) -> Skill {
    let made = Timestamp::from_micros(NOW).plus_seconds(-60);
    Skill {
        id: SkillId(7),
        slug: slug.into(),
        name: "PDF Reader".into(),
        description: "Reads PDFs.".into(),
        category: "documents".into(),
        price_cents: 0,
        currency: CURRENCY.into(),
        version: Some("1.0.0".into()),
        seller: Some(Seller { slug: "ada".into(), display_name: "Ada".into() }),
        seller_id: Some(seller()),
        rating: Rating::default(),
        downloads: 0,
        source: Source::Native,
        created_at: made,
        updated_at: made,
    }
}

/// What a store does with a new skill.
pub(super) fn stored(new: &NewSkill) -> Skill {
    Skill {
        slug: new.slug.clone(),
        name: new.name.clone(),
        description: new.description.clone(),
        price_cents: new.price_cents,
        version: new.version.clone(),
        seller: new.seller_id.as_ref().map(|_| Seller { slug: "ada".into(), display_name: "Ada".into() }),
        seller_id: new.seller_id.clone(),
        source: if new.origin.is_some() { Source::External } else { Source::Native },
        created_at: new.created_at,
        updated_at: new.created_at,
        ..skill("")
    }
}
