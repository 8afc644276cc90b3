//! Checks of what an override asks for.

use aedile_kernel::{Error, Result, text};

use super::Endpoints;

const MAX_SCOPES: usize = 32;

/// Refuses a tier that does not exist; one that does can't go before the transaction ends.
pub(super) fn tier(endpoints: &mut dyn Endpoints, name: Option<&str>) -> Result<Option<String>> {
    let Some(name) = name else { return Ok(None) };
    let name = text::identifier("required_tier", name)?;
    if endpoints.hold_tier(&name)? {
        Ok(Some(name))
    } else {
        Err(Error::invalid("required_tier", format!("there is no tier {name}")))
    }
}

/// Refuses scopes that do not exist, and drops repetitions; an empty list is none. Those that exist can't go before the
/// transaction ends.
pub(super) fn scopes(endpoints: &mut dyn Endpoints, names: Option<&[String]>) -> Result<Option<Vec<String>>> {
    let Some(names) = names.filter(|names| !names.is_empty()) else { return Ok(None) };
    if names.len() > MAX_SCOPES {
        return Err(Error::invalid("required_scopes", "must have at most 32 scopes"));
    }
    let mut wanted: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        let name = text::identifier("required_scopes", name)?;
        if !wanted.contains(&name) {
            wanted.push(name);
        }
    }
    let known = endpoints.hold_scopes(&wanted)?;
    match wanted.iter().find(|name| !known.contains(name)) {
        Some(unknown) => Err(Error::invalid("required_scopes", format!("there is no scope {unknown}"))),
        None => Ok(Some(wanted)),
    }
}

/// An override that lets everybody pass and asks for something contradicts itself.
pub(super) fn agree(is_public: bool, tier: Option<&str>, scopes: Option<&[String]>) -> Result<()> {
    if is_public && (tier.is_some() || scopes.is_some_and(|scopes| !scopes.is_empty())) {
        return Err(Error::invalid("is_public", "a public endpoint can't require a tier or scopes; clear them first"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::MockEndpoints;
    use super::*;

    fn named(names: &[&str]) -> Vec<String> {
        names.iter().copied().map(str::to_owned).collect()
    }

    #[test]
    fn repeated_scopes_count_once_and_no_scopes_are_none() {
        let mut endpoints = MockEndpoints::new();
        endpoints.expect_hold_scopes().once().returning(|names| Ok(names.to_vec()));
        let found = scopes(&mut endpoints, Some(&named(&["rules", "compile", "rules"]))).unwrap();
        assert_eq!(found, Some(named(&["rules", "compile"])));
        assert_eq!(scopes(&mut endpoints, Some(&[])).unwrap(), None);
        assert_eq!(scopes(&mut endpoints, None).unwrap(), None);
    }

    #[test]
    fn unknown_or_malformed_names_are_invalid() {
        let mut endpoints = MockEndpoints::new();
        endpoints.expect_hold_scopes().returning(|_| Ok(named(&["rules"])));
        endpoints.expect_hold_tier().returning(|_| Ok(false));
        assert!(scopes(&mut endpoints, Some(&named(&["rules", "nope"]))).is_err());
        assert!(scopes(&mut endpoints, Some(&named(&["a\0b"]))).is_err());
        assert!(scopes(&mut endpoints, Some(&vec!["rules".to_owned(); 33])).is_err());
        assert!(tier(&mut endpoints, Some("gold")).is_err());
        assert!(tier(&mut endpoints, Some("a b")).is_err());
        assert_eq!(tier(&mut endpoints, None).unwrap(), None);
    }
}
