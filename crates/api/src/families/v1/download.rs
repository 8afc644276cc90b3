//! `GET /v1/skills/{slug}/download`: the package, whole or in parts.

use std::ops::Range;

use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_TYPE, ETAG, EntityTag, HeaderValue,
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_catalog::packages::{ArtifactReader, Download, DownloadSkill};
use aedile_kernel::runner::Chain;
use aedile_kernel::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::{self, Stream};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Call, V1};
use crate::call::Answer;
use crate::partial::Wanted;
use crate::refusal::Refusal;
use crate::routes::refuse;

/// For GET and HEAD.
pub(super) async fn download(call: Call<DownloadSkill>) -> Answer {
    let Versioned { version } = call.query()?;
    let download = call.run(DownloadSkill { slug: call.segment("slug")?, version }).await?;
    let size = u64::try_from(download.package.size_bytes).map_err(Error::internal)?;
    let tag = EntityTag::new_strong(download.package.sha256.clone());
    match call.wanted(&tag, size) {
        Wanted::NotModified => Ok(describe(&mut HttpResponse::NotModified(), &download, &tag)?.finish()),
        Wanted::Other => Err(Refusal::PreconditionFailed),
        Wanted::NothingThere => Ok(nothing_there(size)),
        Wanted::Whole => content(&call, &download, &tag, 0..size, HttpResponse::Ok()).await,
        Wanted::Part(part) => {
            let mut response = HttpResponse::PartialContent();
            let last = part.end.saturating_sub(1);
            response.insert_header((CONTENT_RANGE, format!("bytes {}-{last}/{size}", part.start)));
            content(&call, &download, &tag, part, response).await
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Versioned {
    version: Option<String>,
}

/// What is known, and what is wanted.
pub(super) const HEADERS: &[(&str, &str)] = &[
    ("If-None-Match", "Tags of what is there already: one that fits is answered 304"),
    ("If-Match", "Tags of what is wanted: none that fits is answered 412"),
    ("Range", "One range of bytes"),
    ("If-Range", "The tag that the range is of"),
];

async fn content(
    call: &Call<DownloadSkill>,
    download: &Download,
    tag: &EntityTag,
    part: Range<u64>,
    mut response: HttpResponseBuilder,
) -> Answer {
    let length = part.end.saturating_sub(part.start);
    let response = describe(&mut response, download, tag)?;
    if call.method() == Method::HEAD {
        return Ok(response.body(SizedStream::new(length, stream::empty::<Result<_>>())));
    }
    let artifacts = &call.app.dependencies.artifacts;
    let is_begun = part.start == 0;
    let reader = artifacts.get(&download.package.artifact, Some(part)).await?;
    let reader = reader.ok_or_else(|| Error::unavailable("the package", "the store has no such artifact"))?;
    if is_begun {
        call.app.dependencies.downloads.record(download.skill_id);
    }
    Ok(response.body(SizedStream::new(length, pieces(reader))))
}

/// What is so of the package however much of it is sent.
fn describe<'a>(
    response: &'a mut HttpResponseBuilder,
    download: &Download,
    tag: &EntityTag,
) -> Result<&'a mut HttpResponseBuilder> {
    let Download { slug, version, package, .. } = download;
    let digest = digest(&package.sha256).ok_or_else(|| Error::internal("a digest that is none"))?;
    let kept = if download.is_free { "no-cache" } else { "private, no-cache" };
    Ok(response
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{slug}-{version}.zip\"")))
        .insert_header((ETAG, tag.to_string()))
        .insert_header(("Repr-Digest", format!("sha-256=:{digest}:")))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((CACHE_CONTROL, kept)))
}

/// Hexadecimal as base64.
fn digest(sha256: &str) -> Option<String> {
    let digits: Vec<char> = sha256.chars().collect();
    let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).ok();
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    bytes.map(|bytes| STANDARD.encode(bytes))
}

fn nothing_there(size: u64) -> HttpResponse {
    let mut response = refuse::<V1>(&Refusal::RangeNotSatisfiable);
    if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}")) {
        response.headers_mut().insert(CONTENT_RANGE, value);
    }
    response
}

/// The pieces, each read when the one before was sent. The answer breaks off when the store does.
fn pieces(reader: Box<dyn ArtifactReader>) -> impl Stream<Item = Result<actix_web::web::Bytes>> {
    stream::try_unfold(reader, |mut reader| async move {
        match reader.next().await {
            Ok(piece) => Ok(piece.map(|piece| (piece, reader))),
            Err(error) => {
                tracing::error!(error = %Chain(&error), "a download broke off");
                Err(error)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_told_in_base64() {
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest(of_nothing).unwrap(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(digest("zz"), None);
    }
}
