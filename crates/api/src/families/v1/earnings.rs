//! `/v1/sellers/…`: what the caller earns.

use actix_web::HttpResponse;
use aedile_billing::earnings::{
    Activity, ActivityKind, BreakDownRevenue, BreakdownBy, BreakdownRow, Earnings, GetEarnings, GetRevenue, ListSales,
    ListSellerActivity, ListSkillFigures, Sale, SkillFigures,
};
use aedile_billing::purchases::{PurchaseId, PurchaseStatus};
use aedile_catalog::skills::CURRENCY;
use aedile_kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;
use crate::families::times::{self, Zoned};
use crate::refusal::Refusal;

pub(super) async fn earnings(call: Call<GetEarnings>) -> Answer {
    call.answer(GetEarnings {}, |earnings| (HttpResponse::Ok(), SumsBody::from(earnings))).await
}

pub(super) async fn skills(call: Call<ListSkillFigures>) -> Answer {
    let page = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |skills| Fields::page::<_, SkillBody>("skills", skills, &page, key);
    call.answer(ListSkillFigures { page: page.clone() }, |skills| (HttpResponse::Ok(), encode(skills))).await
}

pub(super) async fn sales(call: Call<ListSales>) -> Answer {
    let page = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |sales| Fields::page::<_, SaleBody>("sales", sales, &page, key);
    call.answer(ListSales { page: page.clone() }, |sales| (HttpResponse::Ok(), encode(sales))).await
}

pub(super) async fn revenue(call: Call<GetRevenue>) -> Answer {
    let Time { from, to } = call.query()?;
    let operation = GetRevenue { from: instant("from", from)?, to: instant("to", to)? };
    call.answer(operation, |(from, to, earnings)| {
        let body = RevenueBody { from: from.into(), to: to.into(), sums: earnings.into() };
        (HttpResponse::Ok(), body)
    })
    .await
}

pub(super) async fn breakdown(call: Call<BreakDownRevenue>) -> Answer {
    let Parts { by, from, to } = call.query()?;
    let operation = BreakDownRevenue { by, from: instant("from", from)?, to: instant("to", to)? };
    call.answer(operation, |rows| {
        let rows = Fields::list::<BreakdownRow, RowBody>("breakdown", rows);
        (HttpResponse::Ok(), Fields::of("by", by).and(rows))
    })
    .await
}

pub(super) async fn activity(call: Call<ListSellerActivity>) -> Answer {
    let page = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |happened| Fields::page::<Activity, ActivityBody>("activity", happened, &page, key);
    call.answer(ListSellerActivity { page: page.clone() }, |happened| (HttpResponse::Ok(), encode(happened))).await
}

fn instant(field: &'static str, text: Option<String>) -> Result<Option<Timestamp>, Refusal> {
    Ok(text.map(|text| Timestamp::parse(field, &text)).transpose()?)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Time {
    #[schemars(with = "Option<times::Asked>")]
    from: Option<String>,
    #[schemars(with = "Option<times::Asked>")]
    to: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Parts {
    #[serde(default)]
    by: BreakdownBy,
    #[schemars(with = "Option<times::Asked>")]
    from: Option<String>,
    #[schemars(with = "Option<times::Asked>")]
    to: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct SumsBody {
    sales: i64,
    gross_cents: i64,
    fee_cents: i64,
    refunded_cents: i64,
    net_cents: i64,
    currency: &'static str,
}

impl From<Earnings> for SumsBody {
    fn from(earnings: Earnings) -> Self {
        Self {
            sales: earnings.sales,
            gross_cents: earnings.gross_cents,
            fee_cents: earnings.fee_cents,
            refunded_cents: earnings.refunded_cents,
            net_cents: earnings.net_cents(),
            currency: CURRENCY,
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct RevenueBody {
    from: Zoned,
    to: Zoned,
    #[serde(flatten)]
    sums: SumsBody,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct RowBody {
    #[schemars(example = &"git-helper")]
    key: String,
    #[serde(flatten)]
    sums: SumsBody,
}

impl From<BreakdownRow> for RowBody {
    fn from(row: BreakdownRow) -> Self {
        Self { key: row.key, sums: row.earnings.into() }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SkillFiguresBody")]
pub(super) struct SkillBody {
    slug: String,
    name: String,
    price_cents: i64,
    is_active: bool,
    downloads: i64,
    #[serde(flatten)]
    sums: SumsBody,
}

impl From<SkillFigures> for SkillBody {
    fn from(skill: SkillFigures) -> Self {
        Self {
            slug: skill.slug,
            name: skill.name,
            price_cents: skill.price_cents,
            is_active: skill.is_active,
            downloads: skill.downloads,
            sums: skill.earnings.into(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct SaleBody {
    purchase_id: PurchaseId,
    skill_slug: String,
    status: PurchaseStatus,
    amount_cents: i64,
    fee_cents: i64,
    refunded_cents: i64,
    net_cents: i64,
    currency: &'static str,
    completed_at: Zoned,
}

impl From<Sale> for SaleBody {
    fn from(sale: Sale) -> Self {
        Self {
            purchase_id: sale.purchase,
            skill_slug: sale.skill_slug,
            status: sale.status,
            amount_cents: sale.earnings.gross_cents,
            fee_cents: sale.earnings.fee_cents,
            refunded_cents: sale.earnings.refunded_cents,
            net_cents: sale.earnings.net_cents(),
            currency: CURRENCY,
            completed_at: sale.completed_at.into(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ActivityBody {
    kind: ActivityKind,
    skill_slug: String,
    amount_cents: Option<i64>,
    rating: Option<i64>,
    at: Zoned,
}

impl From<Activity> for ActivityBody {
    fn from(activity: Activity) -> Self {
        let Activity { kind, skill_slug, amount_cents, rating, at } = activity;
        Self { kind, skill_slug, amount_cents, rating, at: at.into() }
    }
}
