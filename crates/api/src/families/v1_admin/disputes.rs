//! `/v1/admin/disputes`.

use actix_web::HttpResponse;
use aedile_billing::disputes::{Dispute, DisputeId, ListDisputes};
use aedile_billing::payments::DisputeStatus;
use aedile_billing::purchases::PurchaseId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::times::Zoned;
use crate::page_query::{Cursor, Limit, Offset};

pub(super) async fn list(call: Call<ListDisputes>) -> Answer {
    let Asked { open, limit, offset, cursor } = call.query()?;
    let page = call.page(limit, offset, cursor.as_ref())?;
    let key = &call.app.dependencies.installation_key;
    let encode = |disputes| Fields::page::<_, DisputeBody>("disputes", disputes, &page, key);
    let operation = ListDisputes { open, page: page.clone() };
    call.answer(operation, |disputes| (HttpResponse::Ok(), encode(disputes))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AskedDisputes")]
pub(super) struct Asked {
    open: Option<bool>,
    limit: Option<Limit>,
    offset: Option<Offset>,
    cursor: Option<Cursor>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct DisputeBody {
    id: DisputeId,
    /// What the payment provider calls it.
    dispute_id: String,
    purchase_id: PurchaseId,
    amount_cents: i64,
    currency: &'static str,
    reason: String,
    status: DisputeStatus,
    /// Until when it can be answered.
    due_by: Option<Zoned>,
    created_at: Zoned,
}

impl From<Dispute> for DisputeBody {
    fn from(dispute: Dispute) -> Self {
        Self {
            id: dispute.id,
            dispute_id: dispute.provider_id,
            purchase_id: dispute.purchase,
            amount_cents: dispute.amount_cents,
            currency: aedile_catalog::skills::CURRENCY,
            reason: dispute.reason,
            status: dispute.status,
            due_by: dispute.due_by.map(Zoned::from),
            created_at: dispute.created_at.into(),
        }
    }
}
