//! `/v1/admin/pending-deletions` and `/v1/admin/cancel-deletion`.

use actix_web::HttpResponse;
use aedile_accounts::deletion::{CancelDeletion, ListPendingDeletions, PendingDeletion};
use aedile_kernel::{AccountStatus, UserId};
use schemars::JsonSchema;
use serde::Serialize;

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;
use crate::families::times::Zoned;

pub(super) async fn list(call: Call<ListPendingDeletions>) -> Answer {
    let asked = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |users| Fields::page::<_, PendingBody>("users", users, &asked, key);
    call.answer(ListPendingDeletions { page: asked.clone() }, |users| (HttpResponse::Ok(), encode(users))).await
}

pub(super) async fn cancel(call: Call<CancelDeletion>) -> Answer {
    let operation = CancelDeletion { user_id: UserId::parse(&call.segment("user_id")?)? };
    call.answer(operation, |standing| (HttpResponse::Ok(), standing)).await
}

#[derive(Serialize, JsonSchema)]
pub(super) struct PendingBody {
    id: UserId,
    email: Option<String>,
    display_name: Option<String>,
    status: AccountStatus,
    deletion_requested_at: Option<Zoned>,
    deletion_scheduled_for: Option<Zoned>,
}

impl From<PendingDeletion> for PendingBody {
    fn from(pending: PendingDeletion) -> Self {
        let leaving = pending.leaving;
        Self {
            id: leaving.user_id,
            email: pending.email,
            display_name: pending.display_name,
            status: leaving.status,
            deletion_requested_at: leaving.deletion_requested_at.map(Zoned::from),
            deletion_scheduled_for: leaving.deletion_scheduled_for.map(Zoned::from),
        }
    }
}
