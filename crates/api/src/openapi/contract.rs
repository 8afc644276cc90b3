//! What a route takes and answers.

use schemars::SchemaGenerator;
use serde_json::Value;

use super::shape::{Draw, Shape};

/// What a route takes and answers.
#[derive(Clone, Default)]
pub(crate) struct Contract {
    /// Where no operation says what the route is for.
    pub(crate) summary: Option<&'static str>,
    /// The operation, whose schema says what it is for.
    pub(crate) operation: Option<Draw>,
    pub(crate) takes_idempotency_key: bool,
    /// The id in the path, where it is no number.
    pub(crate) id: Option<Shape>,
    pub(crate) query: Option<Shape>,
    /// Whether the query belongs to somebody else, and any name may stand in it.
    pub(crate) is_query_foreign: bool,
    /// Headers that are read, and what they say.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: Option<Body>,
    pub(crate) answers: Vec<Told>,
}

/// What is sent along.
#[derive(Clone)]
pub(crate) struct Body {
    pub(crate) is_required: bool,
    pub(crate) media: Media,
}

/// An answer.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) media: Option<Media>,
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
