//! The little-endian fields that a zip archive is made of.

use aedile_kernel::{Error, Result};

use super::refused;

/// Bytes that are read from the front.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) const fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// What stands at `offset`.
    pub(super) fn at(bytes: &'a [u8], offset: usize) -> Result<Self> {
        bytes.get(offset..).map(Self).ok_or_else(cut_off)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn bytes(&mut self, length: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length).ok_or_else(cut_off)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or_else(cut_off)?;
        self.0 = rest;
        Ok(*bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A size or an offset.
    pub(super) fn size(&mut self) -> Result<usize> {
        usize::try_from(self.u32()?).map_err(|_| cut_off())
    }

    /// Whether these four bytes come next; they are passed when they do.
    pub(super) fn begins_with(&mut self, signature: [u8; 4]) -> bool {
        match self.0.strip_prefix(&signature) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }
}

fn cut_off() -> Error {
    refused("is cut off, or points behind its own end")
}
