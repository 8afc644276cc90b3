//! `/v1/admin/overview`.

use actix_web::HttpResponse;
use aedile_reporting::overview::GetOverview;

use super::Call;
use crate::call::Answer;

pub(super) async fn get(call: Call<GetOverview>) -> Answer {
    call.answer(GetOverview {}, |overview| (HttpResponse::Ok(), overview)).await
}
