//! `/v1/users/sessions`: where one is signed in.

use actix_web::HttpResponse;
use aedile_accounts::sessions::{EndSession, EndSessions, ListSessions, Proof, Session, SessionKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;
use crate::families::times::Zoned;

pub(super) async fn list(call: Call<ListSessions>) -> Answer {
    let asked = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |sessions| Fields::page::<_, SessionBody>("sessions", sessions, &asked, key);
    call.answer(ListSessions { page: asked.clone() }, |sessions| (HttpResponse::Ok(), encode(sessions))).await
}

pub(super) async fn end(call: Call<EndSession>) -> Answer {
    let operation = EndSession { session_id: call.segment("id")? };
    call.app.dependencies.operations.run(call.caller(), operation).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) async fn end_all(call: Call<EndSessions>) -> Answer {
    let Ended { keep_current } = call.query()?;
    let operation = EndSessions { keep_current: keep_current.unwrap_or(false) };
    call.answer(operation, |ended| (HttpResponse::Ok(), ended)).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EndedSessionsQuery")]
pub(super) struct Ended {
    /// Whether the session that asks goes on.
    keep_current: Option<bool>,
}

/// A session, without its token.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SessionBody {
    #[schemars(example = &"6f1ed002ab5595859014ebf0951522d9")]
    id: String,
    kind: SessionKind,
    /// How the user proved who they are, by the names of RFC 8176.
    amr: Vec<Proof>,
    started_at: Zoned,
    last_seen_at: Option<Zoned>,
    expires_at: Zoned,
    ip_address: Option<String>,
    user_agent: Option<String>,
    is_current: bool,
}

impl From<Session> for SessionBody {
    fn from(session: Session) -> Self {
        Self {
            id: session.id,
            kind: session.kind,
            amr: session.proofs,
            started_at: session.started_at.into(),
            last_seen_at: session.last_seen_at.map(Zoned::from),
            expires_at: session.expires_at.into(),
            ip_address: session.ip_address,
            user_agent: session.user_agent,
            is_current: session.is_current,
        }
    }
}
