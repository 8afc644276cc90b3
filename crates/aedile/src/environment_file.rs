//! The file `.env` of the working directory.

use std::collections::BTreeMap;
use std::io::ErrorKind;

const FILE: &str = ".env";
/// Stands in for a dollar sign, so that nothing is put in its place.
const NO_DOLLAR: char = '\u{1}';

/// Reads the file into the environment, if there is one; what the environment says already wins.
///
/// # Errors
/// What is wrong with the file, without any of its values: they may be secrets.
pub fn load() -> Result<(), String> {
    let text = match std::fs::read_to_string(FILE) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("can't be read: {error}")),
    };
    let text = text.trim_start_matches('\u{feff}');
    check(text)?;
    dotenvy::from_read(text.as_bytes()).map_err(|error| reason(&error))
}

/// Refuses what would be read as something else than it says: a name that is given twice, and a dollar sign that would be
/// replaced by a variable, as in a password.
fn check(text: &str) -> Result<(), String> {
    let read = pairs(text)?;
    let mut known = BTreeMap::new();
    for (name, value) in &read {
        if known.insert(name, value).is_some() {
            return Err(format!("sets {name} twice"));
        }
    }
    let as_written = pairs(&without_dollars(text))?;
    let is_replaced =
        |(read, written): &(&(String, String), &(String, String))| read.1 != written.1.replace(NO_DOLLAR, "$");
    match read.iter().zip(&as_written).find(is_replaced) {
        Some(((name, _), _)) => Err(format!("has a $ in the value of {name}: put the value in single quotes")),
        None => Ok(()),
    }
}

fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    dotenvy::from_read_iter(text.as_bytes()).collect::<Result<_, _>>().map_err(|error| reason(&error))
}

/// The text with a stand-in for each dollar sign but those that are escaped.
fn without_dollars(text: &str) -> String {
    let mut escaped = false;
    let replaced = text.chars().map(|character| {
        let kept = if character == '$' && !escaped { NO_DOLLAR } else { character };
        escaped = character == '\\' && !escaped;
        kept
    });
    replaced.collect()
}

/// A line that can't be read may hold a secret, so it is not shown.
fn reason(error: &dotenvy::Error) -> String {
    match error {
        dotenvy::Error::LineParse(..) => "has a line that is not NAME=VALUE".to_owned(),
        error => format!("can't be read: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_what_it_means_is_read() {
        for good in [
            "",
            "# a comment with $5\nA=1\n\nexport B='x'\n",
            "A='p$ss'\nB=\"p\\$ss\"\nC=p\\$ss # costs $5\n",
            "A=1\r\nB=2\r\n",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_would_be_read_otherwise_is_refused_without_its_value() {
        for (bad, told) in [
            ("SECRET=canary$word", "SECRET"),
            ("SECRET=\"canary${HOME}\"", "SECRET"),
            ("SECRET=canary\nA=1\nSECRET=canary", "SECRET twice"),
            ("SECRET=canary canary", "NAME=VALUE"),
            ("SECRET='canary", "NAME=VALUE"),
            ("nonsense canary", "NAME=VALUE"),
        ] {
            let reason = check(bad).unwrap_err();
            assert!(reason.contains(told) && !reason.contains("canary"), "{bad}: {reason}");
        }
    }
}
