//! `/v1/admin/refunds`.

use actix_web::HttpResponse;
use aedile_billing::payments::PaymentError;
use aedile_billing::purchases::PurchaseId;
use aedile_billing::refunds::{BeginRefund, NoteRefund, WithdrawRefund};
use aedile_kernel::Error;
use serde::Deserialize;
use serde_json::json;

use super::Call;
use crate::call::Answer;
use crate::dialect::marketplace::purchases::payments;

/// The refund is kept before the provider is asked. What certainly did not happen is taken back; where nobody knows, it
/// stays, and the next attempt asks again under the same key.
pub(super) async fn issue(mut call: Call<BeginRefund>) -> Answer {
    let payments = payments(&call.app)?;
    let Wanted { reason, amount_cents } = call.optional_json().await?.unwrap_or_default();
    let operation = BeginRefund { purchase: PurchaseId(call.number()?), amount_cents, reason };
    let operations = &call.app.parts.operations;
    let done = operations.run(call.caller(), operation).await?;
    let (refund, order) = (done.output.refund.id, done.output.order.clone());
    match payments.refund(&order).await {
        Ok(told) => {
            operations.run(call.caller(), NoteRefund { refund, provider_id: told.id.clone() }).await?;
            call.done(done, |_| {
                let body = json!({ "refund_id": told.id, "status": told.status, "amount_cents": order.amount_cents });
                (HttpResponse::Ok(), body)
            })
        }
        Err(error) => {
            if !matches!(error, PaymentError::Uncertain(_)) {
                operations.run(call.caller(), WithdrawRefund { refund }).await?;
            }
            Err(Error::from(error).into())
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    amount_cents: Option<i64>,
}
