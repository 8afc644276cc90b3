//! What is asked of the payment provider, and what is kept of its accounts.

use aedile_kernel::{Result, Timestamp, UserId};
use async_trait::async_trait;

use super::events::PaymentEvent;
use super::model::{
    Account, CheckoutOrder, CheckoutSession, PaymentAccount, PaymentError, ProviderRefund, RefundOrder,
};

/// The payment provider. Each call that changes something carries a key of ours, so that it is done once however often it
/// is made.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Payments: Send + Sync {
    /// Opens an account for a seller.
    async fn open_account(&self, seller: &UserId, email: Option<String>) -> Result<Account, PaymentError>;

    /// A page of the provider's where a seller says who they are and how to be paid.
    async fn onboarding_url(&self, account: &str) -> Result<String, PaymentError>;

    /// Opens a page where a purchase is paid.
    async fn open_checkout(&self, order: &CheckoutOrder) -> Result<CheckoutSession, PaymentError>;

    /// Asks what became of such a page.
    async fn find_checkout(&self, session: &str) -> Result<CheckoutSession, PaymentError>;

    /// Gives money back: from the seller what they got of it, and from the fee its share.
    async fn refund(&self, order: &RefundOrder) -> Result<ProviderRefund, PaymentError>;

    /// What it told from an instant on and would tell in an event, the earliest first. It forgets: Stripe after 30 days.
    async fn list_events(&self, since: Timestamp) -> Result<Vec<PaymentEvent>, PaymentError>;
}

/// The sellers' accounts with the provider.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait PaymentAccounts: Send {
    /// The account, held until the transaction ends; `None` when it is no seller's.
    ///
    /// # Errors
    /// Only the store's own.
    fn lock(&mut self, account: &str) -> Result<Option<PaymentAccount>>;

    /// Writes whether the seller can be paid, and when the provider said so.
    ///
    /// # Errors
    /// Only the store's own.
    fn update(&mut self, account: &PaymentAccount) -> Result<()>;
}
