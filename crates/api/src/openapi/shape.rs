//! The shape of a body: a type's own, or that of an object whose fields are named one by one.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

/// Draws the schema of a type.
pub(crate) type Draw = fn(&mut SchemaGenerator) -> Schema;

/// The shape of a body.
#[derive(Clone)]
pub(crate) enum Shape {
    /// A type's own.
    Of(Draw),
    /// What [`crate::families::fields::Fields`] writes.
    Fields(Vec<Field>),
}

/// A field of an object.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    name: &'static str,
    draw: Draw,
    is_always_there: bool,
}

/// The shape of `T`.
pub(crate) fn of<T: JsonSchema>() -> Shape {
    Shape::Of(SchemaGenerator::subschema_for::<T>)
}

/// `{NAME: T}`.
pub(crate) fn field<T: JsonSchema>(name: &'static str) -> Shape {
    Shape::Fields(Vec::new()).with::<T>(name)
}

/// `{NAME: [T, …]}`.
pub(crate) fn list<T: JsonSchema>(name: &'static str) -> Shape {
    field::<Vec<T>>(name)
}

impl Field {
    fn of<T: JsonSchema>(name: &'static str) -> Self {
        Self { name, draw: SchemaGenerator::subschema_for::<T>, is_always_there: true }
    }
}

impl Shape {
    /// One field more.
    pub(crate) fn with<T: JsonSchema>(self, name: &'static str) -> Self {
        self.and(Self::Fields(vec![Field::of::<T>(name)]))
    }

    /// One field more, which need not be there.
    pub(crate) fn may_with<T: JsonSchema>(self, name: &'static str) -> Self {
        self.and(field::<T>(name).optional())
    }

    /// The same, where no field need be there.
    pub(crate) fn optional(self) -> Self {
        match self {
            Self::Fields(fields) => {
                Self::Fields(fields.into_iter().map(|field| Field { is_always_there: false, ..field }).collect())
            }
            Self::Of(_) => self,
        }
    }

    /// The fields of both.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fields(mut fields), Self::Fields(more)) => {
                fields.extend(more);
                Self::Fields(fields)
            }
            (shape, _) => shape,
        }
    }

    /// The schema of what is answered in this shape, with its definitions.
    pub(super) fn answered(&self) -> Value {
        self.draw(SchemaSettings::draft2020_12().for_serialize())
    }

    /// The schema of what is asked in this shape, with its definitions; the outermost type has no definition of its own.
    pub(super) fn asked(&self) -> Value {
        let mut schema = self.draw(SchemaSettings::draft2020_12().for_deserialize());
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix("#/$defs/"));
        let Some(name) = target.map(str::to_owned) else { return schema };
        let mut definitions = schema.get_mut("$defs").and_then(Value::as_object_mut).map(std::mem::take);
        let own = definitions.as_mut().and_then(|definitions| definitions.remove(&name));
        match own {
            Some(Value::Object(mut own)) => {
                own.insert("$defs".to_owned(), definitions.into());
                Value::Object(own)
            }
            _ => Value::Null,
        }
    }

    fn draw(&self, settings: SchemaSettings) -> Value {
        let mut generator = settings.into_generator();
        let mut schema = match self {
            Self::Of(draw) => draw(&mut generator).to_value(),
            Self::Fields(fields) => {
                let required: Vec<&str> =
                    fields.iter().filter(|field| field.is_always_there).map(|field| field.name).collect();
                let drawn = fields.iter().map(|field| (field.name.to_owned(), (field.draw)(&mut generator).to_value()));
                let properties: Map<String, Value> = drawn.collect();
                json!({ "type": "object", "required": required, "properties": properties })
            }
        };
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("$defs".to_owned(), generator.take_definitions(true).into());
        }
        schema
    }
}

/// `true`, and never anything else.
pub(crate) struct Yes;

impl JsonSchema for Yes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Yes".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "boolean", "const": true })
    }
}
