//! What a route takes and answers, said in its line of the route table.

use schemars::JsonSchema;

use super::Routes;
use crate::api_family::ApiFamily;
use crate::openapi::{Body, Media, Shape, Told, of};

/// What is said of the route that was listed last.
impl<A: ApiFamily> Routes<A> {
    /// What the route is for.
    pub(crate) fn tells(self, summary: &'static str) -> Self {
        self.say(|contract| contract.summary = Some(summary))
    }

    /// The id in the path is a `T`, and no number.
    pub(crate) fn at<T: JsonSchema>(self) -> Self {
        self.say(|contract| contract.id = Some(of::<T>()))
    }

    pub(crate) fn query<T: JsonSchema>(self) -> Self {
        self.say(|contract| contract.query = Some(of::<T>()))
    }

    /// The query is not read, and may hold anything.
    pub(crate) fn ignores_query(self) -> Self {
        self.say(|contract| contract.is_query_foreign = true)
    }

    pub(crate) fn reads(self, headers: &'static [(&'static str, &'static str)]) -> Self {
        self.say(|contract| contract.headers = headers)
    }

    /// The body is a `T`.
    pub(crate) fn takes<T: JsonSchema>(self) -> Self {
        self.takes_media(Media::Json(of::<T>()))
    }

    /// The body is a `T`, or absent.
    pub(crate) fn may_take<T: JsonSchema>(self) -> Self {
        let body = Body { is_required: false, media: Media::Json(of::<T>()) };
        self.say(|contract| contract.body = Some(body))
    }

    pub(crate) fn takes_media(self, media: Media) -> Self {
        self.say(|contract| contract.body = Some(Body { is_required: true, media }))
    }

    pub(crate) fn answers(self, shape: Shape) -> Self {
        self.answers_with(200, Media::Json(shape))
    }

    pub(crate) fn creates(self, shape: Shape) -> Self {
        self.answers_with(201, Media::Json(shape))
    }

    /// An answer without a body.
    pub(crate) fn answers_nothing(self, status: u16) -> Self {
        self.say(|contract| contract.answers.push(Told { status, media: None }))
    }

    pub(crate) fn answers_with(self, status: u16, media: Media) -> Self {
        self.say(|contract| contract.answers.push(Told { status, media: Some(media) }))
    }
}
