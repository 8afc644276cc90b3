//! The payment provider's port.

use std::sync::Arc;

use aedile_billing::payments::{
    Account, AccountOrder, CheckoutOrder, CheckoutSession, PaymentError, PaymentEvent, Payments, ProviderRefund,
    RefundOrder,
};
use aedile_kernel::{Error, Result, Timestamp};
use async_trait::async_trait;
use secrecy::SecretString;

use crate::client::Client;
use crate::transport::{HttpTransport, Transport};
use crate::{accounts, checkout, event_list, refunds};

/// How Stripe is reached, and where it sends people back to.
#[derive(Debug, Clone)]
pub struct StripeConfig {
    /// The secret key.
    pub secret_key: SecretString,
    /// The API's base URL, without `/v1`.
    pub api_base: String,
    /// Our own address, for people who come back.
    pub public_url: String,
    /// The ID of this installation, which tells its requests apart from those of others on the same Stripe account.
    pub installation: String,
}

/// Payments by way of Stripe.
pub struct StripePayments {
    client: Client,
    public_url: String,
}

impl StripePayments {
    /// A client; nothing is asked of Stripe yet.
    ///
    /// # Errors
    /// `Internal` when TLS can't be set up.
    pub fn new(config: StripeConfig) -> Result<Self> {
        let transport = HttpTransport::new(&config.api_base, config.secret_key).map_err(Error::internal)?;
        Ok(Self::over(Arc::new(transport), &config.public_url, config.installation))
    }

    /// A client whose requests go another way.
    #[must_use]
    pub fn over(transport: Arc<dyn Transport>, public_url: &str, installation: String) -> Self {
        let client = Client::over(transport, installation);
        Self { client, public_url: public_url.trim_end_matches('/').to_owned() }
    }
}

#[async_trait]
impl Payments for StripePayments {
    async fn open_account(&self, order: &AccountOrder) -> Result<Account, PaymentError> {
        Ok(accounts::open(&self.client, order).await?)
    }

    async fn onboarding_url(&self, account: &str) -> Result<String, PaymentError> {
        Ok(accounts::onboarding_url(&self.client, account, &self.public_url).await?)
    }

    async fn open_checkout(&self, order: &CheckoutOrder) -> Result<CheckoutSession, PaymentError> {
        Ok(checkout::open(&self.client, order, &self.public_url).await?)
    }

    async fn find_checkout(&self, id: &str) -> Result<CheckoutSession, PaymentError> {
        Ok(checkout::find(&self.client, id).await?)
    }

    async fn refund(&self, order: &RefundOrder) -> Result<ProviderRefund, PaymentError> {
        Ok(refunds::make(&self.client, order).await?)
    }

    async fn find_refund<'a>(
        &self,
        order: &RefundOrder,
        provider_id: Option<&'a str>,
    ) -> Result<Option<ProviderRefund>, PaymentError> {
        Ok(match provider_id {
            Some(id) => refunds::get(&self.client, id).await?,
            None => refunds::find(&self.client, order).await?,
        })
    }

    async fn list_events(&self, since: Timestamp) -> Result<Vec<PaymentEvent>, PaymentError> {
        Ok(event_list::all(&self.client, since).await?)
    }
}
