//! What is asked of the payment provider, and what it tells.

mod events;
mod model;
mod note_account;
mod port;
mod take_event;

pub use events::{News, PaymentEvent, PaymentEventReader};
pub use model::{Account, CheckoutOrder, CheckoutSession, PaymentAccount, PaymentError, ProviderRefund, RefundOrder};
pub use note_account::NotePaymentAccount;
#[cfg(any(test, feature = "mock"))]
pub use port::{MockPaymentAccounts, MockPayments};
pub use port::{PaymentAccounts, Payments};
pub use take_event::take_payment_event;
