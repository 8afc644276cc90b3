//! `session.end`

use aedile_kernel::{
    Admits, Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, Timestamp,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::port::RevokedTokens;

/// Signs a local user out: the token that the request came with opens nothing any more, on every instance. Other sessions
/// of the user go on. Signing out twice is signing out once.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndSession {
    /// ID of the token, its `jti`.
    pub token_id: String,
    /// When the token ends by itself.
    pub expires_at: Timestamp,
}

impl Operation for EndSession {
    const NAME: &'static str = "session.end";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = "session";
    const ADMITS: Admits = Admits::Held;
    type Repository = dyn RevokedTokens;
    type Output = ();
}

impl Command for EndSession {
    fn run(&self, tokens: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let user = cx.caller.user_id.as_ref().ok_or_else(|| Error::forbidden("only a user can sign out"))?;
        if tokens.revoke(&self.token_id, self.expires_at)? {
            Ok(Change::of(Self::RESOURCE, &self.token_id).before(&json!({ "user_id": user })))
        } else {
            Ok(Change::none())
        }
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Caller;
    use aedile_kernel::mock::{context, context_of};

    use super::super::port::MockRevokedTokens;
    use super::*;

    fn end(is_new: bool, cx: &Context) -> Result<Change<()>> {
        let mut tokens = MockRevokedTokens::new();
        tokens.expect_revoke().withf(|id, _| id == "token-1").returning(move |_, _| Ok(is_new));
        let command = EndSession { token_id: "token-1".into(), expires_at: Timestamp::from_seconds(9) };
        command.run(&mut tokens, cx)
    }

    #[test]
    fn a_session_ends_once() {
        let change = end(true, &context_of("ada", [])).unwrap();
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.resource_type, record.resource_id.as_str()), ("session", "token-1"));
        assert_eq!(record.old_values, Some(json!({ "user_id": "ada" })));
        assert!(end(false, &context_of("ada", [])).unwrap().records().is_empty());
    }

    #[test]
    fn only_users_have_sessions() {
        assert!(matches!(end(true, &context(Caller::console())), Err(Error::Forbidden(_))));
    }
}
