//! Calls, each of them tried a few times under the same key.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aedile_kernel::Reference;
use aedile_kernel::digest::hex;
use aws_lc_rs::digest::{SHA256, digest};
use backon::{ExponentialBuilder, Retryable, Sleeper};
use bytes::Bytes;
use reqwest::Method;
use stripe_client_core::{
    CustomizedStripeRequest, IdempotencyKey, RequestBuilder, StripeClient, StripeMethod, VERSION,
};

use crate::call_error::{CallError, judge};
use crate::transport::{Transport, WireRequest};

/// How often a call is tried again.
const RETRIES: usize = 2;
/// About how long to wait after the first attempt; twice as long after the next.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Stripe's API.
pub(crate) struct Client {
    transport: Arc<dyn Transport>,
    installation: String,
}

impl Client {
    /// A client of the installation with this ID.
    pub(crate) fn over(transport: Arc<dyn Transport>, installation: String) -> Self {
        Self { transport, installation }
    }

    /// The metadata of what is made for a reference: events bring it back, and Stripe's dashboard shows it.
    pub(crate) fn metadata(&self, reference: &Reference) -> [(String, String); 2] {
        [("installation".to_owned(), self.installation.clone()), ("reference".to_owned(), reference.to_string())]
    }

    /// An idempotency key that covers the installation and everything that is sent: another request has another key.
    pub(crate) fn key(
        &self,
        kind: &str,
        reference: &Reference,
        request: &RequestBuilder,
    ) -> Result<IdempotencyKey, CallError> {
        let mut sent: Vec<&str> = request.body.iter().flat_map(|body| body.split('&')).collect();
        sent.sort_unstable();
        let sent = digest(&SHA256, sent.join("&").as_bytes());
        let sent = hex(sent.as_ref().get(..16).unwrap_or_default());
        let installation = &self.installation;
        IdempotencyKey::new(format!("{kind}-{installation}-{reference}-{sent}")).map_err(CallError::unreadable)
    }

    /// Makes a call and returns the body of its answer, for answers that are read in our own way.
    pub(crate) async fn call(&self, request: RequestBuilder, key: Option<IdempotencyKey>) -> Result<Bytes, CallError> {
        let request = &wire(request, key);
        let mut may_be_heard = false;
        let backoff = ExponentialBuilder::new().with_min_delay(FIRST_PAUSE).with_max_times(RETRIES).with_jitter();
        let called = (|| self.once(request))
            .retry(backoff)
            .sleep(Pauses(Arc::clone(&self.transport)))
            .when(CallError::is_worth_retrying)
            .adjust(|error, pause| error.pause(pause?))
            .notify(|error, _| may_be_heard |= error.may_be_heard())
            .await;
        called.map_err(|error| if may_be_heard { error.after_heard() } else { error })
    }

    async fn once(&self, request: &WireRequest) -> Result<Bytes, CallError> {
        judge(self.transport.send(request).await?)
    }
}

impl StripeClient for Client {
    type Err = CallError;

    async fn execute(&self, request: CustomizedStripeRequest) -> Result<Bytes, CallError> {
        let (request, overridden) = request.into_pieces();
        let key = overridden.request_strategy.and_then(|strategy| strategy.get_key());
        self.call(request, key).await
    }
}

/// Waits by way of the transport.
struct Pauses(Arc<dyn Transport>);

impl Sleeper for Pauses {
    type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

    fn sleep(&self, pause: Duration) -> Self::Sleep {
        let transport = Arc::clone(&self.0);
        Box::pin(async move { transport.pause(pause).await })
    }
}

fn wire(request: RequestBuilder, key: Option<IdempotencyKey>) -> WireRequest {
    let method = match request.method {
        StripeMethod::Get => Method::GET,
        StripeMethod::Post => Method::POST,
        StripeMethod::Delete => Method::DELETE,
    };
    WireRequest {
        method,
        path: request.path.trim_start_matches('/').to_owned(),
        query: request.query.filter(|query| !query.is_empty()),
        form: request.body,
        key: key.map(IdempotencyKey::into_inner),
        version: VERSION.to_string(),
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
