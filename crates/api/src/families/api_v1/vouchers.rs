//! `/api/v1/admin/vouchers` and `/api/v1/vouchers/redeem`.

use actix_web::HttpResponse;
use aedile_billing::vouchers::{
    ListVouchers, MintVouchers, RedeemVoucher, Voucher, VoucherId, WantedVouchers, WithdrawVoucher, mint_vouchers,
};
use aedile_kernel::{Error, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use super::wire::{DoneBody, PostedBody, Usd, UsdText, instant};
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;

pub(super) async fn mint(mut call: Call<MintVouchers>) -> Answer {
    let Wanted { amount_usd, count, max_uses, expires_at } = call.json().await?;
    let wanted = WantedVouchers { amount: amount_usd.amount()?, count, max_uses, expires_at: instant(expires_at) };
    let parts = &call.app.dependencies;
    let minted = mint_vouchers(&parts.operations, parts.entropy.as_ref(), call.caller(), &wanted).await?;
    call.done(minted, |codes| {
        let codes = codes.iter().map(|code| code.expose().to_owned()).collect();
        (HttpResponse::Ok(), MintedBody { ok: true, codes })
    })
}

pub(super) async fn list(call: Call<ListVouchers>) -> Answer {
    let page = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |vouchers| Fields::page::<_, VoucherBody>("vouchers", vouchers, &page, key);
    call.answer(ListVouchers { page: page.clone() }, |vouchers| (HttpResponse::Ok(), encode(vouchers))).await
}

pub(super) async fn withdraw(call: Call<WithdrawVoucher>) -> Answer {
    let operation = WithdrawVoucher { id: VoucherId(call.number()?) };
    call.answer(operation, |_| (HttpResponse::Ok(), DoneBody { ok: true })).await
}

pub(super) async fn redeem(mut call: Call<RedeemVoucher>) -> Answer {
    let operation: RedeemVoucher = call.json().await?;
    let user = call.caller().user_id.clone().ok_or_else(|| Error::forbidden("only a user has a wallet"))?;
    let guesses = &call.app.voucher_guesses;
    guesses.attempt(&user, call.app.now())?;
    let done = call.app.dependencies.operations.run(call.caller(), operation).await;
    if !matches!(done, Err(Error::NotFound(_))) {
        guesses.was_no_guess(&user);
    }
    call.done(done?, |posted| (HttpResponse::Ok(), PostedBody::from(posted)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    amount_usd: UsdText,
    #[serde(default = "one")]
    count: i64,
    #[serde(default = "one")]
    max_uses: i64,
    #[serde(default)]
    expires_at: Option<i64>,
}

/// The only answer that ever holds the codes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MintedVouchersBody")]
pub(super) struct MintedBody {
    ok: bool,
    codes: Vec<String>,
}

const fn one() -> i64 {
    1
}

#[derive(Serialize, JsonSchema)]
pub(super) struct VoucherBody {
    id: VoucherId,
    code_hint: String,
    amount_usd: Usd,
    max_uses: i64,
    uses: i64,
    expires_at: Option<i64>,
    withdrawn_at: Option<i64>,
    created_by: String,
    api_key_id: Option<String>,
    created_at: i64,
}

impl From<Voucher> for VoucherBody {
    fn from(voucher: Voucher) -> Self {
        Self {
            id: voucher.id,
            code_hint: voucher.code_hint,
            amount_usd: Usd(voucher.amount),
            max_uses: voucher.max_uses,
            uses: voucher.uses,
            expires_at: voucher.expires_at.map(Timestamp::as_millis),
            withdrawn_at: voucher.withdrawn_at.map(Timestamp::as_millis),
            created_by: voucher.created_by,
            api_key_id: voucher.api_key_id,
            created_at: voucher.created_at.as_millis(),
        }
    }
}
