//! `/v1/admin/users/{user_id}/impersonate` and `/v1/admin/impersonations`: admins who act as users.

use actix_web::HttpResponse;
use aedile_accounts::impersonation::{
    BeginImpersonation, EndImpersonation, Impersonation, ImpersonationId, ListImpersonations, StartedImpersonation,
};
use aedile_kernel::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::times::Zoned;
use crate::page_query::{Cursor, Limit, Offset};

pub(super) async fn begin(mut call: Call<BeginImpersonation>) -> Answer {
    let Wanted { reason, minutes } = call.json().await?;
    let wanted = BeginImpersonation { user_id: UserId::parse(&call.segment("user_id")?)?, reason, minutes };
    let started = call.app.dependencies.impersonations.begin(call.caller(), wanted).await?;
    Ok(HttpResponse::Created().json(StartedBody::from(started)))
}

pub(super) async fn list(call: Call<ListImpersonations>) -> Answer {
    let Asked { active, limit, offset, cursor } = call.query()?;
    let page = call.page(limit, offset, cursor.as_ref())?;
    let operation = ListImpersonations { active: active.unwrap_or(false), page: page.clone() };
    let key = &call.app.dependencies.installation_key;
    let encode = |found| Fields::page::<_, ImpersonationBody>("impersonations", found, &page, key);
    call.answer(operation, |found| (HttpResponse::Ok(), encode(found))).await
}

pub(super) async fn end(call: Call<EndImpersonation>) -> Answer {
    call.run(EndImpersonation { id: ImpersonationId(call.number()?) }).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WantedImpersonation")]
pub(super) struct Wanted {
    /// Reason for the audit log.
    reason: String,
    /// Minutes until it ends by itself.
    #[serde(default)]
    minutes: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ImpersonationsQuery")]
pub(super) struct Asked {
    /// Whether only those are listed that go on.
    active: Option<bool>,
    limit: Option<Limit>,
    offset: Option<Offset>,
    cursor: Option<Cursor>,
}

/// An impersonation, without its token.
#[derive(Serialize, JsonSchema)]
pub(super) struct ImpersonationBody {
    id: ImpersonationId,
    user_id: UserId,
    /// ID of the admin.
    acted_by: UserId,
    reason: String,
    started_at: Zoned,
    expires_at: Zoned,
    ended_at: Option<Zoned>,
}

/// An impersonation with its token, which is shown this once.
#[derive(Serialize, JsonSchema)]
pub(super) struct StartedBody {
    /// Bearer token that acts as the user.
    token: String,
    #[serde(flatten)]
    impersonation: ImpersonationBody,
}

impl From<StartedImpersonation> for StartedBody {
    fn from(StartedImpersonation { token, impersonation }: StartedImpersonation) -> Self {
        Self { token, impersonation: impersonation.into() }
    }
}

impl From<Impersonation> for ImpersonationBody {
    fn from(impersonation: Impersonation) -> Self {
        Self {
            id: impersonation.id,
            user_id: impersonation.user_id,
            acted_by: impersonation.acted_by,
            reason: impersonation.reason,
            started_at: impersonation.started_at.into(),
            expires_at: impersonation.expires_at.into(),
            ended_at: impersonation.ended_at.map(Zoned::from),
        }
    }
}
