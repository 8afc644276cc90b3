//! Lists in parts.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::error::{Error, Result};

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// After this many rows. The cost grows with the number, and rows that come in meanwhile shift the pages.
    Offset(u32),
    /// After a row that was seen. The cost does not grow with depth, and no row is skipped or repeated.
    After(Cursor),
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PageRequest {
    /// The most rows to return, from 1 on.
    pub limit: u32,
    /// Where to begin.
    pub position: Position,
}

impl PageRequest {
    /// The default number of rows.
    pub const DEFAULT_LIMIT: u32 = 50;
    /// The greatest number of rows.
    pub const MAX_LIMIT: u32 = 100;

    /// The first page of the default size.
    #[must_use]
    pub const fn first() -> Self {
        Self { limit: Self::DEFAULT_LIMIT, position: Position::Offset(0) }
    }

    /// A page from what a caller asked for: `limit` 1 to 100 (default 50), and an offset from 0 on or a cursor, not both.
    ///
    /// # Errors
    /// `Invalid` when out of range, for both at once, or for a cursor that was not made here.
    pub fn new(key: &CursorKey, limit: Option<i64>, offset: Option<i64>, cursor: Option<&str>) -> Result<Self> {
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

/// The row a page ended with: the value of the column the list is sorted by, and the row's number, which settles ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cursor {
    /// The sort column's value.
    pub key: i64,
    /// The row's number.
    pub id: i64,
}

/// The secret that makes cursors tamper-evident; the same for all instances on one database.
#[derive(Clone)]
pub struct CursorKey([u8; 32]);

const TAG: usize = 12;

impl CursorKey {
    /// A key from 32 random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The cursor as opaque text: base64url of its 16 bytes and a 12-byte HMAC-SHA256 tag (RFC 2104).
    #[must_use]
    pub fn seal(&self, cursor: &Cursor) -> String {
        let mut bytes = [cursor.key.to_be_bytes(), cursor.id.to_be_bytes()].concat();
        let tag = self.mac(&bytes).finalize().into_bytes();
        bytes.extend(tag.iter().take(TAG));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor back.
    ///
    /// # Errors
    /// `Invalid` for text that [`CursorKey::seal`] of the same key did not make.
    pub fn open(&self, text: &str) -> Result<Cursor> {
        let refused = || Error::invalid("cursor", "is not a cursor of this list");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refused())?;
        let (key, rest) = bytes.split_first_chunk::<8>().ok_or_else(refused)?;
        let (id, tag) = rest.split_first_chunk::<8>().ok_or_else(refused)?;
        let signed = [key.as_slice(), id.as_slice()].concat();
        if tag.len() != TAG || self.mac(&signed).verify_truncated_left(tag).is_err() {
            return Err(refused());
        }
        Ok(Cursor { key: i64::from_be_bytes(*key), id: i64::from_be_bytes(*id) })
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

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: CursorKey = CursorKey::new([7; 32]);

    proptest! {
        #[test]
        fn a_cursor_comes_back(key: i64, id: i64) {
            prop_assert_eq!(KEY.open(&KEY.seal(&Cursor { key, id })).unwrap(), Cursor { key, id });
        }

        #[test]
        fn c_44_a_changed_cursor_is_refused(key: i64, id: i64, at in 0usize..28, flip in 1u8..=255) {
            let mut bytes = URL_SAFE_NO_PAD.decode(KEY.seal(&Cursor { key, id })).unwrap();
            bytes[at] ^= flip;
            prop_assert!(KEY.open(&URL_SAFE_NO_PAD.encode(bytes)).is_err());
        }
    }

    #[test]
    fn pages_have_bounds() {
        for (limit, offset) in
            [(Some(0), None), (Some(101), None), (Some(-1), None), (None, Some(-1)), (None, Some(1 << 40))]
        {
            assert!(PageRequest::new(&KEY, limit, offset, None).is_err(), "{limit:?} {offset:?}");
        }
        assert_eq!(PageRequest::new(&KEY, None, None, None).unwrap(), PageRequest::first());
        let cursor = KEY.seal(&Cursor { key: 1, id: 2 });
        assert!(PageRequest::new(&KEY, None, Some(0), Some(&cursor)).is_err());
        assert!(CursorKey::new([8; 32]).open(&cursor).is_err(), "another installation's cursor");
    }
}
