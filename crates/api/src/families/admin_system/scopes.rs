//! `/admin/system/scopes`.

use actix_web::HttpResponse;
use aedile_rbac::scopes::{DeleteScope, ListScopes, Scope, ScopeId, ScopeUpdate, UpdateScope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::{Bit, saved};
use super::{Call, Envelope};
use crate::call::Answer;

pub(super) async fn list(call: Call<ListScopes>) -> Answer {
    call.answer(ListScopes {}, |scopes| (HttpResponse::Ok(), Envelope::list::<_, ScopeBody>("scopes", scopes))).await
}

pub(super) async fn update(mut call: Call<UpdateScope>) -> Answer {
    let changes: Changes = call.json().await?;
    let operation = UpdateScope {
        scope_name: call.segment("name")?,
        display_name: changes.display_name,
        description: changes.description,
        required_tier: changes.required_tier,
        is_active: changes.is_active.map(|bit| bit.0),
    };
    let encode = |ScopeUpdate { scope, created }| (saved(created), Envelope::of("scope", ScopeBody::from(scope)));
    call.answer(operation, encode).await
}

pub(super) async fn delete(call: Call<DeleteScope>) -> Answer {
    let operation = DeleteScope { scope_name: call.segment("name")? };
    call.answer(operation, |_| (HttpResponse::Ok(), Envelope::message("Scope deleted"))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    display_name: Option<String>,
    description: Option<String>,
    required_tier: Option<String>,
    is_active: Option<Bit>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ScopeBody {
    id: ScopeId,
    scope_name: String,
    display_name: String,
    description: String,
    required_tier: String,
    is_active: Bit,
}

impl From<Scope> for ScopeBody {
    fn from(scope: Scope) -> Self {
        Self {
            id: scope.id,
            scope_name: scope.scope_name,
            display_name: scope.display_name,
            description: scope.description,
            required_tier: scope.required_tier,
            is_active: Bit(scope.is_active),
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
        let scope = Scope {
            id: ScopeId(1),
            scope_name: "compile".into(),
            display_name: "Compile".into(),
            description: "Compile and download filter lists".into(),
            required_tier: "free".into(),
            is_active: true,
            created_at: at("2025-01-01T00:00:00Z"),
            updated_at: at("2025-01-01T00:00:00Z"),
        };
        assert_eq!(
            to_value(ScopeBody::from(scope)).unwrap(),
            json!({
                "id": 1, "scope_name": "compile", "display_name": "Compile",
                "description": "Compile and download filter lists", "required_tier": "free", "is_active": 1,
            })
        );
    }
}
