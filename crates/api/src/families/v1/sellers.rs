//! `/v1/sellers`: how users become sellers, and their public pages.

use actix_web::HttpResponse;
use aedile_billing::payments::AccountOrder;
use aedile_catalog::sellers::{
    ConnectSeller, GetSeller, GetSellerStatus, ListSellerSkills, RegisterSeller, SellerAccount, SellerPage,
};
use aedile_kernel::{Error, UserId};
use schemars::JsonSchema;
use serde::Serialize;

use super::Call;
use super::skill_body;
use crate::call::Answer;
use crate::families::paging::page;
use crate::families::times::Zoned;

/// The caller is a seller from here on, whether or not they can be paid: free skills need nobody's account.
pub(super) async fn connect(mut call: Call<RegisterSeller>) -> Answer {
    let operation = call.json().await?;
    let seller = call.run(operation).await?;
    let what = "the way to be paid (you may publish free skills from now on)";
    let payments = call.app.dependencies.payments.as_ref().ok_or(Error::Unavailable { what, source: None })?;
    let account = match seller.payment_account {
        Some(account) => account,
        None => {
            let order = AccountOrder {
                reference: seller.payment_reference.ok_or_else(|| Error::internal("a seller without a reference"))?,
                seller: seller.user_id,
                email: call.caller().email.clone(),
            };
            let account = payments.open_account(&order).await.map_err(Error::from)?.id;
            let connect = ConnectSeller { payment_account: account };
            // The account is open by now, so it is written down whatever became of the caller meanwhile.
            let connected = call.app.dependencies.operations.run(&call.caller().concluding(), connect).await?.output;
            connected.payment_account.unwrap_or_default()
        }
    };
    let url = payments.onboarding_url(&account).await.map_err(Error::from)?;
    Ok(HttpResponse::Ok().json(ConnectedBody { slug: seller.slug, account_id: account, onboarding_url: url }))
}

pub(super) async fn status(call: Call<GetSellerStatus>) -> Answer {
    call.answer(GetSellerStatus {}, |account| (HttpResponse::Ok(), StatusBody::from(account))).await
}

pub(super) async fn get(call: Call<GetSeller>) -> Answer {
    let operation = GetSeller { slug: call.segment("slug")? };
    call.answer(operation, |seller| (HttpResponse::Ok(), PageBody::from(seller))).await
}

pub(super) async fn skills(call: Call<ListSellerSkills>) -> Answer {
    let operation = ListSellerSkills { slug: call.segment("slug")?, page: page(&call)? };
    let key = &call.app.dependencies.installation_key;
    call.answer(operation, |skills| (HttpResponse::Ok(), skill_body::skills(skills, key))).await
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ConnectedBody {
    slug: Option<String>,
    /// The account at the payment provider.
    account_id: String,
    /// Where its owner tells the provider what it must know.
    onboarding_url: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SellerStatusBody")]
pub(super) struct StatusBody {
    user_id: UserId,
    is_seller: bool,
    slug: Option<String>,
    display_name: Option<String>,
    tos_accepted_at: Option<Zoned>,
    stripe_connected: bool,
    payments_enabled: Option<bool>,
}

impl From<SellerAccount> for StatusBody {
    fn from(account: SellerAccount) -> Self {
        Self {
            is_seller: account.is_seller(),
            user_id: account.user_id,
            slug: account.slug,
            display_name: account.display_name,
            tos_accepted_at: account.tos_accepted_at.map(Zoned::from),
            stripe_connected: account.payment_account.is_some(),
            payments_enabled: account.payments_enabled,
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SellerPageBody")]
pub(super) struct PageBody {
    slug: String,
    display_name: String,
    skills: i64,
    downloads: i64,
    rating: Option<f64>,
    reviews: i64,
    joined_at: Zoned,
}

impl From<SellerPage> for PageBody {
    fn from(page: SellerPage) -> Self {
        Self {
            slug: page.slug,
            display_name: page.display_name,
            skills: page.skills,
            downloads: page.downloads,
            rating: skill_body::average(page.rating),
            reviews: page.rating.count,
            joined_at: page.joined_at.into(),
        }
    }
}
