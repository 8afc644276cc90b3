//! The documents: what everybody may know, and what is for admins.

use std::borrow::Cow;
use std::collections::BTreeSet;

use aedile_kernel::registry::Description;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::family::{FamilyDescription, RefusalShape, schemes};
use super::schemas::Schemas;
use super::{Documented, by_name, paths};

const PUBLIC: &str = "Every endpoint that is not an admin's.";
const FULL: &str = "Every endpoint: the public ones, those of the admin area, and every operation that the reader may run by its \
                    name, in one shape.";

/// The OpenAPI documents of a set of routes, made when they are first asked for.
pub(crate) struct Documents {
    public: Value,
    routes: Draft,
    by_name: ByName,
}

/// How operations by name are described.
#[derive(Clone, Copy)]
pub(crate) struct ByName {
    /// The path at which operations are run by name.
    pub(crate) run: &'static str,
    pub(crate) family: &'static FamilyDescription,
}

impl Documents {
    pub(crate) fn of(routes: &[Documented], by_name: ByName) -> Self {
        // Where operations are run stands in the document once for each of them.
        let routes = || routes.iter().filter(|documented| documented.route.path != by_name.run);
        let public = Draft::of(routes().filter(|documented| documented.is_public())).finish("Aedile", PUBLIC);
        Self { public, routes: Draft::of(routes()), by_name }
    }

    /// The public API.
    pub(crate) fn public(&self) -> &Value {
        &self.public
    }

    /// Every endpoint, with these operations by name.
    pub(crate) fn full<'a>(&self, operations: impl Iterator<Item = &'a Description>) -> Value {
        let mut draft = self.routes.clone();
        for operation in operations {
            let path = self.by_name.run.replace("{name}", operation.name);
            draft.paths.insert(path, by_name::path(operation, self.by_name.family, &mut draft.schemas));
        }
        draft.finish("Aedile: all endpoints", FULL)
    }
}

/// A document in the making.
#[derive(Clone, Default)]
struct Draft {
    paths: Map<String, Value>,
    tags: Vec<Value>,
    responses: Map<String, Value>,
    credentials: BTreeSet<&'static str>,
    schemas: Schemas,
}

impl Draft {
    fn of<'a>(routes: impl Iterator<Item = &'a Documented>) -> Self {
        let mut draft = Self::default();
        routes.for_each(|documented| draft.add(documented));
        draft
    }

    fn add(&mut self, documented: &Documented) {
        let Documented { route, family, .. } = documented;
        self.credentials.extend(family.credentials);
        let tag = json!({ "name": family.name, "description": family.about });
        if !self.tags.contains(&tag) {
            self.tags.push(tag);
        }
        if !self.responses.contains_key(family.refused.name) {
            let response = refusal(family.refused, &mut self.schemas);
            self.responses.insert(family.refused.name.to_owned(), response);
        }
        let operation = paths::of(documented, &mut self.schemas);
        let path = self.paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(methods) = path.as_object_mut() {
            methods.insert(route.method.to_lowercase(), operation);
        }
    }

    fn finish(self, title: &str, about: &str) -> Value {
        json!({
            "openapi": "3.1.0",
            "info": { "title": title, "version": env!("CARGO_PKG_VERSION"), "description": about },
            "servers": [{ "url": "/" }],
            "tags": self.tags,
            "paths": self.paths,
            "components": {
                "schemas": self.schemas.finish(),
                "responses": self.responses,
                "securitySchemes": schemes(&self.credentials),
            },
        })
    }
}

fn refusal(refused: &RefusalShape, schemas: &mut Schemas) -> Value {
    let content = match refused.draw {
        Some(draw) => {
            let schema = schemas.take(refused.name, super::Shape::Of(draw).answered());
            paths::with_example(&schema, schemas)
        }
        None => json!({}),
    };
    json!({ "description": refused.about, "content": { refused.media: content } })
}

/// An OpenAPI document.
pub(crate) struct Document;

impl JsonSchema for Document {
    fn schema_name() -> Cow<'static, str> {
        "Document".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "An OpenAPI document.",
            "required": ["openapi", "info", "paths", "components"],
            "properties": {
                "openapi": { "type": "string", "examples": ["3.1.0"] },
                "info": { "type": "object", "examples": [{ "title": "Aedile", "version": "0.1.0" }] },
                "paths": { "type": "object", "examples": [{}] },
                "components": { "type": "object", "examples": [{}] },
            },
        })
    }
}
