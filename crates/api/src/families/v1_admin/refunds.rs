//! `/v1/admin/refunds`.

use actix_web::HttpResponse;
use aedile_billing::payments::ProviderRefundStatus;
use aedile_billing::purchases::PurchaseId;
use aedile_billing::refunds::{BeginRefund, ListRefunds, Refund, RefundStatus, issue_refund};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::times::Zoned;

pub(super) async fn issue(mut call: Call<BeginRefund>) -> Answer {
    let Wanted { reason, amount_cents } = call.optional_json().await?.unwrap_or_default();
    let refund = BeginRefund { purchase: PurchaseId(call.number()?), amount_cents, reason };
    let payments = call.app.payments()?;
    let operations = &call.app.dependencies.operations;
    let (done, told) = issue_refund(operations, payments.as_ref(), call.caller(), refund).await?;
    call.done(done, |begun| {
        let amount_cents = begun.order.amount_cents;
        (HttpResponse::Ok(), RefundBody { refund_id: told.id, status: told.status, amount_cents })
    })
}

/// The refunds of a purchase.
pub(super) async fn list(call: Call<ListRefunds>) -> Answer {
    let operation = ListRefunds { purchase: PurchaseId(call.number()?) };
    call.answer(operation, |refunds| (HttpResponse::Ok(), Fields::list::<_, MadeBody>("refunds", refunds))).await
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

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MadeRefundBody")]
pub(super) struct MadeBody {
    /// What the payment provider calls it; of a lost dispute, the dispute's id.
    refund_id: Option<String>,
    amount_cents: i64,
    status: RefundStatus,
    /// Whether the buyer's bank gave the money back.
    by_dispute: bool,
    reason: String,
    created_at: Zoned,
}

impl From<Refund> for MadeBody {
    fn from(refund: Refund) -> Self {
        Self {
            refund_id: refund.provider_id,
            amount_cents: refund.amount_cents,
            status: refund.status,
            by_dispute: refund.by_dispute,
            reason: refund.reason,
            created_at: refund.created_at.into(),
        }
    }
}
