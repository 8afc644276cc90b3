//! `/v1/admin/refunds`.

use actix_web::HttpResponse;
use aedile_billing::payments::ProviderRefundStatus;
use aedile_billing::purchases::PurchaseId;
use aedile_billing::refunds::{BeginRefund, issue_refund};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;

pub(super) async fn issue(mut call: Call<BeginRefund>) -> Answer {
    let payments = call.app.payments()?;
    let Wanted { reason, amount_cents } = call.optional_json().await?.unwrap_or_default();
    let refund = BeginRefund { purchase: PurchaseId(call.number()?), amount_cents, reason };
    let operations = &call.app.parts.operations;
    let (done, told) = issue_refund(operations, payments.as_ref(), call.caller(), refund).await?;
    call.done(done, |begun| {
        let amount_cents = begun.order.amount_cents;
        (HttpResponse::Ok(), RefundBody { refund_id: told.id, status: told.status, amount_cents })
    })
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    amount_cents: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct RefundBody {
    refund_id: String,
    /// What the payment provider says of it.
    status: ProviderRefundStatus,
    amount_cents: i64,
}
