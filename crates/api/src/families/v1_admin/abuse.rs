//! `/v1/admin/abuse`: what looks suspicious, and accounts on hold.

use actix_web::HttpResponse;
use aedile_accounts::holds::{HoldAccount, ReleaseAccount};
use aedile_kernel::UserId;
use aedile_moderation::flags::{
    AbuseFlag, AbuseFlagId, FlagStatus, FlagType, GetAbuseFlag, ListAbuseFlags, Resolution, ResolveAbuseFlag,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::times::Zoned;
use crate::page_query::{Cursor, Limit, Offset};

pub(super) async fn list(call: Call<ListAbuseFlags>) -> Answer {
    let Asked { status, flag_type, limit, offset, cursor } = call.query()?;
    let page = call.page(limit, offset, cursor.as_ref())?;
    let operation = ListAbuseFlags { status, flag_type, page: page.clone() };
    let key = &call.app.dependencies.installation_key;
    let encode = |flags| Fields::page::<_, FlagBody>("flags", flags, &page, key);
    call.answer(operation, |flags| (HttpResponse::Ok(), encode(flags))).await
}

pub(super) async fn get(call: Call<GetAbuseFlag>) -> Answer {
    let operation = GetAbuseFlag { id: AbuseFlagId(call.number()?) };
    call.answer(operation, |flag| (HttpResponse::Ok(), FlagBody::from(flag))).await
}

pub(super) async fn resolve(mut call: Call<ResolveAbuseFlag>) -> Answer {
    let Decision { resolution, notes } = call.json().await?;
    let operation = ResolveAbuseFlag { id: AbuseFlagId(call.number()?), resolution, notes };
    call.answer(operation, |flag| (HttpResponse::Ok(), FlagBody::from(flag))).await
}

pub(super) async fn hold(mut call: Call<HoldAccount>) -> Answer {
    let Why { reason } = call.json().await?;
    let operation = HoldAccount { user_id: UserId::parse(&call.segment("user_id")?)?, reason };
    call.answer(operation, |standing| (HttpResponse::Ok(), standing)).await
}

pub(super) async fn release(call: Call<ReleaseAccount>) -> Answer {
    let operation = ReleaseAccount { user_id: UserId::parse(&call.segment("user_id")?)? };
    call.answer(operation, |standing| (HttpResponse::Ok(), standing)).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    status: Option<FlagStatus>,
    flag_type: Option<FlagType>,
    limit: Option<Limit>,
    offset: Option<Offset>,
    cursor: Option<Cursor>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    resolution: Resolution,
    #[serde(default)]
    notes: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Why {
    reason: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AbuseFlagBody")]
pub(super) struct FlagBody {
    id: AbuseFlagId,
    flag_type: FlagType,
    reference_id: String,
    reference_type: String,
    details: Value,
    status: FlagStatus,
    resolved_by: Option<String>,
    resolved_at: Option<Zoned>,
    resolution_notes: Option<String>,
    created_at: Zoned,
}

impl From<AbuseFlag> for FlagBody {
    fn from(flag: AbuseFlag) -> Self {
        Self {
            id: flag.id,
            flag_type: flag.flag_type,
            reference_id: flag.reference_id,
            reference_type: flag.reference_type,
            details: flag.details,
            status: flag.status,
            resolved_by: flag.resolved_by,
            resolved_at: flag.resolved_at.map(Zoned::from),
            resolution_notes: flag.resolution_notes,
            created_at: flag.created_at.into(),
        }
    }
}
