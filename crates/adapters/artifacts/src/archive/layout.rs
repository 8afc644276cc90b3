//! Where the entries lie: end to end, from the first byte to the directory, each as the directory says.

use aedile_kernel::Result;

use super::directory::{Directory, Entry, check_extra, method_of};
use super::fields::Fields;
use super::refused;

const HEADER: [u8; 4] = *b"PK\x03\x04";
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";

/// Each entry with its packed content, in the order in which they lie.
pub(super) fn contents<'a, 'd>(
    bytes: &'a [u8],
    directory: &'d Directory<'a>,
) -> Result<Vec<(&'d Entry<'a>, &'a [u8])>> {
    let mut entries: Vec<&Entry<'a>> = directory.entries.iter().collect();
    entries.sort_by_key(|entry| entry.offset);
    let mut contents = Vec::with_capacity(entries.len());
    let mut reached = 0;
    for (position, entry) in entries.iter().enumerate() {
        if entry.offset > reached {
            return Err(refused(if reached == 0 {
                "has data before its first entry"
            } else {
                "has data between two entries"
            }));
        }
        if entry.offset < reached {
            return Err(entry.refused("lies over another one"));
        }
        let next = entries.get(position + 1).map_or(directory.start, |next| next.offset);
        if next == entry.offset {
            return Err(entry.refused("lies over another one"));
        }
        let whole = bytes.get(entry.offset..next).filter(|_| next <= directory.start);
        let whole = whole.ok_or_else(|| entry.refused("does not lie before the directory"))?;
        contents.push((*entry, content(entry, whole)?));
        reached = next;
    }
    Ok(contents)
}

/// The packed content of an entry, which with its header and its descriptor fills `whole`.
fn content<'a>(entry: &Entry<'a>, whole: &'a [u8]) -> Result<&'a [u8]> {
    let mut fields = Fields::of(whole);
    let over = |_| entry.refused("lies over the one behind it, or over the directory");
    check_header(entry, &mut fields)?;
    let content = fields.bytes(entry.packed).map_err(over)?;
    if entry.is_described_behind() {
        check_descriptor(entry, fields)?;
    } else if !fields.is_empty() {
        return Err(entry.refused("is followed by data that belongs to no entry"));
    }
    Ok(content)
}

/// An entry's own header must say what the directory says.
fn check_header(entry: &Entry<'_>, fields: &mut Fields<'_>) -> Result<()> {
    if !fields.begins_with(HEADER) {
        return Err(entry.refused("does not begin where the directory says"));
    }
    let _needed = fields.u16()?;
    let (flags, method, _time_and_date) = (fields.u16()?, fields.u16()?, fields.u32()?);
    let (crc, packed, unpacked) = (fields.u32()?, fields.size()?, fields.size()?);
    let (name_length, extra_length) = (fields.u16()?, fields.u16()?);
    let name = fields.bytes(usize::from(name_length))?;
    check_extra(entry.name, fields.bytes(usize::from(extra_length))?)?;
    let said = (crc, packed, unpacked);
    let is_said_behind = entry.is_described_behind() && said == (0, 0, 0);
    let agrees = name == entry.name
        && flags == entry.flags
        && method_of(entry.name, method)? == entry.method
        && (is_said_behind || said == (entry.crc, entry.packed, entry.unpacked));
    if agrees { Ok(()) } else { Err(entry.refused("says of itself what the directory does not say")) }
}

/// Checksum and sizes behind the content, with or without a signature in front.
fn check_descriptor(entry: &Entry<'_>, mut fields: Fields<'_>) -> Result<()> {
    let expected = (entry.crc, entry.packed, entry.unpacked);
    let mut unsigned = fields;
    let read = |fields: &mut Fields<'_>| -> Result<bool> {
        Ok((fields.u32()?, fields.size()?, fields.size()?) == expected && fields.is_empty())
    };
    // A checksum may look like the signature, so both readings are tried.
    let agrees =
        (fields.begins_with(DESCRIPTOR) && read(&mut fields).unwrap_or(false)) || read(&mut unsigned).unwrap_or(false);
    if agrees {
        Ok(())
    } else {
        Err(entry.refused("is followed by other sizes than the directory says, or by more data"))
    }
}
