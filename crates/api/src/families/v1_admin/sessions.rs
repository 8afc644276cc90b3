//! `/v1/admin/users/{user_id}/sessions`: where a user is signed in.

use actix_web::HttpResponse;
use aedile_accounts::sessions::{EndUserSession, EndUserSessions, ListUserSessions};
use aedile_kernel::UserId;

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;
use crate::families::v1::sessions::SessionBody;

pub(super) async fn list(call: Call<ListUserSessions>) -> Answer {
    let asked = page(&call)?;
    let operation = ListUserSessions { user_id: UserId::parse(&call.segment("user_id")?)?, page: asked.clone() };
    let key = &call.app.dependencies.installation_key;
    let encode = |sessions| Fields::page::<_, SessionBody>("sessions", sessions, &asked, key);
    call.answer(operation, |sessions| (HttpResponse::Ok(), encode(sessions))).await
}

pub(super) async fn end(call: Call<EndUserSession>) -> Answer {
    let user_id = UserId::parse(&call.segment("user_id")?)?;
    let operation = EndUserSession { user_id, session_id: call.segment("id")? };
    call.app.dependencies.operations.run(call.caller(), operation).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) async fn end_all(call: Call<EndUserSessions>) -> Answer {
    let operation = EndUserSessions { user_id: UserId::parse(&call.segment("user_id")?)? };
    call.answer(operation, |ended| (HttpResponse::Ok(), ended)).await
}
