//! The newest seal, to be kept elsewhere.

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AuditChain, Seal};

/// Shows the newest seal of the audit log. Keep it elsewhere to detect a rewritten log.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditHead {}

impl Operation for AuditHead {
    const NAME: &'static str = "audit.head";
    const PERMISSION: Permission = Permission::AuditRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const COMMAND_VERB: Option<&'static str> = Some("newest-seal");
    const RESOURCE: &'static str = "audit_log";
    type Repository = dyn AuditChain;
    type Output = Option<Seal>;
}

impl Query for AuditHead {
    fn run(&self, chain: &mut Self::Repository, _: &Context) -> Result<Option<Seal>> {
        chain.newest_seal()
    }
}
