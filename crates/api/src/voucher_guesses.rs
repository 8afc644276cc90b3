//! A brake on guessing vouchers.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use aedile_kernel::{Error, Result, Timestamp, UserId};

/// How many wrong codes a user may try.
const WRONG: usize = 10;
/// Within how many seconds.
const WITHIN: i64 = 600;

/// The wrong codes of each user, as this instance has seen them.
#[derive(Default)]
pub(crate) struct VoucherGuesses(Mutex<HashMap<UserId, VecDeque<Timestamp>>>);

impl VoucherGuesses {
    /// Lets a try pass and counts it as wrong, both in one step, so that tries side by side can't outrun the count.
    pub(crate) fn attempt(&self, user: &UserId, now: Timestamp) -> Result<()> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, tries| {
            tries.retain(|at| at.plus_seconds(WITHIN) > now);
            !tries.is_empty()
        });
        let tries = all.entry(user.clone()).or_default();
        match tries.front() {
            Some(first) if tries.len() >= WRONG => {
                let wait = first.plus_seconds(WITHIN).as_seconds() - now.as_seconds();
                Err(Error::RateLimited { retry_after_seconds: u64::try_from(wait).unwrap_or(1).max(1) })
            }
            _ => {
                tries.push_back(now);
                Ok(())
            }
        }
    }

    /// Says that a try was no guess: there is such a voucher.
    pub(crate) fn was_no_guess(&self, user: &UserId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = all.get_mut(user) {
            tries.pop_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_wrong_code_in_ten_minutes_waits() {
        let (guesses, user) = (VoucherGuesses::default(), UserId::parse("user_a").unwrap());
        let at = |seconds: i64| Timestamp::from_seconds(1_000_000 + seconds);
        for second in 0..10 {
            guesses.attempt(&user, at(second)).unwrap();
        }
        let refused = guesses.attempt(&user, at(10));
        assert!(matches!(refused, Err(Error::RateLimited { retry_after_seconds: 590 })), "{refused:?}");
        guesses.attempt(&UserId::parse("user_b").unwrap(), at(10)).unwrap();
        guesses.attempt(&user, at(600)).unwrap();
        assert!(guesses.attempt(&user, at(600)).is_err());
    }

    #[test]
    fn right_codes_do_not_count() {
        let (guesses, user) = (VoucherGuesses::default(), UserId::parse("user_a").unwrap());
        for second in 0..100 {
            guesses.attempt(&user, Timestamp::from_seconds(second)).unwrap();
            guesses.was_no_guess(&user);
        }
    }
}
