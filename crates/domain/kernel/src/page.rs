//! Lists in parts.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::error::{Error, Result};
use crate::unit_of_work::ReadCost;

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// After this many rows. The cost grows with the number, and rows that come in meanwhile shift the pages.
    Offset(u32),
    /// After a row that was seen. The cost does not grow with depth, and no row is skipped or repeated.
    After(Cursor),
}

/// Which part of a list is wanted; the first one when nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "PageFields")]
#[schemars(with = "PageFields")]
pub struct PageRequest {
    /// The most rows to return, from 1 on.
    pub limit: u32,
    /// Where to begin.
    pub position: Position,
}

/// A page as JSON asks for it.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PageRequest")]
struct PageFields {
    /// Maximum number of rows: 1 to 100, default 50.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
    /// Number of rows to skip.
    #[serde(default)]
    offset: Option<u32>,
    /// Where the page before ended: its `next`. Not beside `offset`.
    #[serde(default)]
    after: Option<Cursor>,
}

impl TryFrom<PageFields> for PageRequest {
    type Error = Error;

    fn try_from(PageFields { limit, offset, after }: PageFields) -> Result<Self> {
        let limit = limit.unwrap_or(Self::DEFAULT_LIMIT);
        if !(1..=Self::MAX_LIMIT).contains(&limit) {
            return Err(Error::invalid("limit", "must be between 1 and 100"));
        }
        let position = match (offset, after) {
            (Some(_), Some(_)) => return Err(Error::invalid("after", "can't be combined with offset")),
            (None, Some(cursor)) => Position::After(cursor),
            (offset, None) => Position::Offset(offset.unwrap_or(0)),
        };
        Ok(Self { limit, position })
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::first()
    }
}

impl PageRequest {
    /// The default number of rows.
    pub const DEFAULT_LIMIT: u32 = 50;
    /// The greatest number of rows.
    pub const MAX_LIMIT: u32 = 100;
    /// From how many rows on it costs much to pass over them.
    const DEEP: u32 = 1_000;

    /// The first page of the default size.
    #[must_use]
    pub const fn first() -> Self {
        Self { limit: Self::DEFAULT_LIMIT, position: Position::Offset(0) }
    }

    /// A page from what a caller asked for: `limit` 1 to 100 (default 50), and an offset from 0 on or a cursor, not both.
    ///
    /// # Errors
    /// `Invalid` when out of range, for both at once, or for a cursor that was not made here.
    pub fn new(key: &InstallationKey, limit: Option<i64>, offset: Option<i64>, cursor: Option<&str>) -> Result<Self> {
        let limit = u32::try_from(limit.unwrap_or(Self::DEFAULT_LIMIT.into()))
            .ok()
            .filter(|limit| (1..=Self::MAX_LIMIT).contains(limit))
            .ok_or_else(|| Error::invalid("limit", "must be between 1 and 100"))?;
        let position = match (offset, cursor) {
            (Some(_), Some(_)) => return Err(Error::invalid("cursor", "can't be combined with offset")),
            (None, Some(cursor)) => Position::After(key.open(cursor)?),
            (offset, None) => Position::Offset(
                u32::try_from(offset.unwrap_or(0)).map_err(|_| Error::invalid("offset", "must be 0 or more"))?,
            ),
        };
        Ok(Self { limit, position })
    }

    /// How much of the database a list reads for this page, by the rows that it passes over.
    #[must_use]
    pub const fn cost(&self) -> ReadCost {
        if self.offset() > Self::DEEP { ReadCost::Large } else { ReadCost::Small }
    }

    /// The offset, 0 behind a cursor.
    #[must_use]
    pub const fn offset(&self) -> u32 {
        match self.position {
            Position::Offset(offset) => offset,
            Position::After(_) => 0,
        }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// How many rows there are in all; not counted behind a cursor, where the count would cost more than the page.
    pub total: Option<u64>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page of other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), total: self.total, next: self.next }
    }
}

/// The value of the column a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SortKey {
    /// Of a column of numbers, times or booleans.
    Number(i64),
    /// Of a column of text.
    Text(String),
}

impl From<i64> for SortKey {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for SortKey {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// The row a page ended with: the value of the column the list is sorted by, and the row's number, which settles ties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cursor {
    /// The sort column's value.
    pub key: SortKey,
    /// The row's number.
    pub id: i64,
}

impl Cursor {
    /// The cursor behind the row `id`, whose sort column holds `key`.
    pub fn new(key: impl Into<SortKey>, id: i64) -> Self {
        Self { key: key.into(), id }
    }

    /// The key of a list that is sorted by numbers.
    ///
    /// # Errors
    /// `Invalid` when the cursor is one of a list that is sorted by text.
    pub fn number(&self) -> Result<i64> {
        match self.key {
            SortKey::Number(number) => Ok(number),
            SortKey::Text(_) => Err(not_of_this_list()),
        }
    }

    /// The key of a list that is sorted by text.
    ///
    /// # Errors
    /// `Invalid` when the cursor is one of a list that is sorted by numbers.
    pub fn text(&self) -> Result<&str> {
        match &self.key {
            SortKey::Text(text) => Ok(text),
            SortKey::Number(_) => Err(not_of_this_list()),
        }
    }

    /// The row's number, a byte for the kind of key, the key.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.id.to_be_bytes().to_vec();
        match &self.key {
            SortKey::Number(number) => {
                bytes.push(NUMBER);
                bytes.extend(number.to_be_bytes());
            }
            SortKey::Text(text) => {
                bytes.push(TEXT);
                bytes.extend(text.as_bytes());
            }
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk::<8>()?;
        let (kind, key) = rest.split_first()?;
        let key = match *kind {
            NUMBER => SortKey::Number(i64::from_be_bytes(key.try_into().ok()?)),
            TEXT => SortKey::Text(std::str::from_utf8(key).ok()?.to_owned()),
            _ => return None,
        };
        Some(Self { key, id: i64::from_be_bytes(*id) })
    }
}

const NUMBER: u8 = 0;
const TEXT: u8 = 1;

fn not_of_this_list() -> Error {
    Error::invalid("cursor", "is not a cursor of this list")
}

/// The secret that makes cursors tamper-evident; the same for all instances on one database.
#[derive(Clone)]
pub struct InstallationKey([u8; 32]);

const TAG: usize = 12;

impl InstallationKey {
    /// A key from 32 random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The public ID of the installation: 16 hexadecimal digits that do not reveal the key. Other systems tell installations
    /// apart by it.
    #[must_use]
    pub fn installation_id(&self) -> String {
        let derived = self.derive("installation id", &[]);
        crate::digest::hex(derived.split_at(8).0)
    }

    /// The cursor as opaque text: base64url of its bytes and a 12-byte HMAC-SHA256 tag (RFC 2104).
    #[must_use]
    pub fn seal(&self, cursor: &Cursor) -> String {
        let mut bytes = cursor.to_bytes();
        let tag = self.mac(&bytes).finalize().into_bytes();
        bytes.extend(tag.iter().take(TAG));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor back.
    ///
    /// # Errors
    /// `Invalid` for text that [`InstallationKey::seal`] of the same key did not make.
    pub fn open(&self, text: &str) -> Result<Cursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| not_of_this_list())?;
        let (cursor, tag) = bytes.split_last_chunk::<TAG>().ok_or_else(not_of_this_list)?;
        self.mac(cursor).verify_truncated_left(tag).map_err(|_| not_of_this_list())?;
        Cursor::from_bytes(cursor).ok_or_else(not_of_this_list)
    }

    /// 32 bytes that only this installation can find for the same purpose and parts, which are told apart by their lengths:
    /// an HMAC-SHA256.
    #[must_use]
    pub fn derive(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut all = Vec::new();
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            all.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            all.extend_from_slice(part);
        }
        self.mac(&all).finalize().into_bytes().into()
    }

    fn mac(&self, bytes: &[u8]) -> Hmac<Sha256> {
        let key: &sha2::digest::Key<Hmac<Sha256>> = &padded(&self.0).into();
        Hmac::<Sha256>::new(key).chain_update(bytes)
    }
}

/// HMAC pads a short key with zeros to the block's 64 bytes.
fn padded(key: &[u8; 32]) -> [u8; 64] {
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    block
}

impl fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallationKey(…)")
    }
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
