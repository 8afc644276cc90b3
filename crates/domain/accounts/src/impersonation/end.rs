//! `impersonation.end`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Impersonation, ImpersonationId};
use super::port::Impersonations;

/// Ends an impersonation, one's own or another admin's: its token is refused from the next request on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndImpersonation {
    /// Number of the impersonation.
    pub id: ImpersonationId,
}

impl Operation for EndImpersonation {
    const NAME: &'static str = "impersonation.end";
    const PERMISSION: Permission = Permission::UsersImpersonate;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Impersonations;
    type Output = ();

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for EndImpersonation {
    fn run(&self, impersonations: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let before = impersonations.end(self.id, cx.now)?;
        let before = before.ok_or_else(|| Error::not_found("Impersonation that goes on"))?;
        let after = Impersonation { ended_at: Some(cx.now), ..before.clone() };
        Ok(Change::of(Self::RESOURCE, self.id).before(&before).after(&after))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockImpersonations;
    use super::super::samples::impersonation;
    use super::*;

    fn end(goes_on: bool) -> Result<Change<()>> {
        let mut impersonations = MockImpersonations::new();
        impersonations.expect_end().returning(move |_, _| Ok(goes_on.then(impersonation)));
        let command = EndImpersonation { id: ImpersonationId(1) };
        command.run(&mut impersonations, &context_of("bob", [Permission::UsersImpersonate]))
    }

    #[test]
    fn what_goes_on_ends_once() {
        let change = end(true).unwrap();
        assert!(change.records()[0].new_values.clone().unwrap()["ended_at"].is_string());
        assert!(matches!(end(false), Err(Error::NotFound(_))));
    }
}
