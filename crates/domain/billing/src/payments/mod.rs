//! What is asked of the payment provider.

mod events;
mod port;

pub use events::{News, PaymentEvent, PaymentEventReader};
#[cfg(any(test, feature = "mock"))]
pub use port::MockPayments;
pub use port::{Account, CheckoutOrder, CheckoutSession, PaymentError, Payments, ProviderRefund, RefundOrder};
