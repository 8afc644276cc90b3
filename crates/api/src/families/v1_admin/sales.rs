//! `/v1/admin/sales`: the purchases of everybody.

use actix_web::HttpResponse;
use aedile_billing::purchases::{ListAllSales, Purchase, PurchaseId, PurchaseStatus};
use aedile_kernel::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::times::Zoned;
use crate::page_query::{Cursor, Limit, Offset};

pub(super) async fn list(call: Call<ListAllSales>) -> Answer {
    let Asked { status, buyer_id, seller_id, skill_slug, limit, offset, cursor } = call.query()?;
    let page = call.page(limit, offset, cursor.as_ref())?;
    let operation = ListAllSales { status, buyer_id, seller_id, skill_slug, page: page.clone() };
    let key = &call.app.dependencies.installation_key;
    let encode = |sales| Fields::page::<_, SaleBody>("sales", sales, &page, key);
    call.answer(operation, |sales| (HttpResponse::Ok(), encode(sales))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    status: Option<PurchaseStatus>,
    buyer_id: Option<UserId>,
    seller_id: Option<UserId>,
    skill_slug: Option<String>,
    limit: Option<Limit>,
    offset: Option<Offset>,
    cursor: Option<Cursor>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AnySaleBody")]
pub(super) struct SaleBody {
    purchase_id: PurchaseId,
    skill_slug: String,
    buyer_id: UserId,
    seller_id: UserId,
    amount_cents: i64,
    fee_cents: i64,
    refunded_cents: i64,
    status: PurchaseStatus,
    created_at: Zoned,
    completed_at: Option<Zoned>,
}

impl From<Purchase> for SaleBody {
    fn from(purchase: Purchase) -> Self {
        Self {
            purchase_id: purchase.id,
            skill_slug: purchase.skill_slug,
            buyer_id: purchase.buyer_id,
            seller_id: purchase.seller_id,
            amount_cents: purchase.amount_cents,
            fee_cents: purchase.fee_cents,
            refunded_cents: purchase.refunded_cents,
            status: purchase.status,
            created_at: purchase.created_at.into(),
            completed_at: purchase.completed_at.map(Zoned::from),
        }
    }
}
