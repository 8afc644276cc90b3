//! Sellers' accounts, and the page where they say who they are.

use std::collections::HashMap;

use aedile_billing::payments::{Account, AccountOrder};
use stripe_client_core::{RequestStrategy, StripeRequest};
use stripe_connect::account::{CreateAccount, CreateAccountType};
use stripe_connect::account_link::{CreateAccountLink, CreateAccountLinkType};

use crate::call_error::CallError;
use crate::client::Client;

pub(crate) async fn open(client: &Client, order: &AccountOrder) -> Result<Account, CallError> {
    let seller = ("user_id".to_owned(), order.seller.to_string());
    let metadata = client.metadata(&order.reference).into_iter().chain([seller]).collect::<HashMap<_, _>>();
    let mut create = CreateAccount::new().type_(CreateAccountType::Express).metadata(metadata);
    if let Some(email) = &order.email {
        create = create.email(email);
    }
    let key = client.key("account", &order.reference, &create.build())?;
    let strategy = RequestStrategy::Idempotent(key);
    let account = create.customize().request_strategy(strategy).send(client).await?;
    Ok(Account { id: account.id.to_string() })
}

/// It may well be made twice: a page ends after minutes, and at its first use.
pub(crate) async fn onboarding_url(client: &Client, account: &str, public_url: &str) -> Result<String, CallError> {
    let page = format!("{public_url}/dashboard/earnings");
    let create = CreateAccountLink::new(account, CreateAccountLinkType::AccountOnboarding);
    Ok(create.return_url(page.clone()).refresh_url(page).send(client).await?.url)
}
