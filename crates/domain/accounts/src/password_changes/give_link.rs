//! `local_user.reset_password`

use aedile_kernel::{
    Authority, Caller, Change, Command, Context, Effect, Entropy, Error, Operation, Operations, Permission,
    ProofNeeded, Result, Timestamp, UserId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::port::{LocalPasswords, NewReset};
use super::{LINK_LIFETIME, LinkToken, mail_text};
use crate::local_users::{IdentifierType, guard};

/// Makes a link by which a local user chooses a new password, good once and for 30 minutes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GivePasswordLink {
    /// What somebody wants.
    pub wanted: WantedLink,
    /// The random part of the link.
    pub token: LinkToken,
}

/// Makes a link by which a local user chooses a new password, good once and for 30 minutes. Their present password works
/// until then. Needs every permission that the user has.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedLink {
    /// ID of the user.
    pub id: UserId,
    /// Whether the link is mailed to the user, and not shown.
    #[serde(default)]
    pub send_mail: bool,
}

/// What became of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GivenLink {
    /// Whether it was mailed to the user.
    pub is_mailed: bool,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

impl Operation for GivePasswordLink {
    const NAME: &'static str = "local_user.reset_password";
    const PERMISSION: Permission = Permission::UsersWrite;
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const REACHES_OUT: bool = true;
    const RESOURCE: &'static str = "local_user";
    type Repository = dyn LocalPasswords;
    type Output = GivenLink;

    fn resource_id(&self) -> Option<String> {
        Some(self.wanted.id.to_string())
    }
}

impl Command for GivePasswordLink {
    fn run(&self, passwords: &mut Self::Repository, cx: &Context) -> Result<Change<GivenLink>> {
        let (user, is_mailed) = (&self.wanted.id, self.wanted.send_mail);
        let known = passwords.lock(user)?.ok_or_else(|| Error::not_found("User"))?;
        guard::may_change(cx, &known.account, passwords.permissions_of(user)?)?;
        if is_mailed && known.account.user.identifier_type != IdentifierType::Email {
            return Err(Error::invalid("send_mail", "this user has no e-mail address; show them the link"));
        }
        let expires_at = cx.now.plus_seconds(LINK_LIFETIME);
        passwords.void_links(user, cx.now)?;
        let link = NewReset { token_hash: self.token.hash(), user_id: user.clone(), created_at: cx.now, expires_at };
        passwords.insert_link(&link)?;
        if is_mailed {
            passwords.insert_mail(user, "Choose a new password", &mail_text(&self.token), cx.now)?;
        }
        let given = GivenLink { is_mailed, expires_at };
        let row = json!({ "password_link_until": expires_at, "is_mailed": is_mailed });
        Ok(Change::of(Self::RESOURCE, user).after(&row).returning(given))
    }
}

impl GivePasswordLink {
    /// The command with a link that nobody else has.
    #[must_use]
    pub fn draw(wanted: WantedLink, entropy: &dyn Entropy) -> Self {
        Self { wanted, token: LinkToken::generate(entropy) }
    }
}

/// Draws a link and gives it to the user, or to the caller for them.
///
/// # Errors
/// Of the permission, and of [`GivePasswordLink`].
pub async fn give_password_link(
    operations: &Operations,
    entropy: &dyn Entropy,
    caller: &Caller,
    wanted: WantedLink,
) -> Result<(Option<LinkToken>, GivenLink)> {
    let command = GivePasswordLink::draw(wanted, entropy);
    let token = command.token.clone();
    let given = operations.run(caller, command).await?.output;
    Ok(((!given.is_mailed).then_some(token), given))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::PermissionSet;
    use aedile_kernel::mock::{SeededEntropy, context_of};

    use super::super::port::MockLocalPasswords;
    use super::super::samples::{id, known};
    use super::*;

    fn give(theirs: PermissionSet, send_mail: bool, links: usize) -> Result<Change<GivenLink>> {
        let mut passwords = MockLocalPasswords::new();
        passwords.expect_lock().returning(|user| Ok((user.as_str() == "ada").then(known)));
        passwords.expect_permissions_of().returning(move |_| Ok(theirs));
        passwords.expect_void_links().returning(|_, _| Ok(()));
        passwords.expect_insert_link().times(links).returning(|_| Ok(()));
        passwords.expect_insert_mail().times(if send_mail { links } else { 0 }).returning(|_, _, _, _| Ok(()));
        let command = GivePasswordLink::draw(WantedLink { id: id("ada"), send_mail }, &SeededEntropy::default());
        command.run(&mut passwords, &context_of("bob", [Permission::UsersWrite]))
    }

    #[test]
    fn a_link_is_shown_or_mailed_and_never_audited() {
        for send_mail in [true, false] {
            let change = give(PermissionSet::default(), send_mail, 1).unwrap();
            assert_eq!(change.output().is_mailed, send_mail);
            assert!(!change.records()[0].new_values.as_ref().unwrap().to_string().contains("aed_pwd_"));
        }
    }

    #[test]
    fn c_04_nobody_takes_the_account_of_somebody_above_them() {
        let above = [Permission::AuditRead].into_iter().collect();
        assert!(matches!(give(above, false, 0), Err(Error::Denied(_))));
    }
}
