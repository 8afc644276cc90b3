//! Changing a scope, or making one.

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, Prefill, Result, Timestamp, Topic, text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{NewScope, RESOURCE, Scope, ScopeUpdate, Scopes};
use crate::tiers::fields;

/// Updates a scope's texts, minimum tier or state. Creates the scope when it does not exist and `display_name` and
/// `required_tier` are given.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateScope {
    /// Name of the scope.
    pub scope_name: String,
    /// Display name.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Description.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub description: Option<String>,
    /// Minimum tier of the caller.
    #[serde(default)]
    pub required_tier: Option<String>,
    /// Whether it is active.
    #[serde(default)]
    pub is_active: Option<bool>,
}

impl Operation for UpdateScope {
    const NAME: &'static str = "scope.update";
    const PERMISSION: Permission = Permission::ConfigWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const PREFILL: Option<Prefill> = Some(Prefill { query: "scope.list", key: Some("scope_name") });
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Scopes;
    type Output = ScopeUpdate;

    fn resource_id(&self) -> Option<String> {
        Some(self.scope_name.clone())
    }
}

impl Command for UpdateScope {
    fn run(&self, scopes: &mut Self::Repository, cx: &Context) -> Result<Change<ScopeUpdate>> {
        let wanted = self.checked()?;
        let tier_exists = match wanted.required_tier.as_deref() {
            Some(tier) => scopes.hold_tier(tier)?,
            None => true,
        };
        let found = scopes.lock_scope(&wanted.scope_name)?;
        if found.is_none() && (wanted.display_name.is_none() || wanted.required_tier.is_none()) {
            return Err(Error::not_found("Scope"));
        }
        if !tier_exists {
            return Err(Error::invalid("required_tier", "there is no such tier"));
        }
        match found {
            Some(before) => change(scopes, &before, wanted, cx.now),
            None => create(scopes, wanted, cx.now),
        }
    }
}

impl UpdateScope {
    /// The same input with its fields checked and trimmed.
    fn checked(&self) -> Result<Self> {
        Ok(Self {
            scope_name: text::identifier("scope_name", &self.scope_name)?,
            display_name: self.display_name.as_deref().map(fields::display_name).transpose()?,
            description: self.description.as_deref().map(fields::description).transpose()?,
            required_tier: self
                .required_tier
                .as_deref()
                .map(|tier| text::identifier("required_tier", tier))
                .transpose()?,
            is_active: self.is_active,
        })
    }
}

fn create(scopes: &mut dyn Scopes, wanted: UpdateScope, now: Timestamp) -> Result<Change<ScopeUpdate>> {
    let (Some(display_name), Some(required_tier)) = (wanted.display_name, wanted.required_tier) else {
        return Err(Error::not_found("Scope"));
    };
    let new = NewScope {
        scope_name: wanted.scope_name,
        display_name,
        description: wanted.description.unwrap_or_default(),
        required_tier,
        is_active: wanted.is_active.unwrap_or(true),
    };
    let scope = scopes.insert_scope(&new, now)?;
    Ok(Change::of(RESOURCE, &scope.scope_name)
        .after(&scope)
        .invalidate(Topic::Rules)
        .returning(ScopeUpdate { scope, created: true }))
}

fn change(scopes: &mut dyn Scopes, before: &Scope, wanted: UpdateScope, now: Timestamp) -> Result<Change<ScopeUpdate>> {
    let mut after = Scope {
        display_name: wanted.display_name.unwrap_or_else(|| before.display_name.clone()),
        description: wanted.description.unwrap_or_else(|| before.description.clone()),
        required_tier: wanted.required_tier.unwrap_or_else(|| before.required_tier.clone()),
        is_active: wanted.is_active.unwrap_or(before.is_active),
        ..before.clone()
    };
    if after == *before {
        return Ok(Change::none().returning(ScopeUpdate { scope: after, created: false }));
    }
    after.updated_at = now;
    scopes.update_scope(&after)?;
    Ok(Change::of(RESOURCE, &after.scope_name)
        .before(before)
        .after(&after)
        .invalidate(Topic::Rules)
        .returning(ScopeUpdate { scope: after, created: false }))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use mockall::Sequence;
    use serde_json::{Value, json};

    use super::super::{MockScopes, ScopeId, samples};
    use super::*;

    fn run(scopes: &mut MockScopes, input: Value) -> Result<Change<ScopeUpdate>> {
        let command: UpdateScope = serde_json::from_value(input).unwrap();
        command.run(scopes, &context_of("boss", [Permission::ConfigWrite]))
    }

    /// The scope `compile` and the tiers `free` and `pro`.
    fn store() -> MockScopes {
        let mut scopes = MockScopes::new();
        scopes.expect_lock_scope().returning(|name| Ok((name == "compile").then(|| samples::scope("compile", "free"))));
        scopes.expect_hold_tier().returning(|tier| Ok(matches!(tier, "free" | "pro")));
        scopes
    }

    #[test]
    fn the_tier_can_be_changed() {
        let mut scopes = store();
        scopes.expect_update_scope().once().withf(|scope| scope.required_tier == "pro").returning(|_| Ok(()));
        let change = run(&mut scopes, json!({"scope_name": "compile", "required_tier": "pro"})).unwrap();
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.resource_type, record.resource_id.as_str()), ("scope_config", "compile"));
        assert_eq!(record.old_values, Some(json!({"required_tier": "free"})));
        assert_eq!(record.new_values, Some(json!({"required_tier": "pro"})));
    }

    #[test]
    fn an_unknown_scope_is_made_from_the_needed_fields() {
        let mut scopes = store();
        scopes.expect_insert_scope().once().returning(|new, now| {
            Ok(Scope { id: ScopeId(9), created_at: now, ..samples::scope(&new.scope_name, &new.required_tier) })
        });
        let input = json!({"scope_name": "export", "display_name": "Export", "required_tier": "pro"});
        let change = run(&mut scopes, input).unwrap();
        assert!(change.output().created);
        assert_eq!(change.records().len(), 1);
    }

    #[test]
    fn an_unknown_scope_without_them_is_not_found() {
        for input in [
            json!({"scope_name": "export"}),
            json!({"scope_name": "export", "display_name": "Export"}),
            json!({"scope_name": "export", "required_tier": "pro"}),
            json!({"scope_name": "export", "required_tier": "nope"}),
        ] {
            assert!(matches!(run(&mut store(), input.clone()), Err(Error::NotFound(_))), "{input}");
        }
    }

    #[test]
    fn an_unknown_tier_is_invalid() {
        for input in [
            json!({"scope_name": "compile", "required_tier": "gold"}),
            json!({"scope_name": "compile", "required_tier": "a\u{0}"}),
            json!({"scope_name": "export", "display_name": "Export", "required_tier": "gold"}),
        ] {
            assert!(matches!(run(&mut store(), input.clone()), Err(Error::Invalid(_))), "{input}");
        }
    }

    #[test]
    fn sending_what_is_there_writes_nothing() {
        for input in [json!({"scope_name": "compile"}), json!({"scope_name": "compile", "required_tier": "free"})] {
            assert!(run(&mut store(), input).unwrap().records().is_empty());
        }
    }

    #[test]
    fn a_creation_that_comes_second_is_a_conflict() {
        let mut scopes = store();
        scopes.expect_insert_scope().returning(|_, _| Err(Error::conflict("this scope exists")));
        let input = json!({"scope_name": "export", "display_name": "Export", "required_tier": "pro"});
        assert!(matches!(run(&mut scopes, input), Err(Error::Conflict(_))));
    }

    #[test]
    fn c_31_the_tier_is_held_before_the_scope_is_locked() {
        let (mut scopes, mut order) = (MockScopes::new(), Sequence::new());
        scopes.expect_hold_tier().once().in_sequence(&mut order).returning(|_| Ok(true));
        scopes.expect_lock_scope().once().in_sequence(&mut order).returning(|_| Ok(None));
        scopes
            .expect_insert_scope()
            .once()
            .in_sequence(&mut order)
            .returning(|new, _| Ok(samples::scope(&new.scope_name, &new.required_tier)));
        let input = json!({"scope_name": "export", "display_name": "Export", "required_tier": "pro"});
        assert!(run(&mut scopes, input).is_ok());
    }

    #[test]
    fn malformed_fields_are_invalid() {
        for input in [
            json!({"scope_name": "a b"}),
            json!({"scope_name": "compile", "display_name": ""}),
            json!({"scope_name": "compile", "description": "\u{1b}[0m"}),
        ] {
            assert!(matches!(run(&mut MockScopes::new(), input.clone()), Err(Error::Invalid(_))), "{input}");
        }
        assert!(serde_json::from_value::<UpdateScope>(json!({"scope_name": "compile", "id": 7})).is_err());
    }
}
