//! `/v1/admin/users`.

use actix_web::HttpResponse;
use aedile_kernel::{AccountStatus, UserId};
use aedile_reporting::directory::{
    ActionSummary, Balances, ClaimSummary, DirectoryEntry, FlagSummary, GetUser, ListUsers, PlanSummary, SortBy,
    SortOrder, UserDetail,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::times::Zoned;
use crate::page_query::{Cursor, Limit, Offset};

pub(super) async fn list(call: Call<ListUsers>) -> Answer {
    let asked: Asked = call.query()?;
    let page = call.page(asked.limit, asked.offset, asked.cursor.as_ref())?;
    let operation = ListUsers {
        q: asked.q,
        status: asked.status,
        sort_by: asked.sort_by,
        sort_order: asked.sort_order,
        page: page.clone(),
    };
    let key = &call.app.dependencies.installation_key;
    call.answer(operation, |users| (HttpResponse::Ok(), Fields::page::<_, UserBody>("users", users, &page, key))).await
}

pub(super) async fn get(call: Call<GetUser>) -> Answer {
    let operation = GetUser { user_id: UserId::parse(&call.segment("user_id")?)? };
    call.answer(operation, |user| (HttpResponse::Ok(), DetailBody::from(user))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    q: Option<String>,
    status: Option<AccountStatus>,
    #[serde(default)]
    sort_by: SortBy,
    #[serde(default)]
    sort_order: SortOrder,
    limit: Option<Limit>,
    offset: Option<Offset>,
    cursor: Option<Cursor>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct UserBody {
    id: UserId,
    email: Option<String>,
    display_name: Option<String>,
    is_admin: bool,
    is_seller: bool,
    stripe_connected: bool,
    status: AccountStatus,
    deletion_requested_at: Option<Zoned>,
    deletion_scheduled_for: Option<Zoned>,
    created_at: Zoned,
}

impl From<DirectoryEntry> for UserBody {
    fn from(entry: DirectoryEntry) -> Self {
        Self {
            id: entry.id,
            email: entry.email,
            display_name: entry.display_name,
            is_admin: entry.is_admin,
            is_seller: entry.is_seller,
            stripe_connected: entry.stripe_connected,
            status: entry.status,
            deletion_requested_at: entry.deletion_requested_at.map(Zoned::from),
            deletion_scheduled_for: entry.deletion_scheduled_for.map(Zoned::from),
            created_at: entry.created_at.into(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserDetailBody")]
pub(super) struct DetailBody {
    #[serde(flatten)]
    user: UserBody,
    email_verified: bool,
    api_disabled: bool,
    marketing_opt_in: bool,
    tier: Option<String>,
    seller_slug: Option<String>,
    role_name: Option<String>,
    balances: Balances,
    plan: Option<PlanBody>,
    flags: Vec<FlagBody>,
    claims: Vec<ClaimBody>,
    audit: Vec<ActionBody>,
}

impl From<UserDetail> for DetailBody {
    fn from(detail: UserDetail) -> Self {
        Self {
            user: UserBody::from(detail.entry),
            email_verified: detail.email_verified,
            api_disabled: detail.api_disabled,
            marketing_opt_in: detail.marketing_opt_in,
            tier: detail.tier,
            seller_slug: detail.seller_slug,
            role_name: detail.role_name,
            balances: detail.balances,
            plan: detail.plan.map(PlanBody::from),
            flags: detail.abuse_flags.into_iter().map(FlagBody::from).collect(),
            claims: detail.claims.into_iter().map(ClaimBody::from).collect(),
            audit: detail.history.into_iter().map(ActionBody::from).collect(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PlanSummaryBody")]
pub(super) struct PlanBody {
    tier: String,
    reset_date: Zoned,
}

impl From<PlanSummary> for PlanBody {
    fn from(plan: PlanSummary) -> Self {
        Self { tier: plan.tier, reset_date: plan.reset_date.into() }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AbuseFlagSummaryBody")]
pub(super) struct FlagBody {
    id: i64,
    flag_type: String,
    #[schemars(example = &"open")]
    status: String,
    created_at: Zoned,
}

impl From<FlagSummary> for FlagBody {
    fn from(flag: FlagSummary) -> Self {
        let created_at = flag.created_at.into();
        Self { id: flag.id, flag_type: flag.flag_type, status: flag.status, created_at }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClaimSummaryBody")]
pub(super) struct ClaimBody {
    id: i64,
    skill_slug: String,
    #[schemars(example = &"sandbox")]
    status: String,
    created_at: Zoned,
}

impl From<ClaimSummary> for ClaimBody {
    fn from(claim: ClaimSummary) -> Self {
        let created_at = claim.created_at.into();
        Self { id: claim.id, skill_slug: claim.skill_slug, status: claim.status, created_at }
    }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ActionBody {
    id: i64,
    actor_id: String,
    action: String,
    #[schemars(example = &"success")]
    status: String,
    created_at: Zoned,
}

impl From<ActionSummary> for ActionBody {
    fn from(row: ActionSummary) -> Self {
        let created_at = row.created_at.into();
        Self { id: row.id, actor_id: row.actor_id, action: row.action, status: row.status, created_at }
    }
}
