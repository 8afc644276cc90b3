//! `/v1/admin/skills`.

use actix_web::HttpResponse;
use aedile_catalog::skills::ImportSkill;

use super::Call;
use crate::call::Answer;
use crate::families::v1::skill_body::SkillBody;

pub(super) async fn import(mut call: Call<ImportSkill>) -> Answer {
    let operation = call.json().await?;
    call.answer(operation, |skill| (HttpResponse::Created(), SkillBody::from(skill))).await
}
