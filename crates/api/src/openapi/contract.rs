//! What a route takes and answers, said in its line of the route table.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use super::shape::{Draw, Shape, of};
use crate::families::ApiFamily;
use crate::routes::Routes;

/// What a route takes and answers.
#[derive(Clone, Default)]
pub(crate) struct Contract {
    /// Where no operation says what the route is for.
    pub(super) summary: Option<&'static str>,
    /// The operation, whose schema says what it is for.
    pub(super) operation: Option<Draw>,
    pub(super) takes_idempotency_key: bool,
    /// The id in the path, where it is no number.
    pub(super) id: Option<Shape>,
    pub(super) query: Option<Shape>,
    /// Whether the query belongs to somebody else, and any name may stand in it.
    pub(crate) is_query_foreign: bool,
    /// Headers that are read, and what they say.
    pub(super) headers: &'static [(&'static str, &'static str)],
    pub(super) body: Option<Body>,
    pub(super) answers: Vec<Told>,
}

/// What is sent along.
#[derive(Clone)]
pub(super) struct Body {
    pub(super) is_required: bool,
    pub(super) media: Media,
}

/// An answer.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) status: u16,
    pub(super) media: Option<Media>,
}

/// Content, and what it is written in.
#[derive(Clone)]
pub(crate) enum Media {
    Json(Shape),
    Form(Shape),
    Multipart(Shape),
    /// Content without a schema, and its type.
    Other(&'static str),
}

impl Contract {
    /// What documents say of any route of the operation `O`.
    pub(crate) fn of<O: aedile_kernel::Operation>() -> Self {
        Self {
            operation: Some(SchemaGenerator::subschema_for::<O>),
            takes_idempotency_key: O::TAKES_IDEMPOTENCY_KEY,
            ..Self::default()
        }
    }

    /// The schema of the query, if one is read.
    pub(crate) fn asked_in_query(&self) -> Option<Value> {
        self.query.as_ref().map(Shape::asked)
    }
}

/// What is said of the route that was listed last.
impl<D: ApiFamily> Routes<D> {
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
