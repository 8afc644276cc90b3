//! `/v1/checkout` and `/v1/purchases`.

use actix_web::HttpResponse;
use aedile_billing::purchases::{
    CheckoutStatus, FindPurchase, GetPurchase, ListPurchases, Purchase, PurchaseId, PurchaseStatus, StartPurchase,
    confirm_payment, open_checkout,
};
use aedile_kernel::{Caller, Error};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;
use crate::families::times::Zoned;

pub(super) async fn checkout(mut call: Call<StartPurchase>) -> Answer {
    let Wanted { skill_slug } = call.json().await?;
    let payments = call.app.payments()?;
    let (operations, start) = (&call.app.dependencies.operations, StartPurchase { skill_slug });
    let done = open_checkout(operations, payments.as_ref(), call.caller(), start).await?;
    call.done(done, |started| (HttpResponse::Created(), CheckoutBody::from(started.purchase)))
}

pub(super) async fn list(call: Call<ListPurchases>) -> Answer {
    let page = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |purchases| Fields::page::<_, PurchaseBody>("purchases", purchases, &page, key);
    call.answer(ListPurchases { page: page.clone() }, |purchases| (HttpResponse::Ok(), encode(purchases))).await
}

pub(super) async fn get(call: Call<GetPurchase>) -> Answer {
    let operation = GetPurchase { purchase: PurchaseId(call.number()?) };
    call.answer(operation, |purchase| (HttpResponse::Ok(), PurchaseBody::from(purchase))).await
}

/// Asks the provider when its own event has not come yet.
pub(super) async fn confirm(call: Call<FindPurchase>) -> Answer {
    let Asked { session_id } = call.query()?;
    let mut purchase = call.run(FindPurchase { session_id }).await?;
    if purchase.status == PurchaseStatus::Pending {
        let system = Caller { request: call.caller().request.clone(), ..Caller::system() };
        let (operations, payments) = (&call.app.dependencies.operations, call.app.payments()?);
        let asked = confirm_payment(operations, payments.as_ref(), &system, &purchase).await?;
        purchase = asked.map_err(Error::from)?;
    }
    Ok(HttpResponse::Ok().json(PurchaseBody::from(purchase)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    skill_slug: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    session_id: String,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct CheckoutBody {
    purchase_id: PurchaseId,
    /// Where to pay.
    checkout_url: Option<String>,
    session_id: Option<String>,
}

impl From<Purchase> for CheckoutBody {
    fn from(purchase: Purchase) -> Self {
        let Purchase { id, checkout_url, session_id, .. } = purchase;
        Self { purchase_id: id, checkout_url, session_id }
    }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct PurchaseBody {
    purchase_id: PurchaseId,
    skill_slug: String,
    amount_cents: i64,
    refunded_cents: i64,
    currency: &'static str,
    status: PurchaseStatus,
    /// While it is pending: whether it can be paid, a payment is under way, or it is over.
    checkout: CheckoutStatus,
    session_id: Option<String>,
    created_at: Zoned,
    completed_at: Option<Zoned>,
}

impl From<Purchase> for PurchaseBody {
    fn from(purchase: Purchase) -> Self {
        Self {
            purchase_id: purchase.id,
            skill_slug: purchase.skill_slug,
            amount_cents: purchase.amount_cents,
            refunded_cents: purchase.refunded_cents,
            currency: aedile_catalog::skills::CURRENCY,
            status: purchase.status,
            checkout: purchase.checkout,
            session_id: purchase.session_id,
            created_at: purchase.created_at.into(),
            completed_at: purchase.completed_at.map(Zoned::from),
        }
    }
}
