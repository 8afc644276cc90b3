//! What entries unpack to, counted while they do.

use aedile_kernel::{Error, Result};
use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::directory::{Entry, Method};
use super::refused;

const MIB: usize = 1024 * 1024;
const LARGEST_ENTRY: usize = 50 * MIB;
const LARGEST_ARCHIVE: usize = 100 * MIB;
/// Text packs to a tenth, logs to a hundredth; what packs better was made to.
const BEST_RATIO: usize = 200;
const RATIO_COUNTS_ABOVE: usize = MIB;
const BUFFER: usize = 64 * 1024;

/// Unpacks entries into nothing, through one buffer.
pub(super) struct Unpacker {
    inflater: Decompress,
    buffer: Vec<u8>,
    /// The size of the whole archive.
    packed: usize,
    in_all: usize,
}

impl Unpacker {
    pub(super) fn of(archive: &[u8]) -> Self {
        Self { inflater: Decompress::new(false), buffer: vec![0; BUFFER], packed: archive.len(), in_all: 0 }
    }

    /// Unpacks an entry, up to the first bound it passes, and compares it with what the directory says.
    pub(super) fn check(&mut self, entry: &Entry<'_>, packed: &[u8]) -> Result<()> {
        let mut tally = Tally { crc: Crc::new(), size: 0, packed: self.packed, in_all: self.in_all };
        match entry.method {
            Method::Stored => tally.count(entry, packed)?,
            Method::Deflated => self.inflate(entry, packed, &mut tally)?,
        }
        self.in_all = tally.in_all;
        if tally.size != entry.unpacked {
            return Err(entry.refused("unpacks to another size than it says"));
        }
        if tally.crc.sum() != entry.crc {
            return Err(entry.refused("is damaged: its checksum does not fit"));
        }
        if entry.is_folder() && tally.size > 0 {
            return Err(entry.refused("is a folder with content of its own"));
        }
        Ok(())
    }

    fn inflate(&mut self, entry: &Entry<'_>, packed: &[u8], tally: &mut Tally) -> Result<()> {
        self.inflater.reset(false);
        let mut rest = packed;
        loop {
            let (read, written) = (self.inflater.total_in(), self.inflater.total_out());
            let status = self.inflater.decompress(rest, &mut self.buffer, FlushDecompress::None);
            let status = status.map_err(|_| entry.refused("is damaged: it can't be inflated"))?;
            let read = difference(self.inflater.total_in(), read)?;
            let written = difference(self.inflater.total_out(), written)?;
            rest = rest.get(read..).unwrap_or_default();
            tally.count(entry, self.buffer.get(..written).unwrap_or_default())?;
            match status {
                Status::StreamEnd if rest.is_empty() => return Ok(()),
                Status::StreamEnd => return Err(entry.refused("has data behind its own end")),
                _ if read == 0 && written == 0 => return Err(entry.refused("is cut off")),
                _ => {}
            }
        }
    }
}

fn difference(after: u64, before: u64) -> Result<usize> {
    usize::try_from(after.saturating_sub(before)).map_err(Error::internal)
}

/// What came out so far.
struct Tally {
    crc: Crc,
    size: usize,
    packed: usize,
    in_all: usize,
}

impl Tally {
    fn count(&mut self, entry: &Entry<'_>, piece: &[u8]) -> Result<()> {
        self.size = self.size.saturating_add(piece.len());
        self.in_all = self.in_all.saturating_add(piece.len());
        if self.size > LARGEST_ENTRY {
            return Err(entry.refused("unpacks to more than 50 MiB"));
        }
        if self.in_all > LARGEST_ARCHIVE {
            return Err(refused("unpacks to more than 100 MiB in all"));
        }
        if packs_too_well(self.size, entry.packed) {
            return Err(entry.refused("unpacks to more than 200 times its packed size"));
        }
        if packs_too_well(self.in_all, self.packed) {
            return Err(refused("unpacks to more than 200 times its packed size in all"));
        }
        if self.size > entry.unpacked {
            return Err(entry.refused("unpacks to more than it says"));
        }
        self.crc.update(piece);
        Ok(())
    }
}

fn packs_too_well(unpacked: usize, packed: usize) -> bool {
    unpacked > RATIO_COUNTS_ABOVE && unpacked > packed.saturating_mul(BEST_RATIO)
}
