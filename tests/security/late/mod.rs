//! Rights that end while a request's body is on its way: by hold, demotion, revocation, deletion, through every entry point.

mod requests;

use serde_json::{Value, json};

use self::requests::{Actor, By, Late};
use super::{holder, local_user, rows, sign_in};
use crate::support::{Caller, IdentityProvider, TestApp, on_each_backend_with};

/// What ends somebody's rights, and which of their requests it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Hold,
    SwitchOff,
    Delete,
    Demote,
    RevokeRole,
    ExpireRole,
    NarrowRole,
    DisableRole,
    TakeClaim,
    RevokeKey,
    RevokeToken,
    ReplaceToken,
}

impl End {
    /// Those that somebody who signed in with the identity provider meets.
    const OF_PROVIDER_USERS: [Self; 6] =
        [Self::Hold, Self::Demote, Self::RevokeRole, Self::ExpireRole, Self::NarrowRole, Self::DisableRole];
    const OF_LOCAL_USERS: [Self; 5] = [Self::Hold, Self::SwitchOff, Self::Delete, Self::TakeClaim, Self::Demote];
    const OF_KEYS: [Self; 3] = [Self::RevokeKey, Self::Demote, Self::Hold];
    const OF_TOKENS: [Self; 4] = [Self::RevokeToken, Self::ReplaceToken, Self::Demote, Self::Hold];

    /// Whether it ends what was allowed by this.
    fn ends(self, by: By) -> bool {
        match self {
            Self::Demote => by == By::Flag,
            Self::RevokeRole | Self::ExpireRole | Self::NarrowRole | Self::DisableRole | Self::TakeClaim => {
                by == By::Role
            }
            _ => true,
        }
    }

    /// Whether nobody is left whom the request could be from.
    fn is_of_identity(self) -> bool {
        matches!(self, Self::Delete | Self::RevokeKey | Self::RevokeToken | Self::ReplaceToken)
    }

    /// Whether it is another role, with which the sessions of local users end.
    fn ends_sessions(self) -> bool {
        matches!(self, Self::Demote | Self::TakeClaim)
    }

    async fn befall(self, app: &TestApp, root: &Caller, actor: &Actor) {
        let id = &actor.id;
        let local = format!("/admin/local-users/{id}");
        let role = json!({ "clerk_user_id": id, "role_name": actor.role });
        let named = format!("/admin/system/roles/{}", actor.role_number);
        let tokens = app.user(id);
        let reply = match self {
            Self::Hold => root.post(&format!("/v1/admin/abuse/hold-account/{id}"), json!({ "reason": "x" })).await,
            Self::SwitchOff => root.patch(&local, json!({ "api_disabled": true })).await,
            Self::Delete => root.delete(&local).await,
            Self::Demote => root.delete(&format!("/v1/admin/admins/{id}")).await,
            Self::RevokeRole => root.send(reqwest::Method::DELETE, "/admin/system/roles/revoke", Some(role)).await,
            Self::ExpireRole => {
                let over = json!({ "clerk_user_id": id, "role_name": actor.role, "expires_at": "2020-01-01T00:00:00" });
                root.post("/admin/system/roles/assign", over).await
            }
            Self::NarrowRole => root.patch(&named, json!({ "permissions": ["admin:read"] })).await,
            Self::DisableRole => root.patch(&named, json!({ "is_active": false })).await,
            Self::TakeClaim => root.patch(&local, json!({ "role": "user" })).await,
            Self::RevokeKey => root.delete(&format!("/api/admin/api-keys/{}", actor.key)).await,
            Self::RevokeToken => app.with_token(&actor.bearer).delete("/v1/auth/cli-tokens/current").await,
            Self::ReplaceToken => tokens.post("/v1/auth/cli-tokens", json!({})).await,
        };
        assert!((200..300).contains(&reply.status), "{self:?}: {}", reply.text);
    }
}

/// Every request of the actor's is admitted, then their rights end, then the rest of the bodies comes.
async fn nothing_late_is_done(app: &TestApp, root: &Caller, actor: &Actor, end: End) {
    let mut late = Vec::new();
    for request in actor.requests(app).await {
        late.push(Late::begin(app, request));
    }
    requests::are_admitted(app).await;
    end.befall(app, root, actor).await;
    let of_actor = |status: &str| format!("actor_id={}&status={status}", actor.id);
    let done_before = rows(root, &of_actor("success")).await;
    let denied_before = rows(root, &of_actor("denied")).await;
    let (mut done, mut denied) = (0, 0);
    for request in late {
        let (by, is_administrative) = (request.by, request.is_administrative);
        let what = format!("{end:?}: {}", request.name);
        let answer = request.finish().await;
        let is_over = end.ends_sessions() && actor.is_local();
        if !end.ends(by) && !is_over {
            assert!(answer.is_done(), "{what}: {}", answer.text);
            done += u64::from(answer.changes);
            continue;
        }
        denied += u64::from(is_administrative);
        let status = if end.is_of_identity() || is_over { 401 } else { 403 };
        answer.is_refused_in_its_shape(status, &what);
    }
    assert_eq!(rows(root, &of_actor("success")).await - done_before, done, "{end:?}");
    assert_eq!(rows(root, &of_actor("denied")).await - denied_before, denied, "{end:?}");
}

const WRITING: [&str; 1] = ["--agents-allow-write"];

/// Makes somebody an admin of the marketplace, who is known already.
async fn promote(root: &Caller, id: &str) {
    root.post(&format!("/v1/admin/admins/{id}"), json!({})).await.expect(200);
}

/// The number of a role.
async fn role_number(root: &Caller, name: &str) -> Value {
    let roles = root.get("/admin/system/roles").await.expect(200).body;
    let role = roles["roles"].as_array().unwrap().iter().find(|role| role["role_name"] == name);
    role.unwrap()["id"].clone()
}

/// Somebody of the identity provider with the flag, and with a role of their own.
async fn provider_user(app: &TestApp, root: &Caller, id: &str) -> Actor {
    let caller = holder(app, root, id, &["admin:read", "flags:write"]).await;
    caller.get("/v1/users/profile").await.expect(200);
    promote(root, id).await;
    let role = format!("role-of-{id}");
    let role_number = role_number(root, &role).await.to_string();
    let bearer = caller.token().to_owned();
    let cookie = format!("__session={bearer}");
    Actor { id: id.to_owned(), bearer, cookie: Some(cookie), role, role_number, key: String::new(), by_role: true }
}

#[tokio::test]
async fn whoever_signed_in_elsewhere_acts_no_more_once_their_rights_ended() {
    on_each_backend_with(&WRITING, async |app| {
        let root = app.super_admin().await;
        for (n, end) in End::OF_PROVIDER_USERS.into_iter().enumerate() {
            let actor = provider_user(app, &root, &format!("user_{n}")).await;
            nothing_late_is_done(app, &root, &actor, end).await;
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_signed_in_here_acts_no_more_once_their_rights_ended() {
    on_each_backend_with(&WRITING, async |app| {
        let root = app.super_admin().await;
        // The last local admin could not be held.
        local_user(&root, "keeper@example.com", "admin").await;
        // A role that permits nothing of what the flag permits.
        holder(app, &root, "manager", &["admin:read", "flags:write"]).await;
        for (n, end) in End::OF_LOCAL_USERS.into_iter().enumerate() {
            let identifier = format!("user{n}@example.com");
            let id = local_user(&root, &identifier, "admin").await;
            promote(&root, &id).await;
            app.assign(&id, "role-of-manager").await;
            let bearer = sign_in(app, &identifier).await.token().to_owned();
            let (cookie, role) = (format!("aedile_session={bearer}"), "role-of-manager".to_owned());
            let (role_number, key) = (String::new(), String::new());
            let actor = Actor { id, bearer, cookie: Some(cookie), role, role_number, key, by_role: true };
            nothing_late_is_done(app, &root, &actor, end).await;
        }
    })
    .await;
}

/// Somebody whom a key or a token of the command line acts for.
async fn owner(app: &TestApp, root: &Caller, id: &str) -> Caller {
    let owner = app.with_token(IdentityProvider::token(id, false));
    owner.get("/v1/users/profile").await.expect(200);
    promote(root, id).await;
    owner
}

#[tokio::test]
async fn a_key_does_nothing_more_once_it_is_revoked_or_its_owner_may_not() {
    on_each_backend_with(&WRITING, async |app| {
        let root = app.super_admin().await;
        for (n, end) in End::OF_KEYS.into_iter().enumerate() {
            let id = format!("user_{n}");
            let owner = owner(app, &root, &id).await;
            let wanted = json!({ "name": "bot", "scopes": ["admin:read", "admin:write"] });
            let minted = owner.post("/api/admin/api-keys", wanted).await.expect(201).body;
            let text = |field: &str| minted[field].as_str().unwrap().to_owned();
            let actor = Actor { key: text("id"), ..Actor::of_program(&id, text("secret")) };
            nothing_late_is_done(app, &root, &actor, end).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_command_line_does_nothing_more_once_its_token_ended_or_its_owner_may_not() {
    on_each_backend_with(&WRITING, async |app| {
        let root = app.super_admin().await;
        for (n, end) in End::OF_TOKENS.into_iter().enumerate() {
            let id = format!("user_{n}");
            let minted = owner(app, &root, &id).await.post("/v1/auth/cli-tokens", json!({})).await.expect(201).body;
            let actor = Actor::of_program(&id, minted["token"].as_str().unwrap().to_owned());
            nothing_late_is_done(app, &root, &actor, end).await;
        }
    })
    .await;
}
