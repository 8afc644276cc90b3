//! `/v1/users/profile`: what users see and change of themselves.

use actix_web::HttpResponse;
use aedile_accounts::deletion::{CancelOwnDeletion, RequestDeletion};
use aedile_accounts::profile::{GetProfile, Profile, UpdateProfile};
use aedile_kernel::{AccountStatus, Timestamp, UserId};
use serde::Serialize;
use serde_json::json;

use super::Call;
use crate::call::Answer;
use crate::dialect::paging::nothing_asked;

pub(super) async fn get(call: Call<GetProfile>) -> Answer {
    nothing_asked(&call)?;
    call.answer(GetProfile {}, |profile| (HttpResponse::Ok(), ProfileBody::from(profile))).await
}

pub(super) async fn update(mut call: Call<UpdateProfile>) -> Answer {
    let changes = call.json().await?;
    call.answer(changes, |profile| (HttpResponse::Ok(), ProfileBody::from(profile))).await
}

/// Accepted, not done: there are days to think it over.
pub(super) async fn request_deletion(call: Call<RequestDeletion>) -> Answer {
    let operation = RequestDeletion { grace_days: call.app.parts.deletion_grace_days };
    call.answer(operation, |leaving| {
        let body = json!({
            "status": leaving.status,
            "user_id": leaving.user_id,
            "deletion_requested_at": leaving.deletion_requested_at.map(Timestamp::to_rfc3339),
            "deletion_scheduled_for": leaving.deletion_scheduled_for.map(Timestamp::to_rfc3339),
        });
        (HttpResponse::Accepted(), body)
    })
    .await
}

pub(super) async fn cancel_deletion(call: Call<CancelOwnDeletion>) -> Answer {
    call.answer(CancelOwnDeletion {}, |standing| (HttpResponse::Ok(), standing)).await
}

#[derive(Serialize)]
struct ProfileBody {
    id: UserId,
    email: Option<String>,
    email_verified: bool,
    display_name: Option<String>,
    marketing_opt_in: bool,
    is_admin: bool,
    is_seller: bool,
    seller_slug: Option<String>,
    status: AccountStatus,
    deletion_requested_at: Option<String>,
    deletion_scheduled_for: Option<String>,
    created_at: String,
}

impl From<Profile> for ProfileBody {
    fn from(profile: Profile) -> Self {
        Self {
            id: profile.id,
            email: profile.email,
            email_verified: profile.email_verified,
            display_name: profile.display_name,
            marketing_opt_in: profile.marketing_opt_in,
            is_admin: profile.is_admin,
            is_seller: profile.is_seller,
            seller_slug: profile.seller_slug,
            status: profile.status,
            deletion_requested_at: profile.deletion_requested_at.map(Timestamp::to_rfc3339),
            deletion_scheduled_for: profile.deletion_scheduled_for.map(Timestamp::to_rfc3339),
            created_at: profile.created_at.to_rfc3339(),
        }
    }
}
