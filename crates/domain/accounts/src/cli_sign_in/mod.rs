//! How a command line gets its token by way of a browser: an app on the same machine (RFC 8252) asks for a code, the
//! browser carries it there, and only who asked can turn it into a token (RFC 7636).

mod exchange;
mod give_code;
mod pkce;
mod port;
mod redirect;
mod request;
mod service;

pub use exchange::ExchangeCliCode;
pub use give_code::GiveCliCode;
pub use pkce::{CodeChallenge, CodeVerifier};
#[cfg(any(test, feature = "mock"))]
pub use port::MockCliSignIns;
pub use port::{CliSignIns, NewCliCode, PendingSignIn};
pub use redirect::LoopbackUri;
pub use request::CliSignInRequest;
pub use service::SignsCliIn;
