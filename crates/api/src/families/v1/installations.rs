//! `/v1/installations`.

use actix_web::HttpResponse;
use aedile_catalog::installations::RecordInstallation;
use schemars::JsonSchema;
use serde::Serialize;

use super::Call;
use crate::call::Answer;

/// What is passed over is answered like what is counted: who reports has nothing to do about it.
pub(super) async fn record(mut call: Call<RecordInstallation>) -> Answer {
    let operation = call.json().await?;
    call.answer(operation, |recorded| {
        let body = RecordedBody { skill_slug: recorded.skill_slug, recorded: recorded.is_counted };
        (HttpResponse::Created(), body)
    })
    .await
}

#[derive(Serialize, JsonSchema)]
pub(super) struct RecordedBody {
    skill_slug: String,
    /// Whether it was counted.
    recorded: bool,
}
