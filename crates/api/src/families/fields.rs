//! The object that an answer is.

use aedile_kernel::{InstallationKey, Page, PageRequest};
use schemars::JsonSchema;
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::openapi::{Shape, field, list};

/// `{NAME: …}`, and what else belongs beside it, each encoded once.
pub(crate) struct Fields {
    fields: Vec<(&'static str, serde_json::Result<Box<RawValue>>)>,
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.fields.len()))?;
        for (name, value) in &self.fields {
            map.serialize_entry(name, value.as_ref().map_err(S::Error::custom)?)?;
        }
        map.end()
    }
}

/// What [`Fields::page`] writes.
pub(crate) fn page<B: JsonSchema>(name: &'static str) -> Shape {
    list::<B>(name).and(paging())
}

/// What stands beside the rows of a page.
pub(crate) fn paging() -> Shape {
    field::<Option<u64>>("total").with::<u32>("limit").with::<u32>("offset").with::<Option<String>>("next_cursor")
}

impl Fields {
    pub(crate) fn of(name: &'static str, value: impl Serialize) -> Self {
        Self { fields: Vec::with_capacity(1) }.with(name, value)
    }

    /// A whole list, each row in its wire shape.
    pub(crate) fn list<T, B: From<T> + Serialize>(name: &'static str, rows: Vec<T>) -> Self {
        Self::of(name, rows.into_iter().map(B::from).collect::<Vec<_>>())
    }

    /// A page of a list. `total` is null behind a cursor, where it is not counted; `next_cursor` is null at the end.
    pub(crate) fn page<T, B: From<T> + Serialize>(
        name: &'static str,
        page: Page<T>,
        asked: &PageRequest,
        key: &InstallationKey,
    ) -> Self {
        let next = page.next.map(|cursor| key.seal(&cursor));
        Self::list::<T, B>(name, page.items)
            .with("total", page.total)
            .with("limit", asked.limit)
            .with("offset", asked.offset())
            .with("next_cursor", next)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Serialize) -> Self {
        self.fields.push((name, to_raw_value(&value)));
        self
    }

    /// The fields of both.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.fields.extend(other.fields);
        self
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Cursor;
    use serde_json::{Value, json, to_value};

    use super::*;

    const KEY: InstallationKey = InstallationKey::new([7; 32]);

    #[test]
    fn fields_stand_side_by_side() {
        let list = Fields::list::<u8, u16>("rows", vec![1, 2]).with("total", 2);
        let all = Fields::of("success", true).and(list);
        assert_eq!(to_value(all).unwrap(), json!({"success": true, "rows": [1, 2], "total": 2}));
    }

    #[test]
    fn a_page_says_where_it_stands() {
        let page = |total, next| {
            let page = Page { items: vec![1_u8], total, next };
            to_value(Fields::page::<u8, u8>("rows", page, &PageRequest::first(), &KEY)).unwrap()
        };
        assert_eq!(
            page(Some(1), None),
            json!({"rows": [1], "total": 1, "limit": 50, "offset": 0, "next_cursor": null})
        );
        let next = Cursor::new(3, 4);
        let more = page(None, Some(next.clone()));
        assert_eq!(more["total"], Value::Null);
        assert_eq!(KEY.open(more["next_cursor"].as_str().unwrap()).unwrap(), next);
    }
}
