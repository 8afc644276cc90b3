//! What is asked of the payment provider, and what it tells.

mod disconnect_account;
mod events;
mod model;
mod note_account;
mod port;
mod take_event;

pub use disconnect_account::DisconnectPaymentAccount;
pub use events::{ChargeReport, DisputeReport, DisputeStatus, News, PaymentEvent, PaymentEventReader, RefundReport};
pub use model::{
    Account, AccountOrder, CheckoutOrder, CheckoutOutcome, CheckoutSession, PaymentAccount, PaymentError, PaymentState,
    ProviderRefund, ProviderRefundStatus, RefundOrder, SessionState,
};
pub use note_account::NotePaymentAccount;
#[cfg(any(test, feature = "mock"))]
pub use port::{MockPaymentAccounts, MockPayments};
pub use port::{PaymentAccounts, Payments};
pub use take_event::take_payment_event;
