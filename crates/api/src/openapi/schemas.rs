//! The definitions of all schemas of a document, each once.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The definitions so far, by name.
#[derive(Clone, Default)]
pub(super) struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    /// A schema whose definitions are among the document's. A name that means something else elsewhere is told apart by
    /// `place`, where the schema stands.
    pub(super) fn take(&mut self, place: &str, mut schema: Value) -> Value {
        let Some(fields) = schema.as_object_mut() else { return schema };
        fields.remove("$schema");
        let definitions = fields.remove("$defs").and_then(|definitions| definitions.as_object().cloned());
        let definitions = definitions.unwrap_or_default();
        let names: BTreeMap<String, String> = definitions
            .iter()
            .map(|(name, definition)| {
                let is_other = self.0.get(name).is_some_and(|known| known != &pointed(definition));
                (name.clone(), if is_other { format!("{name}.{place}") } else { name.clone() })
            })
            .collect();
        for (name, mut definition) in definitions {
            point(&mut definition, &names);
            let known_as = names.get(&name).cloned().unwrap_or(name);
            self.0.insert(known_as, definition);
        }
        point(&mut schema, &names);
        schema
    }

    /// What a reference stands for.
    pub(super) fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let target = schema.get("$ref").and_then(Value::as_str);
        let name = target.and_then(|target| target.strip_prefix("#/components/schemas/"));
        name.and_then(|name| self.0.get(name)).unwrap_or(schema)
    }

    pub(super) fn finish(self) -> Map<String, Value> {
        self.0.into_iter().collect()
    }
}

/// A definition with its references into the document.
fn pointed(definition: &Value) -> Value {
    let mut definition = definition.clone();
    point(&mut definition, &BTreeMap::new());
    definition
}

/// Lets references point into the document.
fn point(schema: &mut Value, names: &BTreeMap<String, String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get_mut("$ref")
                && let Some(name) = target.strip_prefix("#/$defs/")
            {
                let name = names.get(name).map_or(name, String::as_str);
                *target = format!("#/components/schemas/{name}");
            }
            fields.values_mut().for_each(|value| point(value, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| point(item, names)),
        _ => {}
    }
}
