//! Checks of what is said of a skill.

use aedile_kernel::{Error, Result, text};

use super::model::SkillCategory;
use super::port::Skills;
use crate::slug;

/// The least that a skill may cost when it is not free: less would go to the payment provider.
const LEAST_PRICE: i64 = 50;
/// The most that a skill may cost.
const GREATEST_PRICE: i64 = 100_000_000;

pub(super) fn name(name: &str) -> Result<String> {
    text::line("name", name, 120)
}

pub(super) fn description(description: &str) -> Result<String> {
    text::paragraphs("description", description, 4_000)
}

pub(super) fn price(cents: i64) -> Result<i64> {
    if cents == 0 || (LEAST_PRICE..=GREATEST_PRICE).contains(&cents) {
        Ok(cents)
    } else {
        Err(Error::invalid("price_cents", "must be 0 for a free skill, or between 50 and 100000000"))
    }
}

/// The category, which stays until the transaction ends.
pub(super) fn category(skills: &mut dyn Skills, slug: &str) -> Result<SkillCategory> {
    let known = match slug::parse("category", slug) {
        Ok(slug) => skills.hold_category(&slug)?,
        Err(_) => None,
    };
    known.ok_or_else(|| Error::invalid("category", "must be the slug of a category; GET /v1/categories lists them"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_nothing_or_worth_taking() {
        for good in [0, 50, 999, 100_000_000] {
            assert_eq!(price(good).unwrap(), good);
        }
        for bad in [-1, 1, 49, 100_000_001, i64::MIN, i64::MAX] {
            assert!(price(bad).is_err(), "{bad}");
        }
    }
}
