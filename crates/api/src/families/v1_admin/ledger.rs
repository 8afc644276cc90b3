//! `/v1/admin/ledger`: what was posted.

use actix_web::HttpResponse;
use aedile_billing::ledger::{
    AccountKind, EntryRecord, ListTransactions, Source, TransactionId, TransactionRecord, Unit,
};
use aedile_kernel::UserId;
use schemars::JsonSchema;
use serde::Serialize;

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;
use crate::families::times::Zoned;

pub(super) async fn list(call: Call<ListTransactions>) -> Answer {
    let asked = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |postings| Fields::page::<_, PostingBody>("postings", postings, &asked, key);
    call.answer(ListTransactions { page: asked.clone() }, |postings| (HttpResponse::Ok(), encode(postings))).await
}

#[derive(Serialize, JsonSchema)]
pub(super) struct PostingBody {
    id: TransactionId,
    source: Source,
    note: Option<String>,
    reference: Option<String>,
    actor_id: String,
    api_key_id: Option<String>,
    created_at: Zoned,
    lines: Vec<LineBody>,
}

impl From<TransactionRecord> for PostingBody {
    fn from(posting: TransactionRecord) -> Self {
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

impl From<EntryRecord> for LineBody {
    fn from(line: EntryRecord) -> Self {
        let EntryRecord { account, owner, unit, amount, balance_after } = line;
        Self { account, user_id: owner, unit, amount, balance_after }
    }
}
