//! Keeps artifacts in a folder or in a bucket.

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::Duration;

use aedile_catalog::packages::{ArtifactReader, ArtifactStore};
use aedile_kernel::{Error, Result};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{
    ClientOptions, Error as StoreError, GetOptions, GetResultPayload, ObjectStore, ObjectStoreExt, RetryConfig,
};

use crate::location::Location;

/// The name under which callers hear of the store.
const STORE: &str = "the package store";
/// The name under which an operator hears of it at the start.
const SETTING: &str = "the package store ARTIFACTS_URL";

/// Artifacts, in a folder or in a bucket.
#[derive(Debug, Clone)]
pub struct Artifacts(Arc<dyn ObjectStore>);

impl Artifacts {
    /// The store at a location. A folder is made when it is missing; a bucket must be there, and is first asked when it is
    /// first needed. Its keys, region and endpoint come from the environment, as Amazon's own tools read them.
    ///
    /// # Errors
    /// `Unavailable`, naming `ARTIFACTS_URL`, when the folder can't be made or the bucket's settings don't fit.
    pub fn open(location: &Location) -> Result<Self> {
        match location {
            Location::Folder(folder) => Self::in_folder(folder),
            Location::Bucket { name, prefix } => Self::in_bucket(AmazonS3Builder::from_env(), name, prefix),
        }
    }

    fn in_folder(folder: &FilePath) -> Result<Self> {
        let unavailable = |error| Error::unavailable(SETTING, error);
        std::fs::create_dir_all(folder).map_err(unavailable)?;
        // A folder that may be read but not written would be found out by the first who publishes.
        let probe = folder.join(format!(".probe-{}", std::process::id()));
        std::fs::write(&probe, []).and_then(|()| std::fs::remove_file(&probe)).map_err(unavailable)?;
        let files = LocalFileSystem::new_with_prefix(folder).map_err(|error| Error::unavailable(SETTING, error))?;
        Ok(Self(Arc::new(files.with_fsync(true))))
    }

    /// A bucket that is reached as `builder` says.
    ///
    /// # Errors
    /// `Unavailable`, naming `ARTIFACTS_URL`, when a setting does not fit.
    pub fn in_bucket(builder: AmazonS3Builder, name: &str, prefix: &str) -> Result<Self> {
        // Somebody waits for the answer.
        let client =
            ClientOptions::new().with_connect_timeout(Duration::from_secs(5)).with_timeout(Duration::from_secs(60));
        let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() };
        let (builder, is_plain) = match builder.get_config_value(&AmazonS3ConfigKey::Endpoint) {
            // Amazon's own tools and others take a host alone.
            Some(host) if !host.contains("://") => (builder.with_endpoint(format!("https://{host}")), false),
            Some(endpoint) => (builder, endpoint.starts_with("http://")),
            None => (builder, false),
        };
        let client = client.with_allow_http(is_plain);
        let bucket = builder
            .with_bucket_name(name)
            .with_client_options(client)
            .with_retry(retry)
            .build()
            .map_err(|error| Error::unavailable(SETTING, error))?;
        Ok(if prefix.is_empty() { Self(Arc::new(bucket)) } else { Self(Arc::new(PrefixStore::new(bucket, prefix))) })
    }
}

#[async_trait]
impl ArtifactStore for Artifacts {
    async fn put(&self, artifact: &str, bytes: Bytes) -> Result<()> {
        self.0.put(&path(artifact)?, bytes.into()).await.map(drop).map_err(unavailable)
    }

    async fn get(&self, artifact: &str, range: Option<Range<u64>>) -> Result<Option<Box<dyn ArtifactReader>>> {
        let options = GetOptions { range: range.map(Into::into), ..GetOptions::default() };
        let found = match self.0.get_opts(&path(artifact)?, options).await {
            Err(StoreError::NotFound { .. }) => return Ok(None),
            found => found.map_err(unavailable)?,
        };
        let range = found.range.clone();
        Ok(Some(match found.payload {
            GetResultPayload::File(file, _) => Box::new(FilePieces { file: Arc::new(file), left: range }),
            GetResultPayload::Stream(stream) => Box::new(BucketPieces(stream)),
        }))
    }
}

/// Names are made by us, from digests.
fn path(artifact: &str) -> Result<Path> {
    Path::parse(artifact).map_err(Error::internal)
}

fn unavailable(error: StoreError) -> Error {
    Error::unavailable(STORE, error)
}

struct BucketPieces(BoxStream<'static, object_store::Result<Bytes>>);

#[async_trait]
impl ArtifactReader for BucketPieces {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        self.0.next().await.transpose().map_err(unavailable)
    }
}

/// Files are read in larger pieces than `object_store` would, and a file that lost its end is an error here.
struct FilePieces {
    file: Arc<File>,
    left: Range<u64>,
}

#[async_trait]
impl ArtifactReader for FilePieces {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        const PIECE: u64 = 128 * 1024;
        let (start, end) = (self.left.start, self.left.end.min(self.left.start.saturating_add(PIECE)));
        if start >= end {
            return Ok(None);
        }
        let (file, length) = (Arc::clone(&self.file), usize::try_from(end - start).map_err(Error::internal)?);
        let read = move || {
            let mut piece = vec![0; length];
            file.read_exact_at(&mut piece, start).map(|()| piece)
        };
        let piece = tokio::task::spawn_blocking(read).await.map_err(Error::internal)?;
        let piece = piece.map_err(|error| Error::unavailable(STORE, error))?;
        self.left.start = end;
        Ok(Some(piece.into()))
    }
}
