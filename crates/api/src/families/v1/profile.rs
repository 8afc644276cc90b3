//! `/v1/users/profile`: what users see and change of themselves.

use actix_web::HttpResponse;
use aedile_accounts::deletion::{CancelOwnDeletion, RequestDeletion};
use aedile_accounts::profile::{GetProfile, Profile, UpdateProfile};
use aedile_kernel::{AccountStatus, UserId};
use schemars::JsonSchema;
use serde::Serialize;

use super::Call;
use crate::call::Answer;
use crate::families::times::Zoned;

pub(super) async fn get(call: Call<GetProfile>) -> Answer {
    call.answer(GetProfile {}, |profile| (HttpResponse::Ok(), ProfileBody::from(profile))).await
}

pub(super) async fn update(mut call: Call<UpdateProfile>) -> Answer {
    let changes = call.json().await?;
    call.answer(changes, |profile| (HttpResponse::Ok(), ProfileBody::from(profile))).await
}

/// Accepted, not done: there are days to think it over.
pub(super) async fn request_deletion(call: Call<RequestDeletion>) -> Answer {
    call.answer(RequestDeletion {}, |leaving| {
        let body = LeavingBody {
            status: leaving.status,
            user_id: leaving.user_id,
            deletion_requested_at: leaving.deletion_requested_at.map(Zoned::from),
            deletion_scheduled_for: leaving.deletion_scheduled_for.map(Zoned::from),
        };
        (HttpResponse::Accepted(), body)
    })
    .await
}

pub(super) async fn cancel_deletion(call: Call<CancelOwnDeletion>) -> Answer {
    call.answer(CancelOwnDeletion {}, |standing| (HttpResponse::Ok(), standing)).await
}

#[derive(Serialize, JsonSchema)]
pub(super) struct LeavingBody {
    status: AccountStatus,
    user_id: UserId,
    deletion_requested_at: Option<Zoned>,
    deletion_scheduled_for: Option<Zoned>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ProfileBody {
    id: UserId,
    email: Option<String>,
    email_verified: bool,
    display_name: Option<String>,
    marketing_opt_in: bool,
    is_admin: bool,
    is_seller: bool,
    seller_slug: Option<String>,
    status: AccountStatus,
    deletion_requested_at: Option<Zoned>,
    deletion_scheduled_for: Option<Zoned>,
    created_at: Zoned,
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
            deletion_requested_at: profile.deletion_requested_at.map(Zoned::from),
            deletion_scheduled_for: profile.deletion_scheduled_for.map(Zoned::from),
            created_at: profile.created_at.into(),
        }
    }
}
