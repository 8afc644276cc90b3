//! `/v1/admin/admins` and `/v1/admin/check`.

use actix_web::HttpResponse;
use aedile_accounts::admins::{AdminProfile, CheckAdmin, DemoteAdmin, ListAdmins, PromoteAdmin};
use aedile_kernel::UserId;

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;

pub(super) async fn list(call: Call<ListAdmins>) -> Answer {
    let encode = |admins| Fields::list::<AdminProfile, AdminProfile>("admins", admins);
    call.answer(ListAdmins {}, |admins| (HttpResponse::Ok(), encode(admins))).await
}

pub(super) async fn promote(call: Call<PromoteAdmin>) -> Answer {
    let operation = PromoteAdmin { user_id: UserId::parse(&call.segment("user_id")?)? };
    call.answer(operation, |status| (HttpResponse::Ok(), status)).await
}

pub(super) async fn demote(call: Call<DemoteAdmin>) -> Answer {
    let operation = DemoteAdmin { user_id: UserId::parse(&call.segment("user_id")?)? };
    call.answer(operation, |status| (HttpResponse::Ok(), status)).await
}

pub(super) async fn check(call: Call<CheckAdmin>) -> Answer {
    call.answer(CheckAdmin {}, |check| (HttpResponse::Ok(), check)).await
}
