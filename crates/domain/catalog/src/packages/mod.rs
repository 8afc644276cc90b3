//! The packages of skills: what is taken, where it is kept, and who may have it.

mod download;
mod meter;
mod model;
mod port;

pub use download::{Download, DownloadSkill};
pub use meter::DownloadMeter;
pub use model::{Inspected, Package};
pub use port::{ArtifactReader, ArtifactStore, DownloadCount, Downloads, Offer, PackageInspector};
#[cfg(any(test, feature = "mock"))]
pub use port::{MockArtifactStore, MockDownloads, MockPackageInspector};
