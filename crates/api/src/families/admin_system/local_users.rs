//! `/admin/local-users`.

use actix_web::HttpResponse;
use aedile_accounts::password_changes::{GivePasswordLink, WantedLink, give_password_link};
use aedile_accounts::second_factor::ResetSecondFactor;
use aedile_accounts::{
    CreateLocalUser, DeleteLocalUser, GetLocalUser, IdentifierType, ListLocalUsers, LocalRole, LocalUser, NewLocalUser,
    Password, UpdateLocalUser, create_local_user,
};
use aedile_kernel::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::{Bit, password, present};
use super::{Call, Envelope, one};
use crate::call::Answer;
use crate::families::paging::page;
use crate::families::times::Zoned;
use crate::openapi::Shape;

pub(super) async fn list(call: Call<ListLocalUsers>) -> Answer {
    let asked = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |page| Envelope::page::<_, LocalUserBody>("users", page, &asked, key);
    call.answer(ListLocalUsers { page: asked.clone() }, |page| (HttpResponse::Ok(), encode(page))).await
}

pub(super) async fn get(call: Call<GetLocalUser>) -> Answer {
    let operation = GetLocalUser { id: UserId::parse(&call.segment("id")?)? };
    call.answer(operation, |user| (HttpResponse::Ok(), Envelope::of("user", LocalUserBody::from(user)))).await
}

pub(super) async fn create(mut call: Call<CreateLocalUser>) -> Answer {
    let New { identifier, password, role, tier } = call.json().await?;
    let new = NewLocalUser { identifier, password, role, tier };
    let parts = &call.app.dependencies;
    let user = create_local_user(&parts.operations, parts.hasher.as_ref(), call.caller(), new).await?;
    Ok(HttpResponse::Created().json(Envelope::of("user", LocalUserBody::from(user))))
}

pub(super) async fn update(mut call: Call<UpdateLocalUser>) -> Answer {
    let changes: Changes = call.json().await?;
    let operation = UpdateLocalUser {
        id: UserId::parse(&call.segment("id")?)?,
        role: changes.role,
        tier: changes.tier,
        api_disabled: changes.api_disabled.map(|bit| bit.0),
        must_change_password: changes.must_change_password.map(|bit| bit.0),
    };
    call.answer(operation, |user| (HttpResponse::Ok(), Envelope::of("user", LocalUserBody::from(user)))).await
}

/// Gives the caller a link for the user, or mails it to them.
pub(super) async fn reset_password(mut call: Call<GivePasswordLink>) -> Answer {
    let send_mail = call.optional_json::<LinkWanted>().await?.is_some_and(|wanted| wanted.send_mail);
    let wanted = WantedLink { id: UserId::parse(&call.segment("id")?)?, send_mail };
    let parts = &call.app.dependencies;
    let (token, given) = give_password_link(&parts.operations, parts.entropy.as_ref(), call.caller(), wanted).await?;
    let link = token.map(|token| format!("{}{}", parts.public_url, token.path()));
    let answer = Envelope::of("link", link).with("expires_at", Zoned::from(given.expires_at));
    Ok(HttpResponse::Ok().json(answer))
}

/// What [`reset_password`] answers; `link` is null when it was mailed.
pub(super) fn linked() -> Shape {
    one::<Option<String>>("link").with::<Zoned>("expires_at")
}

/// Takes a second factor away that its owner lost.
pub(super) async fn reset_second_factor(call: Call<ResetSecondFactor>) -> Answer {
    let operation = ResetSecondFactor { id: UserId::parse(&call.segment("id")?)? };
    call.answer(operation, |()| (HttpResponse::Ok(), Envelope::message("Second factor removed"))).await
}

pub(super) async fn delete(call: Call<DeleteLocalUser>) -> Answer {
    let operation = DeleteLocalUser { id: UserId::parse(&call.segment("id")?)? };
    call.answer(operation, |_| (HttpResponse::Ok(), Envelope::message("User deleted"))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    identifier: String,
    #[serde(deserialize_with = "password")]
    password: Password,
    role: Option<LocalRole>,
    tier: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PasswordLinkWanted")]
pub(super) struct LinkWanted {
    #[serde(default)]
    send_mail: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    role: Option<LocalRole>,
    #[serde(default, deserialize_with = "present")]
    tier: Option<Option<String>>,
    api_disabled: Option<Bit>,
    must_change_password: Option<Bit>,
}

/// Times have a zone here, as they have nowhere else in this family but in usage.
#[derive(Serialize, JsonSchema)]
pub(in crate::families) struct LocalUserBody {
    id: UserId,
    identifier: String,
    identifier_type: IdentifierType,
    role: LocalRole,
    tier: String,
    api_disabled: Bit,
    /// Absent unless it is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    must_change_password: Option<Bit>,
    created_at: Zoned,
    updated_at: Zoned,
}

impl From<LocalUser> for LocalUserBody {
    fn from(user: LocalUser) -> Self {
        Self {
            id: user.id,
            identifier: user.identifier,
            identifier_type: user.identifier_type,
            role: user.role,
            tier: user.tier,
            api_disabled: Bit(user.api_disabled),
            must_change_password: user.must_change_password.then_some(Bit(true)),
            created_at: user.created_at.into(),
            updated_at: user.updated_at.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::super::wire::tests::at;
    use super::*;

    #[test]
    fn the_body_is_the_documented_one() {
        let user = LocalUser {
            id: UserId::parse("uuid").unwrap(),
            identifier: "user@example.com".into(),
            identifier_type: IdentifierType::Email,
            role: LocalRole::User,
            tier: "free".into(),
            api_disabled: false,
            must_change_password: false,
            created_at: at("2025-01-01T00:00:00Z"),
            updated_at: at("2025-01-01T00:00:00Z"),
        };
        assert_eq!(
            to_value(LocalUserBody::from(user)).unwrap(),
            json!({
                "id": "uuid", "identifier": "user@example.com", "identifier_type": "email", "role": "user",
                "tier": "free", "api_disabled": 0, "created_at": "2025-01-01T00:00:00Z",
                "updated_at": "2025-01-01T00:00:00Z",
            })
        );
    }

    #[test]
    fn a_user_is_switched_off_by_a_bit() {
        let changes: Changes = serde_json::from_value(json!({"api_disabled": 1})).unwrap();
        assert_eq!((changes.api_disabled, changes.tier), (Some(Bit(true)), None));
        for bad in [json!({"api_disabled": 2}), json!({"password": "x"}), json!({"role": "root"})] {
            assert!(serde_json::from_value::<Changes>(bad.clone()).is_err(), "{bad}");
        }
    }
}
