//! Reading a form with a file in it, within bounds of size and time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, BytesMut, Payload};
use actix_web::{HttpMessage, HttpRequest};
use aedile_catalog::packages::Package;
use aedile_kernel::{Error, UserId};
use futures_util::{Stream, StreamExt};

use crate::body::uncoded;
use crate::refusal::Refusal;

const MOST_METADATA: usize = 64 * 1024;
const METADATA_TOO_LARGE: Refusal = Refusal::TooLarge("the metadata is larger than 64 KiB");
const PACKAGE_TOO_LARGE: Refusal = Refusal::TooLarge("the package is larger than 20 MiB");
/// Both fields, and the boundaries and headers around them.
const MOST_BYTES: usize = Package::MAX_BYTES + MOST_METADATA + 16 * 1024;
/// How long nothing may come.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may take in all: 20 MiB at a third of a megabit a second.
const DEADLINE: Duration = Duration::from_secs(600);

/// What a package comes with.
pub(crate) struct Upload {
    pub(crate) metadata: Bytes,
    pub(crate) package: Bytes,
}

/// The form with the fields `metadata` and `package`, each once, in any order.
pub(crate) async fn read(request: &HttpRequest, payload: Payload) -> Result<Upload, Refusal> {
    uncoded(request)?;
    if !request.content_type().eq_ignore_ascii_case("multipart/form-data") {
        return Err(Refusal::NotMultipart);
    }
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MOST_BYTES) {
        return Err(PACKAGE_TOO_LARGE);
    }
    let form = Multipart::new(request.headers(), bounded(payload));
    tokio::time::timeout(DEADLINE, fields(form)).await.map_err(|_| Refusal::UploadStalled)?
}

/// Ends with an error once more has come than any form may have.
fn bounded(payload: Payload) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    let mut come = 0_usize;
    payload.into_inner().map(move |chunk| {
        let chunk = chunk?;
        come = come.saturating_add(chunk.len());
        if come > MOST_BYTES { Err(PayloadError::Overflow) } else { Ok(chunk) }
    })
}

async fn fields(mut form: Multipart) -> Result<Upload, Refusal> {
    let (mut metadata, mut package) = (None, None);
    while let Some(field) = patiently(form.next()).await? {
        let mut field = field.map_err(|error| unreadable(&error))?;
        let (place, most, too_large) = match field.name() {
            Some("metadata") => (&mut metadata, MOST_METADATA, METADATA_TOO_LARGE),
            Some("package") => (&mut package, Package::MAX_BYTES, PACKAGE_TOO_LARGE),
            _ => return Err(Error::invalid("body", "has a field that is neither metadata nor package").into()),
        };
        if place.is_some() {
            return Err(Error::invalid("body", "has a field twice").into());
        }
        *place = Some(content(&mut field, most, too_large).await?);
    }
    let needed = |field: Option<Bytes>, name| field.ok_or_else(|| Error::invalid(name, "is missing from the form"));
    Ok(Upload { metadata: needed(metadata, "metadata")?, package: needed(package, "package")? })
}

async fn content(field: &mut Field, most: usize, too_large: Refusal) -> Result<Bytes, Refusal> {
    let mut content = BytesMut::new();
    while let Some(chunk) = patiently(field.next()).await? {
        let chunk = chunk.map_err(|error| unreadable(&error))?;
        if content.len() + chunk.len() > most {
            return Err(too_large);
        }
        content.extend_from_slice(&chunk);
    }
    Ok(content.freeze())
}

async fn patiently<T>(next: impl Future<Output = T>) -> Result<T, Refusal> {
    tokio::time::timeout(PATIENCE, next).await.map_err(|_| Refusal::UploadStalled)
}

fn unreadable(error: &MultipartError) -> Refusal {
    match error {
        MultipartError::Payload(PayloadError::Overflow) => PACKAGE_TOO_LARGE,
        error => Error::invalid("body", format!("is no form that can be read: {error}")).into(),
    }
}

/// Who uploads right now. Packages are held in memory until they are kept, so nobody may send many at once.
#[derive(Default)]
pub(crate) struct Uploads(Arc<Mutex<HashMap<UserId, usize>>>);

impl Uploads {
    const AT_ONCE: usize = 3;

    /// A turn for one upload of the user, which ends when it is dropped.
    pub(crate) fn turn(&self, user: &UserId) -> Result<Turn, Error> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = running.entry(user.clone()).or_default();
        if *count >= Self::AT_ONCE {
            return Err(Error::RateLimited { retry_after_seconds: PATIENCE.as_secs() });
        }
        *count += 1;
        Ok(Turn { running: Arc::clone(&self.0), user: user.clone() })
    }
}

/// A turn for one upload.
pub(crate) struct Turn {
    running: Arc<Mutex<HashMap<UserId, usize>>>,
    user: UserId,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let left = running.get(&self.user).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            running.remove(&self.user);
        } else {
            running.insert(self.user.clone(), left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_three_turns_at_once_and_each_comes_back() {
        let (uploads, [ada, bob]) = (Uploads::default(), ["ada", "bob"].map(|id| UserId::parse(id).unwrap()));
        let mut turns: Vec<Turn> = (0..3).map(|_| uploads.turn(&ada).unwrap()).collect();
        assert!(matches!(uploads.turn(&ada), Err(Error::RateLimited { .. })));
        let other = uploads.turn(&bob).unwrap();
        turns.pop();
        turns.push(uploads.turn(&ada).unwrap());
        assert!(uploads.turn(&ada).is_err());
        drop((turns, other));
        assert!(uploads.0.lock().unwrap().is_empty());
    }
}
