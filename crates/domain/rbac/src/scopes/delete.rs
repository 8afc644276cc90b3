//! Removing a scope.

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, Topic, text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{RESOURCE, Scope, Scopes};

/// Deletes a scope that no endpoint override requires.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteScope {
    /// Name of the scope.
    pub scope_name: String,
}

impl Operation for DeleteScope {
    const NAME: &'static str = "scope.delete";
    const PERMISSION: Permission = Permission::ConfigWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Scopes;
    type Output = Scope;

    fn resource_id(&self) -> Option<String> {
        Some(self.scope_name.clone())
    }
}

impl Command for DeleteScope {
    fn run(&self, scopes: &mut Self::Repository, _cx: &Context) -> Result<Change<Scope>> {
        let name = text::identifier("scope_name", &self.scope_name)?;
        let scope = scopes.lock_scope(&name)?.ok_or_else(|| Error::not_found("Scope"))?;
        if let Some(pattern) = scopes.find_endpoint_requiring(&scope.scope_name)? {
            let message = format!("the endpoint override of {pattern} requires this scope; change the override first");
            return Err(Error::conflict(message));
        }
        scopes.delete_scope(scope.id)?;
        Ok(Change::of(RESOURCE, &scope.scope_name).before(&scope).invalidate(Topic::Rules).returning(scope))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use mockall::predicate::eq;

    use super::super::{MockScopes, samples};
    use super::*;

    fn run(scopes: &mut MockScopes, name: &str) -> Result<Change<Scope>> {
        let command = DeleteScope { scope_name: name.to_owned() };
        command.run(scopes, &context_of("boss", [Permission::ConfigWrite]))
    }

    fn store(required_by: Option<&'static str>) -> MockScopes {
        let mut scopes = MockScopes::new();
        scopes.expect_lock_scope().returning(|name| Ok((name == "compile").then(|| samples::scope("compile", "free"))));
        scopes.expect_find_endpoint_requiring().returning(move |_| Ok(required_by.map(str::to_owned)));
        scopes
    }

    #[test]
    fn c_31_the_row_that_was_read_is_the_one_that_goes() {
        let mut scopes = store(None);
        scopes.expect_delete_scope().once().with(eq(samples::scope("compile", "free").id)).returning(|_| Ok(()));
        let change = run(&mut scopes, "compile").unwrap();
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.resource_id.as_str(), &record.new_values), ("compile", &None));
    }

    #[test]
    fn a_scope_in_use_stays() {
        let Err(Error::Conflict(message)) = run(&mut store(Some("/api/rules/*")), "compile") else { panic!("refused") };
        assert!(message.contains("/api/rules/*"));
    }

    #[test]
    fn an_unknown_scope_is_not_found() {
        assert!(matches!(run(&mut store(None), "export"), Err(Error::NotFound(_))));
        assert!(matches!(run(&mut MockScopes::new(), "a\0b"), Err(Error::Invalid(_))));
    }
}
