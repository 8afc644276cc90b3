//! One call of a route: the caller is known and may make it before a handler sees anything of the request.

use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{EntityTag, Header, HeaderMap};
use actix_web::web::{self, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use aedile_accounts::Client;
use aedile_kernel::caller::IdempotencyKey;
use aedile_kernel::digest::FieldDigest;
use aedile_kernel::rate::Allowance;
use aedile_kernel::runner::Done;
use aedile_kernel::{
    Admits, Authority, Caller, Command, Effect, Error, Operation, PageRequest, PermissionSet, ProofNeeded, input,
};
use aedile_rbac::gateway;
use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::accept;
use crate::api_family::ApiFamily;
use crate::app::App;
use crate::body;
use crate::client_address::limited_as;
use crate::identity::Identity;
use crate::limits::{self, RateClass};
use crate::named_operations::NamedOperations;
use crate::page_query::{Cursor, Limit, Offset};
use crate::partial::{self, Wanted};
use crate::refusal::Refusal;
use crate::upload::{self, Upload};

/// What a handler answers.
pub(crate) type Answer = Result<HttpResponse, Refusal>;

/// A request whose sender is known, whatever they may do.
pub(crate) struct AuthenticatedRequest<A> {
    pub(crate) app: web::Data<App>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) allowance: Option<Allowance>,
    http: HttpRequest,
    /// Until it is read.
    payload: Option<Payload>,
    family: PhantomData<fn() -> A>,
}

impl<A: ApiFamily> AuthenticatedRequest<A> {
    /// Learns who is calling, counts the request, and refuses accounts that are not in use and sign-ins without the proof that
    /// is needed.
    pub(crate) async fn admit(
        request: HttpRequest,
        payload: Payload,
        class: RateClass,
        proof: ProofNeeded,
    ) -> Result<Self, Refusal> {
        let authenticated = Self::identify(request, payload, class).await?;
        authenticated.identity.admitted(Admits::InUse, Effect::Read)?;
        authenticated.proved(proof)?;
        Ok(authenticated)
    }

    /// Refuses who did not prove as much as is needed.
    pub(crate) fn proved(&self, needed: ProofNeeded) -> Result<(), Error> {
        let recent_seconds = self.app.dependencies.policy.step_up.recent_seconds;
        self.identity.assurance.admit(needed, self.app.now(), recent_seconds)
    }

    /// Learns who is calling, and counts the request.
    pub(crate) async fn identify(request: HttpRequest, payload: Payload, class: RateClass) -> Result<Self, Refusal> {
        let app = request.app_data::<web::Data<App>>().cloned();
        let app = app.ok_or_else(|| Error::internal("the app is not configured"))?;
        let limiter = app.dependencies.limiter.as_ref();
        let identity = match A::identify(&app, &request).await {
            Ok(identity) => identity,
            Err(error) => {
                // A bad credential counts too, for the address that sent it: guessing has a limit.
                let address = app.dependencies.trusted_proxies.client_of(&request);
                limits::count(limiter, &app.dependencies.rates, class.of_guesses(), || limited_as(address)).await?;
                return Err(error.into());
            }
        };
        let of_key = limits::count_key(limiter, &identity).await?;
        let of_class = limits::count(limiter, &app.dependencies.rates, class, || identity.bucket()).await?;
        let allowance = of_key.into_iter().chain(of_class).min_by_key(|allowance| allowance.remaining);
        let identity = Arc::new(identity);
        let authenticated =
            Self { app, identity, allowance, http: request, payload: Some(payload), family: PhantomData };
        if A::IS_TIGHTENED {
            authenticated.tighten().await?;
        }
        Ok(authenticated)
    }

    /// Refuses what an endpoint override of this route asks for and the caller lacks.
    async fn tighten(&self) -> Result<(), Error> {
        let path = gateway::normalise(self.http.uri().path())?;
        let rules = self.app.rules().await?;
        rules.tighten(self.http.method().as_str(), &path, self.identity.gateway_caller()).into_result()
    }

    /// The caller, with the permissions that count in this family.
    pub(crate) fn caller(&self) -> Caller {
        self.caller_of(&self.identity)
    }

    /// Somebody who proved in this very request, by other means than a credential, who they are.
    pub(crate) fn signed_in(&self, identity: &Identity) -> Caller {
        let permissions = PermissionSet::USER;
        Caller { permissions, ..self.caller_as(identity, &[Authority::AdminFlag]) }
    }

    /// Somebody else who is known by this request: the admin who acts as a user.
    pub(crate) fn caller_of(&self, identity: &Identity) -> Caller {
        self.caller_as(identity, A::AUTHORITIES)
    }

    fn caller_as(&self, identity: &Identity, authorities: &'static [Authority]) -> Caller {
        identity.caller(identity.circumstances(&self.http), authorities, self.app.now())
    }

    /// Who asks to be signed in, as sign-ins count and keep it.
    pub(crate) fn client(&self) -> Client {
        let request = self.identity.circumstances(&self.http);
        Client { limited_as: Some(limited_as(self.identity.address)), request }
    }

    /// The request without its body.
    pub(crate) const fn http(&self) -> &HttpRequest {
        &self.http
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        self.http.headers()
    }

    /// Whether an answer in JSON is welcome.
    pub(crate) fn takes_json(&self) -> bool {
        accept::takes_json(&self.http)
    }

    /// A header that is read by its own type; `None` when it is absent or can't be read.
    pub(crate) fn header<H: Header>(&self) -> Option<H> {
        H::parse(&self.http).ok()
    }

    /// A segment of the path, decoded.
    pub(crate) fn segment(&self, name: &str) -> Result<String, Refusal> {
        let raw = self.http.match_info().get(name).unwrap_or_default();
        let decoded = percent_decode_str(raw).decode_utf8();
        Ok(decoded.map_err(|_| Error::invalid("path", "is not UTF-8"))?.into_owned())
    }

    /// The number in the path's last segment.
    pub(crate) fn number(&self) -> Result<i64, Refusal> {
        let number = self.segment("id")?.parse().ok().filter(|number| *number > 0);
        Ok(number.ok_or_else(|| Error::invalid("id", "must be a positive integer"))?)
    }

    /// The query's parameters.
    pub(crate) fn query<T: DeserializeOwned + JsonSchema>(&self) -> Result<T, Refusal> {
        if self.query_string().contains("%00") {
            return Err(Error::invalid("query", "must not contain NUL characters").into());
        }
        Ok(input::from_pairs("query", self.query_string().as_bytes())?)
    }

    /// The body as JSON.
    pub(crate) async fn json<T: DeserializeOwned + JsonSchema>(&mut self) -> Result<T, Refusal> {
        body::expect_json(&self.http)?;
        let body = self.bytes().await?;
        body::decode(&self.http, &body)
    }

    /// The body as JSON, and the key under which it is the same request when it comes again. A request with an
    /// `Idempotency-Key` is told by its method, path and body.
    pub(crate) async fn identified_json<T: DeserializeOwned + JsonSchema>(
        &mut self,
    ) -> Result<(T, Option<IdempotencyKey>), Refusal> {
        body::expect_json(&self.http)?;
        let (body, key) = self.identified_body().await?;
        Ok((body::decode(&self.http, &body)?, key))
    }

    async fn identified_body(&mut self) -> Result<(web::Bytes, Option<IdempotencyKey>), Refusal> {
        let body = self.bytes().await?;
        let Some(key) = self.http.headers().get("idempotency-key") else { return Ok((body, None)) };
        let fingerprint = FieldDigest::default()
            .field(self.http.method().as_str().as_bytes())
            .field(self.http.uri().to_string().as_bytes());
        let key = key.to_str().map_err(|_| Error::invalid("Idempotency-Key", "must be visible ASCII"))?;
        let key = IdempotencyKey::new(key, fingerprint.field(&body).finish())?;
        Ok((body, Some(key)))
    }

    /// What the caller may run by name.
    pub(crate) fn named_operations(&self) -> NamedOperations {
        NamedOperations::of(self.app.clone(), Arc::clone(&self.identity), self.identity.circumstances(&self.http))
    }

    /// What somebody else may run by name who is known by this request.
    pub(crate) fn named_operations_of(&self, identity: Identity) -> NamedOperations {
        let circumstances = identity.circumstances(&self.http);
        NamedOperations::of(self.app.clone(), Arc::new(identity), circumstances)
    }

    /// The body as a form.
    pub(crate) async fn form<T: DeserializeOwned + JsonSchema>(&mut self) -> Result<T, Refusal> {
        body::expect_form(&self.http)?;
        let body = self.bytes().await?;
        body::decode_form(&self.http, &body)
    }

    /// The body.
    pub(crate) async fn bytes(&mut self) -> Result<web::Bytes, Refusal> {
        let mut payload = self.payload.take().ok_or_else(read_before)?;
        body::read(&self.http, &mut payload).await
    }

    /// The query as it was asked for.
    pub(crate) fn query_string(&self) -> &str {
        self.http.query_string()
    }

    /// The path as it was asked for.
    pub(crate) fn path(&self) -> &str {
        self.http.path()
    }

    /// The path and the query as they were asked for.
    pub(crate) fn target(&self) -> String {
        self.http.uri().to_string()
    }

    pub(crate) fn method(&self) -> &Method {
        self.http.method()
    }

    /// What is wanted of content with this tag and size.
    pub(crate) fn wanted(&self, tag: &EntityTag, size: u64) -> Wanted {
        partial::wanted(&self.http, tag, size)
    }
}

/// A request for the operation `O`, whose sender has the permission for it.
pub(crate) struct AuthorizedCall<O, A> {
    request: AuthenticatedRequest<A>,
    caller: Caller,
    operation: PhantomData<fn() -> O>,
}

impl<O, A> std::ops::Deref for AuthorizedCall<O, A> {
    type Target = AuthenticatedRequest<A>;

    fn deref(&self) -> &AuthenticatedRequest<A> {
        &self.request
    }
}

impl<O: Operation, A: ApiFamily> AuthorizedCall<O, A> {
    /// Checks the account's state and the permission before the input is read.
    pub(crate) async fn admit(request: AuthenticatedRequest<A>) -> Result<Self, Refusal> {
        let caller = request.caller();
        let resource_id = request.http.match_info().iter().last().map(|(_, value)| value.to_owned());
        request.app.dependencies.operations.authorize::<O>(&caller, resource_id).await?;
        Ok(Self { request, caller, operation: PhantomData })
    }

    /// The body as JSON.
    pub(crate) async fn json<T: DeserializeOwned + JsonSchema>(&mut self) -> Result<T, Refusal> {
        body::expect_json(&self.request.http)?;
        let body = self.identified_body().await?;
        body::decode(&self.request.http, &body)
    }

    /// The same where the body may be left out.
    pub(crate) async fn optional_json<T: DeserializeOwned + JsonSchema>(&mut self) -> Result<Option<T>, Refusal> {
        let body = self.identified_body().await?;
        if body.is_empty() { Ok(None) } else { body::decode(&self.request.http, &body).map(Some) }
    }

    async fn identified_body(&mut self) -> Result<web::Bytes, Refusal> {
        let (body, key) = self.request.identified_body().await?;
        self.caller.idempotency_key = key;
        Ok(body)
    }

    /// A page of a list, from `limit` and `offset` or `cursor`.
    pub(crate) fn page(
        &self,
        limit: Option<Limit>,
        offset: Option<Offset>,
        cursor: Option<&Cursor>,
    ) -> Result<PageRequest, Refusal> {
        let (limit, offset) = (limit.map(|limit| limit.0), offset.map(|offset| offset.0));
        let cursor = cursor.map(|cursor| cursor.0.as_str());
        Ok(PageRequest::new(&self.app.dependencies.installation_key, limit, offset, cursor)?)
    }

    /// The body as a form with a package in it.
    pub(crate) async fn upload(&mut self) -> Result<Upload, Refusal> {
        let payload = self.request.payload.take().ok_or_else(read_before)?;
        upload::read(&self.request.http, payload).await
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Runs the operation, for answers that are not JSON.
    pub(crate) async fn run(&self, operation: O) -> Result<O::Output, Refusal> {
        Ok(self.app.dependencies.operations.run(&self.caller, operation).await?.output)
    }

    /// Runs the operation and answers what `encode` makes of its output, as JSON with this status.
    pub(crate) async fn answer<T: Serialize>(
        &self,
        operation: O,
        encode: impl FnOnce(O::Output) -> (HttpResponseBuilder, T),
    ) -> Answer {
        self.done(self.app.dependencies.operations.run(&self.caller, operation).await?, encode)
    }

    /// Answers what `encode` makes of an output, as JSON with this status.
    pub(crate) fn done<R, T: Serialize>(
        &self,
        done: Done<R>,
        encode: impl FnOnce(R) -> (HttpResponseBuilder, T),
    ) -> Answer {
        let (mut response, body) = encode(done.output);
        if done.replayed {
            response.insert_header(("Idempotent-Replayed", "true"));
        }
        Ok(response.json(body))
    }
}

impl<C: Command, A: ApiFamily> AuthorizedCall<C, A> {
    /// Refuses what the command would refuse, and changes nothing.
    pub(crate) async fn preview(&self, command: C) -> Result<(), Refusal> {
        Ok(self.app.dependencies.operations.preview(&self.caller, command).await.map(drop)?)
    }
}

fn read_before() -> Error {
    Error::internal("a body is read once")
}
