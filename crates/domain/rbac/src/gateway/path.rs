//! Paths in the one form that rules are compared with.
//!
//! A service behind the gateway decodes and resolves a path in its own way. So a path that two readers could take for
//! different ones is refused, never repaired: what passes reads the same everywhere.

use std::borrow::Cow;
use std::fmt;

use aedile_kernel::{Error, Result};

/// Longer paths are refused; servers in front commonly allow less.
const MAX_BYTES: usize = 8 * 1024;

/// Characters that end or split a path for some readers and not for others. `%` in a decoded path means that it was
/// escaped twice.
const AMBIGUOUS: [char; 5] = ['\\', ';', '%', '?', '#'];

/// Characters that readers who fold Unicode to ASCII take for `/`, `\`, `.`, `;` or `%`. Those that fold to `?` or `#`
/// pass: they are common in titles, and readers split the query off before they decode.
const LOOKALIKES: [char; 17] = [
    '\u{37e}', '\u{2024}', '\u{2025}', '\u{2044}', '\u{2215}', '\u{2216}', '\u{29f5}', '\u{29f8}', '\u{fe52}',
    '\u{fe54}', '\u{fe68}', '\u{fe6a}', '\u{ff05}', '\u{ff0e}', '\u{ff0f}', '\u{ff1b}', '\u{ff3c}',
];

/// A decoded path without anything that could be read in two ways, and without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalPath<'a>(Cow<'a, str>);

impl NormalPath<'_> {
    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NormalPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The normal form of a request target as it came over the wire: the query is left out, escapes are decoded once, a
/// trailing slash is dropped. Nothing is copied when there are no escapes.
///
/// # Errors
/// `Invalid` about `path` for whatever could be read in two ways: no leading `/` (also an absolute URL), `//`, segments of
/// dots, broken, overlong or double escapes, escaped slashes, `\`, `;`, a fragment, control characters, spaces that are
/// not escaped or stand at the end of a segment, characters that fold to one of these, more than 8 KiB.
pub fn normalise(target: &str) -> Result<NormalPath<'_>> {
    let raw = target.split_once('?').map_or(target, |(path, _)| path);
    read(raw).map(NormalPath).map_err(|message| Error::invalid("path", message))
}

fn read(raw: &str) -> Result<Cow<'_, str>, &'static str> {
    if raw.len() > MAX_BYTES {
        return Err("must have at most 8 KiB");
    }
    if raw.contains(char::is_whitespace) {
        return Err("must not hold white space");
    }
    if raw.contains("//") {
        return Err("must not have empty segments");
    }
    let path = match decode(raw)? {
        Cow::Borrowed(path) => Cow::Borrowed(without_trailing_slash(path)),
        Cow::Owned(path) => Cow::Owned(without_trailing_slash(&path).to_owned()),
    };
    check(&path)?;
    Ok(path)
}

/// `/` itself stays.
fn without_trailing_slash(path: &str) -> &str {
    path.strip_suffix('/').filter(|shorter| !shorter.is_empty()).unwrap_or(path)
}

/// Decodes each escape once.
fn decode(raw: &str) -> Result<Cow<'_, str>, &'static str> {
    let Some((plain, mut rest)) = raw.split_once('%') else { return Ok(Cow::Borrowed(raw)) };
    let mut bytes = Vec::with_capacity(raw.len());
    bytes.extend_from_slice(plain.as_bytes());
    loop {
        let (byte, after) = escaped(rest).ok_or("has a broken escape")?;
        if matches!(byte, b'/' | b'\\' | b'%' | 0) {
            return Err("has an escape that could be read in two ways");
        }
        bytes.push(byte);
        let Some((plain, next)) = after.split_once('%') else {
            bytes.extend_from_slice(after.as_bytes());
            break;
        };
        bytes.extend_from_slice(plain.as_bytes());
        rest = next;
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| "has escapes that are not UTF-8")
}

/// The byte of two hexadecimal digits, and what follows them.
fn escaped(text: &str) -> Option<(u8, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    Some((u8::from_str_radix(digits, 16).ok()?, rest))
}

/// Whether a decoded path without a trailing slash is in normal form; if not, why.
pub(crate) fn check(path: &str) -> Result<(), &'static str> {
    let Some(below) = path.strip_prefix('/') else { return Err("must begin with /") };
    if below.is_empty() {
        return Ok(());
    }
    if path.chars().any(|c| c.is_control() || AMBIGUOUS.contains(&c) || (!c.is_ascii() && LOOKALIKES.contains(&c))) {
        return Err("must not hold control characters, \\, ;, %, ?, #, or look-alikes of these");
    }
    below.split('/').try_for_each(check_segment)
}

fn check_segment(segment: &str) -> Result<(), &'static str> {
    if segment.bytes().all(|byte| byte == b'.') {
        return Err("must not have empty segments or segments of dots");
    }
    if segment.starts_with(char::is_whitespace) || segment.ends_with(char::is_whitespace) {
        return Err("must not have segments that begin or end with white space");
    }
    Ok(())
}

#[cfg(test)]
mod spellings;
#[cfg(test)]
mod tests;
