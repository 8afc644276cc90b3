//! What is asked of the payment provider, and what is kept of its accounts.

use aedile_kernel::{Result, Timestamp};
use async_trait::async_trait;

use super::events::PaymentEvent;
use super::model::{
    Account, AccountOrder, CheckoutOrder, CheckoutSession, PaymentAccount, PaymentError, ProviderRefund, RefundOrder,
};

/// The payment provider. Each call that makes something carries a key of ours, made from the order's reference and a digest
/// of all that is sent: it is done once while the provider keeps the key (Stripe: 24 hours).
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Payments: Send + Sync {
    /// Opens an account for a seller.
    async fn open_account(&self, order: &AccountOrder) -> Result<Account, PaymentError>;

    /// A page of the provider's where a seller says who they are and how to be paid.
    async fn onboarding_url(&self, account: &str) -> Result<String, PaymentError>;

    /// Opens a page where a purchase is paid.
    async fn open_checkout(&self, order: &CheckoutOrder) -> Result<CheckoutSession, PaymentError>;

    /// Asks what became of such a page. A payment of it that has failed for good counts as
    /// [`PaymentState::Failed`](super::model::PaymentState::Failed). `Refused` when the provider knows no such page.
    async fn find_checkout(&self, session: &str) -> Result<CheckoutSession, PaymentError>;

    /// Gives money back: from the seller what they got of it, and from the fee its share. The refund carries the order's
    /// reference, by which [`Payments::find_refund`] finds it again.
    async fn refund(&self, order: &RefundOrder) -> Result<ProviderRefund, PaymentError>;

    /// Asks what became of a refund: by the provider's id when it is known, else among all refunds of the payment, by the
    /// reference that it carries. `None` when the provider has none.
    async fn find_refund<'a>(
        &self,
        order: &RefundOrder,
        provider_id: Option<&'a str>,
    ) -> Result<Option<ProviderRefund>, PaymentError>;

    /// What it told from an instant on and would tell in an event, the earliest first. It forgets: Stripe after 30 days.
    async fn list_events(&self, since: Timestamp) -> Result<Vec<PaymentEvent>, PaymentError>;
}

/// The sellers' accounts with the provider.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait PaymentAccounts: Send {
    /// The account, held until the transaction ends; `None` when it is no seller's.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, account: &str) -> Result<Option<PaymentAccount>>;

    /// Writes whether the seller can be paid, and when the provider said so.
    ///
    /// # Errors
    /// If the store fails.
    fn update(&mut self, account: &PaymentAccount) -> Result<()>;

    /// Forgets the account: its seller has none from now on, and is paid by the next one they open.
    ///
    /// # Errors
    /// If the store fails.
    fn disconnect(&mut self, account: &PaymentAccount) -> Result<()>;
}
