//! What a zip archive must be to be taken. All of it is read, and nothing it says of itself is believed.

mod content;
mod directory;
mod fields;
mod layout;
mod names;

use std::borrow::Cow;

use aedile_catalog::packages::{Inspected, Package};
use aedile_kernel::digest::{hex, sha256};
use aedile_kernel::{Error, Result};

use content::Unpacker;

/// The most entries, files and folders together.
const MAX_ENTRIES: usize = 1_000;

/// Looks into an archive. It blocks for as long as inflating it takes, and needs a fixed amount of memory beside the bytes.
///
/// # Errors
/// `Invalid` about `package`, with a sentence for whoever made the archive.
pub fn inspect(bytes: &[u8]) -> Result<Inspected> {
    if bytes.len() > Package::MAX_BYTES {
        return Err(refused("is larger than 20 MiB"));
    }
    let directory = directory::read(bytes)?;
    names::check(&directory.entries)?;
    let contents = layout::contents(bytes, &directory)?;
    let mut unpacker = Unpacker::of(bytes);
    for (entry, packed) in &contents {
        unpacker.check(entry, packed)?;
    }
    let files = contents.iter().filter(|(entry, _)| !entry.is_folder()).count();
    if files == 0 {
        return Err(refused("holds no file"));
    }
    Ok(Inspected {
        sha256: hex(&sha256(bytes)),
        size_bytes: i64::try_from(bytes.len()).map_err(Error::internal)?,
        entries: i64::try_from(files).map_err(Error::internal)?,
    })
}

/// A refusal with its sentence, which goes on after the word "package".
fn refused(sentence: impl Into<Cow<'static, str>>) -> Error {
    Error::invalid("package", sentence)
}

/// A refusal because of one entry.
fn refused_entry(name: &[u8], sentence: &str) -> Error {
    const LONGEST: usize = 60;
    let name = String::from_utf8_lossy(name);
    let mut shown: String = name.escape_debug().take(LONGEST).collect();
    if name.escape_debug().nth(LONGEST).is_some() {
        shown.push('…');
    }
    refused(format!("has the entry \"{shown}\", which {sentence}"))
}
