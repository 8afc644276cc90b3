//! `/admin/system/roles`.

use actix_web::HttpResponse;
use aedile_kernel::Permission;
use aedile_rbac::roles::{CreateRole, ListRoles, Role, RoleId, UpdateRole};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::{Bit, json_text, present};
use super::{Call, Envelope};
use crate::call::Answer;
use crate::families::times::Zoneless;

pub(super) async fn list(call: Call<ListRoles>) -> Answer {
    call.answer(ListRoles {}, |roles| (HttpResponse::Ok(), Envelope::list::<_, RoleBody>("roles", roles))).await
}

pub(super) async fn create(mut call: Call<CreateRole>) -> Answer {
    let role = call.json().await?;
    call.answer(role, |role| (HttpResponse::Created(), Envelope::of("role", RoleBody::from(role)))).await
}

pub(super) async fn update(mut call: Call<UpdateRole>) -> Answer {
    let changes: Changes = call.json().await?;
    let operation = UpdateRole {
        id: RoleId(call.number()?),
        display_name: changes.display_name,
        description: changes.description,
        permissions: changes.permissions,
        is_active: changes.is_active.map(|bit| bit.0),
        requires_second_factor: changes.requires_second_factor,
    };
    call.answer(operation, |role| (HttpResponse::Ok(), Envelope::of("role", RoleBody::from(role)))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    display_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    description: Option<Option<String>>,
    permissions: Option<Vec<String>>,
    is_active: Option<Bit>,
    requires_second_factor: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct RoleBody {
    id: RoleId,
    role_name: String,
    display_name: String,
    description: Option<String>,
    /// A list of names, as JSON in a string.
    #[schemars(example = &"[\"admin:read\"]")]
    permissions: String,
    is_active: Bit,
    /// Absent unless it is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    requires_second_factor: Option<bool>,
    created_at: Zoneless,
    updated_at: Zoneless,
}

impl From<Role> for RoleBody {
    fn from(role: Role) -> Self {
        let permissions: Vec<&str> = role.permissions.iter().copied().map(Permission::as_str).collect();
        Self {
            permissions: json_text(permissions),
            id: role.id,
            role_name: role.role_name,
            display_name: role.display_name,
            description: role.description,
            is_active: Bit(role.is_active),
            requires_second_factor: role.requires_second_factor.then_some(true),
            created_at: role.created_at.into(),
            updated_at: role.updated_at.into(),
        }
    }
}
