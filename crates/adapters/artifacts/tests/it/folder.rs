//! Artifacts in a folder.

use aedile_artifacts::{Artifacts, Location, ZipInspector};
use aedile_catalog::packages::{ArtifactStore, PackageInspector};
use aedile_kernel::{Error, Result};
use bytes::Bytes;

use crate::corpus::good;

pub(crate) async fn whole(
    store: &Artifacts,
    name: &str,
    range: Option<std::ops::Range<u64>>,
) -> Result<Option<Vec<u8>>> {
    let Some(mut reader) = store.get(name, range).await? else { return Ok(None) };
    let mut all = Vec::new();
    while let Some(piece) = reader.next().await? {
        assert!(!piece.is_empty() && piece.len() <= 1 << 20, "{}", piece.len());
        all.extend(piece);
    }
    Ok(Some(all))
}

fn in_folder(folder: &std::path::Path) -> Result<Artifacts> {
    Artifacts::open(&Location::Folder(folder.to_owned()))
}

#[tokio::test]
async fn what_is_put_is_got_whole_and_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let store = in_folder(&folder.path().join("not/yet/there")).unwrap();
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    for _ in 0..2 {
        store.put("packages/ab.zip", Bytes::from(bytes.clone())).await.unwrap();
        assert_eq!(whole(&store, "packages/ab.zip", None).await.unwrap().unwrap(), bytes);
    }
    for (from, to) in [(0, 1), (0, 1_000_000), (999_999, 1_000_000), (131_071, 131_073), (500_000, 900_000)] {
        let part = whole(&store, "packages/ab.zip", Some(from..to)).await.unwrap().unwrap();
        let (from, to) = (usize::try_from(from).unwrap(), usize::try_from(to).unwrap());
        assert_eq!(part, bytes[from..to], "{from}..{to}");
    }
    assert_eq!(whole(&store, "packages/cd.zip", None).await.unwrap(), None);
    let kept: Vec<_> = std::fs::read_dir(folder.path().join("not/yet/there/packages")).unwrap().collect();
    assert_eq!(kept.len(), 1, "nothing is left beside it: {kept:?}");
}

#[tokio::test]
async fn another_store_on_the_folder_sees_it() {
    let folder = tempfile::tempdir().unwrap();
    in_folder(folder.path()).unwrap().put("packages/ab.zip", Bytes::from_static(b"x")).await.unwrap();
    let again = in_folder(folder.path()).unwrap();
    assert_eq!(whole(&again, "packages/ab.zip", None).await.unwrap().unwrap(), b"x");
}

#[tokio::test]
async fn a_file_that_lost_its_end_breaks_off() {
    let folder = tempfile::tempdir().unwrap();
    let store = in_folder(folder.path()).unwrap();
    store.put("packages/ab.zip", Bytes::from(vec![7; 1_000])).await.unwrap();
    let mut reader = store.get("packages/ab.zip", Some(0..1_000)).await.unwrap().unwrap();
    std::fs::write(folder.path().join("packages/ab.zip"), [7; 10]).unwrap();
    let mut result = reader.next().await;
    while matches!(result, Ok(Some(_))) {
        result = reader.next().await;
    }
    assert!(matches!(result, Err(Error::Unavailable { .. })), "{result:?}");
}

#[tokio::test]
async fn a_folder_that_went_away_is_unavailable_and_one_that_comes_back_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("artifacts");
    let store = in_folder(&path).unwrap();
    std::fs::remove_dir_all(&path).unwrap();
    std::fs::write(&path, b"in its place").unwrap();
    let refused = store.put("packages/ab.zip", Bytes::from_static(b"x")).await;
    assert!(matches!(refused, Err(Error::Unavailable { what: "the package store", .. })), "{refused:?}");
    std::fs::remove_file(&path).unwrap();
    store.put("packages/ab.zip", Bytes::from_static(b"x")).await.unwrap();
}

#[test]
fn a_folder_that_can_not_be_made_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"").unwrap();
    let error = in_folder(&file.join("below")).unwrap_err();
    assert!(error.to_string().contains("ARTIFACTS_URL"), "{error}");
}

#[tokio::test]
async fn many_are_looked_into_at_once() {
    let (inspector, bytes) = (ZipInspector::new(), Bytes::from(good().bytes()));
    let looks: Vec<_> = (0..64)
        .map(|_| {
            let (inspector, bytes) = (inspector.clone(), bytes.clone());
            tokio::spawn(async move { inspector.inspect(bytes).await })
        })
        .collect();
    for look in looks {
        assert_eq!(look.await.unwrap().unwrap().entries, 2);
    }
    let refused = inspector.inspect(Bytes::from_static(b"no zip")).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
}
