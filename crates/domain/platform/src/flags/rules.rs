//! What is true of every flag, however it came to be.

use std::collections::HashSet;

use aedile_kernel::{Error, Result, UserId, text};

use super::model::FlagId;
use super::port::Flags;
use crate::input::optional_paragraphs;

const MAX_TIERS: usize = 50;
const MAX_USERS: usize = 1_000;
const MAX_DESCRIPTION: usize = 1_000;

pub(super) fn name(flag_name: &str) -> Result<String> {
    text::identifier("flag_name", flag_name)
}

pub(super) fn description(description: Option<&str>) -> Result<Option<String>> {
    optional_paragraphs("description", description, MAX_DESCRIPTION)
}

/// The users without repetition, each of them possible.
pub(super) fn users(users: &[String]) -> Result<Vec<String>> {
    if users.len() > MAX_USERS {
        return Err(Error::invalid("target_users", format!("must have at most {MAX_USERS} entries")));
    }
    if users.iter().any(|id| UserId::parse(id).is_err()) {
        return Err(Error::invalid("target_users", "each entry must be 1 to 128 visible ASCII characters"));
    }
    Ok(distinct(users))
}

/// The tiers without repetition, each of them there.
pub(super) fn tiers(tiers: &[String], flags: &mut dyn Flags) -> Result<Vec<String>> {
    if tiers.len() > MAX_TIERS {
        return Err(Error::invalid("target_tiers", format!("must have at most {MAX_TIERS} entries")));
    }
    for tier in tiers {
        text::identifier("target_tiers", tier)?;
    }
    let tiers = distinct(tiers);
    if tiers.is_empty() {
        return Ok(tiers);
    }
    let known = flags.known_tiers()?;
    match tiers.iter().find(|tier| !known.contains(tier)) {
        Some(unknown) => Err(Error::invalid("target_tiers", format!("there is no tier {unknown}"))),
        None => Ok(tiers),
    }
}

/// Refuses a name that another flag than `own` has.
pub(super) fn free_name(flag_name: &str, own: Option<FlagId>, flags: &mut dyn Flags) -> Result<()> {
    match flags.find_by_name(flag_name)? {
        Some(holder) if Some(holder) != own => Err(taken(flag_name)),
        _ => Ok(()),
    }
}

fn taken(flag_name: &str) -> Error {
    Error::conflict(format!("a flag named {flag_name} exists already"))
}

fn distinct(entries: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    entries.iter().filter(|entry| seen.insert(entry.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::port::MockFlags;
    use super::*;

    fn some(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("t{n}")).collect()
    }

    #[test]
    fn users_are_possible_bounded_and_distinct() {
        assert_eq!(users(&["b".into(), "a".into(), "b".into()]).unwrap(), ["b", "a"]);
        assert_eq!(users(&some(1_000)).unwrap().len(), 1_000);
        assert!(users(&some(1_001)).is_err());
        for bad in ["", "a b", "ä", "a\0", &"x".repeat(129)] {
            assert!(users(&[bad.into()]).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn tiers_exist_and_are_bounded_and_distinct() {
        let mut flags = MockFlags::new();
        flags.expect_known_tiers().returning(|| Ok(some(51)));
        assert_eq!(tiers(&["t1".into(), "t0".into(), "t1".into()], &mut flags).unwrap(), ["t1", "t0"]);
        assert!(tiers(&some(50), &mut flags).is_ok());
        assert!(tiers(&some(51), &mut flags).is_err());
        for bad in ["T1", "gold", "", "a b"] {
            assert!(matches!(tiers(&[bad.into()], &mut flags), Err(Error::Invalid(_))), "{bad:?}");
        }
    }

    #[test]
    fn no_tiers_need_no_look() {
        assert!(tiers(&[], &mut MockFlags::new()).unwrap().is_empty());
    }
}
