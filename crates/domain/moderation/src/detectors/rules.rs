//! The rules themselves, which know nothing but figures.

use aedile_kernel::email;

/// So many within so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burst {
    /// From how many on it looks suspicious.
    pub count: u64,
    /// Within how many seconds.
    pub seconds: i64,
}

impl Burst {
    /// Whether so many within the time look suspicious.
    #[must_use]
    pub const fn is_reached_by(self, count: u64) -> bool {
        count >= self.count
    }
}

/// From when on detectors raise a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Purchases of one buyer from one seller.
    pub buyer_seller_burst: Burst,
    /// Refunds of one buyer.
    pub refund_burst: Burst,
    /// Reviews of one seller's skills.
    pub review_burst: Burst,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            buyer_seller_burst: Burst { count: 5, seconds: 10 * MINUTE },
            refund_burst: Burst { count: 3, seconds: 24 * HOUR },
            review_burst: Burst { count: 10, seconds: HOUR },
        }
    }
}

/// Whether buyer and seller seem to be one person: their e-mail addresses are the same once tags after `+` are dropped
/// (RFC 5233) and case is ignored.
#[must_use]
pub fn is_self_purchase(buyer_email: &str, seller_email: &str) -> bool {
    let (buyer, seller) = (untagged(buyer_email), untagged(seller_email));
    buyer.is_some() && buyer == seller
}

fn untagged(email: &str) -> Option<(String, String)> {
    let address = email::comparable(email)?;
    let (local, domain) = address.rsplit_once('@')?;
    let local = local.split('+').next().filter(|local| !local.is_empty())?;
    Some((local.to_owned(), domain.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_begins_with_its_last_one() {
        let burst = Thresholds::default().buyer_seller_burst;
        assert!(!burst.is_reached_by(4) && burst.is_reached_by(5) && burst.is_reached_by(6));
    }

    #[test]
    fn one_person_behind_two_addresses_is_seen() {
        for (buyer, seller) in [
            ("ada@example.com", "ada@example.com"),
            ("Ada+buys@Example.com", "ada@example.COM"),
            ("a+1@b.c", "a+2@b.c"),
        ] {
            assert!(is_self_purchase(buyer, seller), "{buyer} {seller}");
        }
        for (buyer, seller) in
            [("ada@example.com", "bob@example.com"), ("ada@a.example", "ada@b.example"), ("", ""), ("+x@b.c", "+y@b.c")]
        {
            assert!(!is_self_purchase(buyer, seller), "{buyer} {seller}");
        }
    }
}
