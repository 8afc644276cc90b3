//! Times as the families write them.

use std::borrow::Cow;

use aedile_kernel::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// `2026-01-15T10:30:00Z`.
pub(crate) struct Zoned(Timestamp);

/// `2026-01-15T10:30:00`, which is UTC.
pub(crate) struct Zoneless(Timestamp);

/// `2026-01-15T10:30:00.000Z`.
pub(crate) struct ToTheMilli(Timestamp);

/// A time that is asked for: RFC 3339, or without a zone and then UTC. Read by [`Timestamp::parse`], which knows the field.
pub(crate) enum Asked {}

macro_rules! time {
    ($name:ident, $write:ident, $schema:tt) => {
        impl From<Timestamp> for $name {
            fn from(time: Timestamp) -> Self {
                Self(time)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0.$write())
            }
        }

        described!($name, $schema);
    };
}

macro_rules! described {
    ($name:ident, $schema:tt) => {
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

time!(Zoned, to_rfc3339, { "type": "string", "format": "date-time", "examples": ["2026-01-15T10:30:00Z"] });
time!(Zoneless, to_zoneless, {
    "type": "string", "pattern": r"^-?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d$", "examples": ["2026-01-15T10:30:00"],
});
time!(ToTheMilli, to_rfc3339_millis, {
    "type": "string", "format": "date-time", "examples": ["2026-01-15T10:30:00.000Z"],
});
described!(Asked, { "type": "string", "examples": ["2026-01-15T10:30:00Z"] });
