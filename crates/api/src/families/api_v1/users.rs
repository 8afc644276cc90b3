//! `/api/v1/admin/users` and `/api/v1/me`.

use std::collections::VecDeque;

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use aedile_billing::wallets::{GetWallet, ListWallets, Wallet};
use aedile_kernel::runner::Chain;
use aedile_kernel::{Error, Result};
use futures_util::stream::{self, Stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use super::wire::Usd;
use crate::call::Answer;

/// One array of all users, read and sent some at a time: the memory it takes does not grow with their number.
pub(super) async fn list(call: Call<ListWallets>) -> Answer {
    let Asked { limit, after } = call.query()?;
    let left = match limit {
        None => u64::MAX,
        Some(limit) => u64::try_from(limit)
            .ok()
            .filter(|limit| *limit > 0)
            .ok_or_else(|| Error::invalid("limit", "must be above zero"))?,
    };
    let mut users =
        Users { call, after: after.unwrap_or(0), left, ready: VecDeque::new(), is_begun: false, is_over: false };
    // What is refused is refused before the answer begins.
    users.read().await?;
    Ok(HttpResponse::Ok().content_type("application/json").streaming(users.pieces()))
}

pub(super) async fn me(call: Call<GetWallet>) -> Answer {
    call.answer(GetWallet {}, |wallet| (HttpResponse::Ok(), UserBody::from(wallet))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    limit: Option<i64>,
    after: Option<i64>,
}

/// The list as far as it was sent.
struct Users {
    call: Call<ListWallets>,
    /// The number of the last user that was read.
    after: i64,
    /// How many more are wanted.
    left: u64,
    ready: VecDeque<Wallet>,
    is_begun: bool,
    is_over: bool,
}

impl Users {
    async fn read(&mut self) -> Result<()> {
        let limit = u32::try_from(self.left).unwrap_or(ListWallets::AT_ONCE).min(ListWallets::AT_ONCE);
        let list = ListWallets { after: self.after, limit };
        let wallets = self.call.app.dependencies.operations.run(self.call.caller(), list).await?.output;
        let read = u32::try_from(wallets.len()).unwrap_or(limit);
        self.left = self.left.saturating_sub(read.into());
        self.is_over = read < limit || self.left == 0;
        self.after = wallets.last().map_or(self.after, |last| last.number);
        self.ready = wallets.into();
        Ok(())
    }

    /// The array, some users at a time. It breaks off when the store does.
    fn pieces(self) -> impl Stream<Item = Result<Bytes>> {
        stream::try_unfold(Some(self), |users| async move {
            let Some(mut users) = users else { return Ok(None) };
            if users.is_begun
                && !users.is_over
                && let Err(error) = users.read().await
            {
                tracing::error!(error = %Chain(&error), "a list of users broke off");
                return Err(error);
            }
            let piece = users.piece()?;
            let is_over = users.is_over;
            Ok(Some((piece, (!is_over).then_some(users))))
        })
    }

    fn piece(&mut self) -> Result<Bytes> {
        let mut piece = Vec::new();
        for wallet in std::mem::take(&mut self.ready) {
            piece.push(if std::mem::replace(&mut self.is_begun, true) { b',' } else { b'[' });
            serde_json::to_writer(&mut piece, &UserBody::from(wallet)).map_err(Error::internal)?;
        }
        if !std::mem::replace(&mut self.is_begun, true) {
            piece.push(b'[');
        }
        if self.is_over {
            piece.push(b']');
        }
        Ok(piece.into())
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WalletBody")]
pub(super) struct UserBody {
    id: i64,
    email: Option<String>,
    name: Option<String>,
    credits_usd: Usd,
    credits_frozen: bool,
    is_admin: bool,
    is_owner: bool,
    role: &'static str,
    created_at: i64,
}

impl From<Wallet> for UserBody {
    fn from(wallet: Wallet) -> Self {
        let role = match (wallet.is_owner, wallet.is_admin) {
            (true, _) => "owner",
            (false, true) => "admin",
            (false, false) => "user",
        };
        Self {
            id: wallet.number,
            email: wallet.email,
            name: wallet.name,
            credits_usd: Usd(wallet.balance),
            credits_frozen: wallet.is_frozen,
            is_admin: wallet.is_admin,
            is_owner: wallet.is_owner,
            role,
            created_at: wallet.created_at.as_millis(),
        }
    }
}
