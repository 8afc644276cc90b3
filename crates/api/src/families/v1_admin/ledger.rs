//! `/v1/admin/ledger`: what was posted.

use actix_web::HttpResponse;
use aedile_billing::ledger::{AccountKind, ListPostings, PostedEntry, PostedLine, PostingId, Source, Unit};
use aedile_kernel::UserId;
use schemars::JsonSchema;
use serde::Serialize;

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;
use crate::families::times::Zoned;

pub(super) async fn list(call: Call<ListPostings>) -> Answer {
    let asked = page(&call)?;
    let key = &call.app.dependencies.cursor_key;
    let encode = |postings| Fields::page::<_, PostingBody>("postings", postings, &asked, key);
    call.answer(ListPostings { page: asked.clone() }, |postings| (HttpResponse::Ok(), encode(postings))).await
}

#[derive(Serialize, JsonSchema)]
pub(super) struct PostingBody {
    id: PostingId,
    source: Source,
    note: Option<String>,
    reference: Option<String>,
    actor_id: String,
    api_key_id: Option<String>,
    created_at: Zoned,
    lines: Vec<LineBody>,
}

impl From<PostedEntry> for PostingBody {
    fn from(posting: PostedEntry) -> Self {
        Self {
            id: posting.id,
            source: posting.source,
            note: posting.note,
            reference: posting.reference,
            actor_id: posting.actor_id,
            api_key_id: posting.api_key_id,
            created_at: posting.created_at.into(),
            lines: posting.lines.into_iter().map(LineBody::from).collect(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct LineBody {
    account: AccountKind,
    user_id: Option<UserId>,
    unit: Unit,
    amount: i64,
    balance_after: i64,
}

impl From<PostedLine> for LineBody {
    fn from(line: PostedLine) -> Self {
        let PostedLine { account, owner, unit, amount, balance_after } = line;
        Self { account, user_id: owner, unit, amount, balance_after }
    }
}
