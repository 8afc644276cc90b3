//! The directory at the end of an archive, and what it says of each entry.

use aedile_kernel::{Error, Result};

use super::fields::Fields;
use super::{MAX_ENTRIES, refused, refused_entry};

/// Every archive ends with a record of this length and a comment.
const END_LENGTH: usize = 22;
const LONGEST_COMMENT: usize = 65_535;
const END: [u8; 4] = *b"PK\x05\x06";
const ENTRY: [u8; 4] = *b"PK\x01\x02";
/// What a field says when the true value stands in a ZIP64 field.
const ELSEWHERE_16: u16 = u16::MAX;
const ELSEWHERE_32: u32 = u32::MAX;

/// How an entry is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
}

/// What the directory says of an entry.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a [u8],
    pub(super) flags: u16,
    pub(super) method: Method,
    pub(super) crc: u32,
    pub(super) packed: usize,
    pub(super) unpacked: usize,
    /// Where its own header stands.
    pub(super) offset: usize,
}

impl Entry<'_> {
    /// Sizes and checksum stand behind the content.
    const DESCRIBED_BEHIND: u16 = 1 << 3;
    const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
    /// How hard the packer tried, where the sizes stand, and that the name is UTF-8: all that may be said.
    const KNOWN: u16 = 1 << 1 | 1 << 2 | Self::DESCRIBED_BEHIND | 1 << 11;

    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/")
    }

    pub(super) const fn is_described_behind(&self) -> bool {
        self.flags & Self::DESCRIBED_BEHIND != 0
    }

    pub(super) fn refused(&self, sentence: &str) -> Error {
        refused_entry(self.name, sentence)
    }
}

/// The directory.
pub(super) struct Directory<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    /// Where it begins, and so where the content must end.
    pub(super) start: usize,
}

/// Reads the directory, which must end where the end record begins, and that where the file ends.
pub(super) fn read(bytes: &[u8]) -> Result<Directory<'_>> {
    let at = find_end(bytes)?;
    let mut end = Fields::at(bytes, at)?;
    end.bytes(END.len())?;
    let (disk, first_disk, here, count) = (end.u16()?, end.u16()?, end.u16()?, end.u16()?);
    let (size, start) = (end.u32()?, end.u32()?);
    let says_elsewhere = [disk, first_disk, here, count].contains(&ELSEWHERE_16);
    if says_elsewhere || [size, start].contains(&ELSEWHERE_32) || has_zip64_locator(bytes, at) {
        return Err(zip64());
    }
    if disk != 0 || first_disk != 0 || here != count {
        return Err(refused("is one of several parts, or says so"));
    }
    let count = usize::from(count);
    if count > MAX_ENTRIES {
        return Err(refused("holds more than 1,000 entries"));
    }
    if count == 0 {
        return Err(refused("is empty"));
    }
    let (size, start) = (usize::try_from(size).unwrap_or(usize::MAX), usize::try_from(start).unwrap_or(usize::MAX));
    match start.checked_add(size) {
        Some(end) if end == at => {}
        Some(end) if end < at => return Err(refused("has data before its first entry or behind its directory")),
        _ => return Err(refused("has a directory that reaches behind its end, or is cut off")),
    }
    let mut fields = Fields::of(bytes.get(start..at).unwrap_or_default());
    let entries = (0..count).map(|_| entry(&mut fields)).collect::<Result<Vec<_>>>()?;
    if !fields.is_empty() {
        return Err(refused("has more in its directory than it says"));
    }
    Ok(Directory { entries, start })
}

/// Where the end record stands: the last one there is, whose comment must reach the end of the file exactly. A comment that
/// looks like another end record is refused with it.
fn find_end(bytes: &[u8]) -> Result<usize> {
    let none = || refused("is not a zip archive, is cut off, or has data behind its end");
    let first = bytes.len().saturating_sub(END_LENGTH + LONGEST_COMMENT);
    let tail = bytes.get(first..).unwrap_or_default();
    let at = first + tail.windows(END.len()).rposition(|four| four == END).ok_or_else(none)?;
    let mut comment = Fields::at(bytes, at + END_LENGTH - 2).map_err(|_| none())?;
    let length = usize::from(comment.u16()?);
    comment.bytes(length)?;
    if comment.is_empty() { Ok(at) } else { Err(refused("has data behind its end")) }
}

fn has_zip64_locator(bytes: &[u8], end: usize) -> bool {
    const LOCATOR_LENGTH: usize = 20;
    let locator = end.checked_sub(LOCATOR_LENGTH).and_then(|at| bytes.get(at..));
    locator.is_some_and(|locator| locator.starts_with(b"PK\x06\x07"))
}

fn zip64() -> Error {
    refused("uses ZIP64, which nothing of its size needs: pack it without")
}

fn entry<'a>(fields: &mut Fields<'a>) -> Result<Entry<'a>> {
    if !fields.begins_with(ENTRY) {
        return Err(refused("has a directory that can't be read"));
    }
    let (_made_by, _needed) = (fields.u16()?, fields.u16()?);
    let (flags, method) = (fields.u16()?, fields.u16()?);
    let _time_and_date = fields.u32()?;
    let (crc, packed, unpacked) = (fields.u32()?, fields.u32()?, fields.u32()?);
    let (name_length, extra_length, comment_length) = (fields.u16()?, fields.u16()?, fields.u16()?);
    let (disk, _internal, external) = (fields.u16()?, fields.u16()?, fields.u32()?);
    let offset = fields.u32()?;
    let name = fields.bytes(usize::from(name_length))?;
    let extra = fields.bytes(usize::from(extra_length))?;
    fields.bytes(usize::from(comment_length))?;
    if [packed, unpacked, offset].contains(&ELSEWHERE_32) || disk == ELSEWHERE_16 {
        return Err(zip64());
    }
    if disk != 0 {
        return Err(refused("is one of several parts, or says so"));
    }
    check_flags(name, flags)?;
    check_extra(name, extra)?;
    check_kind(name, external)?;
    let method = method_of(name, method)?;
    let size = |size: u32| usize::try_from(size).map_err(|_| zip64());
    Ok(Entry { name, flags, method, crc, packed: size(packed)?, unpacked: size(unpacked)?, offset: size(offset)? })
}

fn check_flags(name: &[u8], flags: u16) -> Result<()> {
    if flags & Entry::ENCRYPTED != 0 {
        Err(refused_entry(name, "is encrypted"))
    } else if flags & !Entry::KNOWN != 0 {
        Err(refused_entry(name, "uses a feature of zip that few programs know"))
    } else {
        Ok(())
    }
}

pub(super) fn method_of(name: &[u8], method: u16) -> Result<Method> {
    match method {
        0 => Ok(Method::Stored),
        8 => Ok(Method::Deflated),
        _ => Err(refused_entry(name, "is neither stored nor deflated")),
    }
}

/// Fields that not every program reads must not change what the entry is.
pub(super) fn check_extra(name: &[u8], extra: &[u8]) -> Result<()> {
    const ZIP64: u16 = 0x0001;
    const PKWARE_UNIX: u16 = 0x000d;
    const ASI_UNIX: u16 = 0x756e;
    const UNICODE_PATH: u16 = 0x7075;
    const BEFORE_THE_PATH: usize = 5;
    let mut fields = Fields::of(extra);
    while !fields.is_empty() {
        let malformed = |_| refused_entry(name, "has extra fields that can't be read");
        let (id, length) = (fields.u16().map_err(malformed)?, fields.u16().map_err(malformed)?);
        let value = fields.bytes(usize::from(length)).map_err(malformed)?;
        match id {
            ZIP64 => return Err(zip64()),
            PKWARE_UNIX | ASI_UNIX => return Err(refused_entry(name, "has an extra field that can make it a link")),
            UNICODE_PATH if value.get(BEFORE_THE_PATH..) != Some(name) => {
                return Err(refused_entry(name, "has another name in an extra field"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The upper half of the external attributes is a Unix mode wherever it is set.
fn check_kind(name: &[u8], external: u32) -> Result<()> {
    const KIND: u32 = 0o170_000;
    const FILE: u32 = 0o100_000;
    const FOLDER: u32 = 0o040_000;
    const SET_ID: u32 = 0o6_000;
    let (mode, is_folder) = (external >> 16, name.ends_with(b"/"));
    let is_plain = match mode & KIND {
        0 => true,
        FILE => !is_folder && mode & SET_ID == 0,
        FOLDER => is_folder,
        _ => false,
    };
    if is_plain {
        Ok(())
    } else {
        Err(refused_entry(
            name,
            "is neither a plain file nor a folder: links, devices and set-user-id files are not taken",
        ))
    }
}
