//! Dollars in wallets: given, taken, frozen, spent.

use actix_web::HttpResponse;
use aedile_billing::ledger::Source;
use aedile_billing::wallets::{FreezeCredits, GetWallet, GrantCredits, LedgerEntry, ListLedgerEntries, SpendCredits};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use super::wire::{PostedBody, Usd, UsdText, ledger_id};
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;

pub(super) async fn grant(mut call: Call<GrantCredits>) -> Answer {
    let Wanted { email, amount_usd, note } = call.json().await?;
    let operation = GrantCredits { email, amount: amount_usd.amount()?, note };
    call.answer(operation, |posted| (HttpResponse::Ok(), PostedBody::from(posted))).await
}

pub(super) async fn freeze(mut call: Call<FreezeCredits>) -> Answer {
    let operation = call.json().await?;
    call.answer(operation, |wallet| {
        let body = FrozenBody { ok: true, email: wallet.email, credits_frozen: wallet.is_frozen };
        (HttpResponse::Ok(), body)
    })
    .await
}

pub(super) async fn get(call: Call<GetWallet>) -> Answer {
    call.answer(GetWallet {}, |wallet| {
        (HttpResponse::Ok(), BalanceBody { credits_usd: Usd(wallet.balance), credits_frozen: wallet.is_frozen })
    })
    .await
}

pub(super) async fn ledger(call: Call<ListLedgerEntries>) -> Answer {
    let page = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |entries| Fields::page::<_, EntryBody>("entries", entries, &page, key);
    call.answer(ListLedgerEntries { page: page.clone() }, |entries| (HttpResponse::Ok(), encode(entries))).await
}

pub(super) async fn spend(mut call: Call<SpendCredits>) -> Answer {
    let Spent { amount_usd, note } = call.json().await?;
    let operation = SpendCredits { amount: amount_usd.amount()?, note };
    call.answer(operation, |posted| (HttpResponse::Ok(), PostedBody::from(posted))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    email: String,
    amount_usd: UsdText,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Spent {
    amount_usd: UsdText,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct FrozenBody {
    ok: bool,
    email: Option<String>,
    credits_frozen: bool,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct BalanceBody {
    credits_usd: Usd,
    credits_frozen: bool,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct EntryBody {
    #[schemars(example = &"led_42")]
    id: String,
    amount_usd: Usd,
    balance_after_usd: Usd,
    source: Source,
    note: Option<String>,
    api_key_id: Option<String>,
    actor_id: String,
    created_at: i64,
}

impl From<LedgerEntry> for EntryBody {
    fn from(entry: LedgerEntry) -> Self {
        Self {
            id: ledger_id(entry.id),
            amount_usd: Usd(entry.amount),
            balance_after_usd: Usd(entry.balance_after),
            source: entry.source,
            note: entry.note,
            api_key_id: entry.api_key_id,
            actor_id: entry.actor_id,
            created_at: entry.created_at.as_millis(),
        }
    }
}
