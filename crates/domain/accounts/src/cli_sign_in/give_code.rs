//! The code that a browser carries to the command line.

use aedile_kernel::{Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::port::{CliSignIns, NewCliCode};
use crate::cli_tokens::TokenProof;

/// Keeps a code by which the caller's command line gets its token, for five minutes. The token's own making is audited,
/// as signing in is not.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveCliCode {
    /// The code that was drawn.
    pub code: NewCliCode,
}

impl GiveCliCode {
    /// How long a code is good.
    pub const LIFETIME_SECONDS: i64 = 5 * 60;
}

impl Operation for GiveCliCode {
    const NAME: &'static str = "cli_code.give";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "cli_code";
    type Repository = dyn CliSignIns;
    type Output = ();
}

impl Command for GiveCliCode {
    fn run(&self, sign_ins: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let user = cx.caller.user_id.as_ref().ok_or_else(|| Error::forbidden("a code is given to a user"))?;
        sign_ins.insert_code(
            user,
            &self.code,
            TokenProof::of(cx),
            cx.now,
            cx.now.plus_seconds(Self::LIFETIME_SECONDS),
        )?;
        Ok(Change::none())
    }
}
