//! Facts that operations state of themselves fit one another.

use std::collections::BTreeSet;

use aedile_kernel::Effect;
use aedile_kernel::fields::{Field, fields};
use aedile_kernel::registry::Description;

fn field<'a>(known: &'a [Field], name: &str) -> Option<&'a Field> {
    known.iter().find(|field| field.name == name)
}

#[test]
fn what_an_operation_says_of_others_is_so() {
    let all = aedile::operations_by_name();
    let find = |name: &str| all.iter().find(|operation| operation.name == name);
    for Description { name, input, prefill, tested_by, gives_away, effect, .. } in &all {
        let known = fields(input.as_value());
        if let Some(prefill) = prefill {
            let query = find(prefill.query).map(|query| query.effect);
            assert!(query.is_none_or(|effect| effect == Effect::Read), "{name} is prefilled by a change");
            assert!(
                prefill.key.is_none_or(|key| field(&known, key).is_some()),
                "{name} has no field {:?}",
                prefill.key
            );
        }
        if let Some(test) = tested_by {
            let fields_of = |schema| fields(schema).into_iter().map(|field| field.name).collect::<BTreeSet<_>>();
            let tests = find(test).unwrap_or_else(|| panic!("{name} has no test {test}"));
            assert_eq!(fields_of(input.as_value()), fields_of(tests.input.as_value()), "{name} and {test}");
        }
        assert!(gives_away.iter().all(|given| field(&known, given).is_some()), "{name} gives away {gives_away:?}");
        assert!(gives_away.is_empty() || *effect != Effect::Read, "{name} reads and gives");
    }
}

#[test]
fn what_is_changed_by_a_form_is_shown_in_it() {
    for operation in of_verb("update") {
        assert!(operation.prefill.is_some(), "{}: its form would be empty", operation.name);
    }
}

/// The operations of this verb.
fn of_verb(verb: &str) -> impl Iterator<Item = Description> {
    aedile::operations_by_name().into_iter().filter(move |operation| operation.name.ends_with(&format!(".{verb}")))
}

#[test]
fn secrets_and_long_texts_are_marked_as_such() {
    for operation in aedile::operations_by_name() {
        for field in fields(operation.input.as_value()) {
            let names = |all: &[&str]| all.contains(&field.name.as_str());
            let what = format!("{} {}", operation.name, field.name);
            let is_secret = names(&["password"]) || what == "api_key.verify key";
            assert_eq!(field.format.as_deref() == Some("password"), is_secret, "{what}");
            if names(&["body", "description", "html_body", "note", "notes", "reason", "features"]) {
                assert!(field.is_multiline, "{what}: mark it with x-multiline");
            }
        }
    }
}
