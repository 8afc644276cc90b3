//! What lists and searches of skills are narrowed by.

use aedile_kernel::{Error, PageRequest, Result};

use crate::slug;

/// What lists and searches of skills are narrowed by; everything passes when nothing is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SkillFilter {
    /// Only those of the category of this slug; none when there is no such category.
    pub category: Option<String>,
    /// Only those of the seller of this slug; none when there is no such seller.
    pub seller: Option<String>,
    /// Only those that cost so much or more.
    pub min_price_cents: Option<i64>,
    /// Only those that cost so much or less.
    pub max_price_cents: Option<i64>,
}

impl SkillFilter {
    /// The filter, once it makes sense.
    pub(super) fn checked(self) -> Result<Self> {
        self.category.as_deref().map(|category| slug::parse("category", category)).transpose()?;
        self.seller.as_deref().map(|seller| slug::parse("seller", seller)).transpose()?;
        for (field, price) in [("min_price_cents", self.min_price_cents), ("max_price_cents", self.max_price_cents)] {
            if price.is_some_and(|price| price < 0) {
                return Err(Error::invalid(field, "must be 0 or more"));
            }
        }
        match (self.min_price_cents, self.max_price_cents) {
            (Some(min), Some(max)) if min > max => {
                Err(Error::invalid("max_price_cents", "must be min_price_cents or more"))
            }
            _ => Ok(self),
        }
    }
}

/// A page whose size is within bounds, whichever entry point it came through.
pub(super) fn bounded(page: &PageRequest) -> Result<&PageRequest> {
    if (1..=PageRequest::MAX_LIMIT).contains(&page.limit) {
        Ok(page)
    } else {
        Err(Error::invalid("limit", "must be between 1 and 100"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_makes_sense_or_is_refused() {
        let named = |category: &str, seller: &str| SkillFilter {
            category: Some(category.into()),
            seller: Some(seller.into()),
            ..SkillFilter::default()
        };
        assert!(named("developer-tools", "ada-lovelace").checked().is_ok());
        for bad in ["", "Developer Tools", "a'--", "a\0b", "%"] {
            assert!(named(bad, "ada").checked().is_err() && named("a", bad).checked().is_err(), "{bad:?}");
        }
        let priced = |min, max| SkillFilter { min_price_cents: min, max_price_cents: max, ..SkillFilter::default() };
        for (min, max) in [(None, None), (Some(0), Some(0)), (Some(5), None), (None, Some(i64::MAX))] {
            assert!(priced(min, max).checked().is_ok(), "{min:?} {max:?}");
        }
        for (min, max) in [(Some(-1), None), (None, Some(-1)), (Some(2), Some(1))] {
            assert!(priced(min, max).checked().is_err(), "{min:?} {max:?}");
        }
    }
}
