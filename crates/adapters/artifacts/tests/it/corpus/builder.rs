//! Writes zip archives field by field, so that each field can lie.

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// Where the parts of an archive stand.
#[derive(Debug, Clone, Default)]
pub(crate) struct Archive {
    pub(crate) items: Vec<Item>,
    /// Bytes before the first entry.
    pub(crate) before: Vec<u8>,
    /// Bytes before the directory.
    pub(crate) between: Vec<u8>,
    /// Bytes before the end record.
    pub(crate) before_end: Vec<u8>,
    pub(crate) comment: Vec<u8>,
    /// Bytes behind the comment.
    pub(crate) behind: Vec<u8>,
    /// How many entries the end record says there are.
    pub(crate) says_entries: Option<u16>,
    pub(crate) says_directory_size: Option<u32>,
    pub(crate) says_directory_start: Option<u32>,
    pub(crate) says_disk: u16,
    pub(crate) says_comment: Option<u16>,
}

/// What is said of an entry in one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) name: Vec<u8>,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) crc: u32,
    pub(crate) packed: u32,
    pub(crate) unpacked: u32,
    pub(crate) extra: Vec<u8>,
}

/// An entry: what it is, and what its header and the directory say it is.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) header: Said,
    pub(crate) directory: Said,
    pub(crate) content: Vec<u8>,
    /// What stands behind the content.
    pub(crate) descriptor: Vec<u8>,
    /// The external attributes: the Unix mode is the upper half.
    pub(crate) external: u32,
    pub(crate) disk: u16,
    /// Where the directory says it is, when that is a lie.
    pub(crate) says_offset: Option<u32>,
    /// Whether only the directory has it.
    pub(crate) is_ghost: bool,
}

impl Item {
    pub(crate) fn stored(name: &str, content: &[u8]) -> Self {
        Self::raw(name.as_bytes(), 0, content.to_vec(), crc(content), content.len())
    }

    pub(crate) fn deflated(name: &str, content: &[u8]) -> Self {
        Self::raw(name.as_bytes(), 8, deflate(content), crc(content), content.len())
    }

    pub(crate) fn folder(name: &str) -> Self {
        Self::stored(name, b"").with_mode(0o040_755)
    }

    /// An entry whose content is packed already.
    pub(crate) fn raw(name: &[u8], method: u16, content: Vec<u8>, crc: u32, unpacked: usize) -> Self {
        let said = Said {
            name: name.to_vec(),
            flags: 0,
            method,
            crc,
            packed: u32::try_from(content.len()).unwrap(),
            unpacked: u32::try_from(unpacked).unwrap(),
            extra: Vec::new(),
        };
        Self {
            header: said.clone(),
            directory: said,
            content,
            descriptor: Vec::new(),
            external: 0o100_644 << 16,
            disk: 0,
            says_offset: None,
            is_ghost: false,
        }
    }

    /// The same lie in both places.
    pub(crate) fn says(mut self, lie: impl Fn(&mut Said)) -> Self {
        lie(&mut self.header);
        lie(&mut self.directory);
        self
    }

    pub(crate) fn header_says(mut self, lie: impl Fn(&mut Said)) -> Self {
        lie(&mut self.header);
        self
    }

    pub(crate) fn directory_says(mut self, lie: impl Fn(&mut Said)) -> Self {
        lie(&mut self.directory);
        self
    }

    pub(crate) fn with_mode(mut self, mode: u32) -> Self {
        self.external = mode << 16;
        self
    }

    /// Sizes and checksum stand behind the content, as programs write that do not know them before.
    pub(crate) fn described_behind(self, with_signature: bool) -> Self {
        let mut item = self.says(|said| said.flags |= 8);
        let said = &item.directory;
        let mut descriptor = if with_signature { b"PK\x07\x08".to_vec() } else { Vec::new() };
        [said.crc, said.packed, said.unpacked].iter().for_each(|n| descriptor.extend(n.to_le_bytes()));
        item.descriptor = descriptor;
        item.header_says(|said| (said.crc, said.packed, said.unpacked) = (0, 0, 0))
    }
}

impl Archive {
    pub(crate) fn of(items: impl IntoIterator<Item = Item>) -> Self {
        Self { items: items.into_iter().collect(), ..Self::default() }
    }

    /// The good archive with one more entry.
    pub(crate) fn and(mut self, item: Item) -> Self {
        self.items.push(item);
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = self.before.clone();
        let mut offsets = Vec::new();
        for item in &self.items {
            offsets.push(item.says_offset.unwrap_or_else(|| position(&out)));
            if !item.is_ghost {
                out.extend(b"PK\x03\x04");
                put(&mut out, &item.header, &[]);
                out.extend(&item.header.name);
                out.extend(&item.header.extra);
                out.extend(&item.content);
                out.extend(&item.descriptor);
            }
        }
        out.extend(&self.between);
        let start = position(&out);
        for (item, offset) in self.items.iter().zip(offsets) {
            out.extend(b"PK\x01\x02\x14\x03");
            put(&mut out, &item.directory, &[0, item.disk, 0]);
            out.extend(item.external.to_le_bytes());
            out.extend(offset.to_le_bytes());
            out.extend(&item.directory.name);
            out.extend(&item.directory.extra);
        }
        let size = position(&out) - start;
        out.extend(&self.before_end);
        let entries = self.says_entries.unwrap_or_else(|| u16::try_from(self.items.len()).unwrap());
        out.extend(b"PK\x05\x06");
        for n in [self.says_disk, self.says_disk, entries, entries] {
            out.extend(n.to_le_bytes());
        }
        out.extend(self.says_directory_size.unwrap_or(size).to_le_bytes());
        out.extend(self.says_directory_start.unwrap_or(start).to_le_bytes());
        out.extend(self.says_comment.unwrap_or_else(|| u16::try_from(self.comment.len()).unwrap()).to_le_bytes());
        out.extend(&self.comment);
        out.extend(&self.behind);
        out
    }
}

/// The fields that header and directory share; the directory has some more lengths behind the names'.
fn put(out: &mut Vec<u8>, said: &Said, further: &[u16]) {
    for n in [20, said.flags, said.method, 0, 0x5a21] {
        out.extend(u16::to_le_bytes(n));
    }
    for n in [said.crc, said.packed, said.unpacked] {
        out.extend(n.to_le_bytes());
    }
    for n in [said.name.len(), said.extra.len()] {
        out.extend(u16::try_from(n).unwrap().to_le_bytes());
    }
    further.iter().for_each(|n| out.extend(n.to_le_bytes()));
}

fn position(out: &[u8]) -> u32 {
    u32::try_from(out.len()).unwrap()
}

pub(crate) fn crc(content: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(content);
    crc.sum()
}

pub(crate) fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// So many zeros, deflated, and their checksum; they are never all in memory.
pub(crate) fn deflated_zeros(length: usize) -> (Vec<u8>, u32) {
    static CHUNK: [u8; 64 * 1024] = [0; 64 * 1024];
    let (mut encoder, mut crc) = (DeflateEncoder::new(Vec::new(), Compression::best()), Crc::new());
    let mut left = length;
    while left > 0 {
        let piece = &CHUNK[..left.min(CHUNK.len())];
        encoder.write_all(piece).unwrap();
        crc.update(piece);
        left -= piece.len();
    }
    (encoder.finish().unwrap(), crc.sum())
}
