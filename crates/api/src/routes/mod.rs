//! The route table: what stands at each path, told by the handler's own type.

mod contract;

use std::future::Future;

use actix_web::http::header::{ACCEPT, ACCEPT_ENCODING, ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Route};
use aedile_kernel::{Error, Operation, Permission, ProofNeeded};

use crate::api_family::ApiFamily;
use crate::call::{Answer, AuthenticatedRequest, AuthorizedCall};
use crate::limits::{self, RateClass};
use crate::openapi::{Contract, Documented};
use crate::query_names::QueryNames;
use crate::refusal::Refusal;
use crate::route_description::RouteDescription;

/// Serves a route, once all is said of it.
type Serve = Box<dyn FnOnce(QueryNames) -> Route>;

/// Routes of one family, and the actix resources that serve them.
pub(crate) struct Routes<A> {
    entries: Vec<(Documented, Serve)>,
    family: std::marker::PhantomData<fn() -> A>,
}

impl<A: ApiFamily> Routes<A> {
    pub(crate) fn new() -> Self {
        Self { entries: Vec::new(), family: std::marker::PhantomData }
    }

    /// A route that runs the operation in its handler's type; the caller's permission is checked before it is called.
    pub(crate) fn on<O, H, F>(self, class: RateClass, method: Method, path: &'static str, handler: H) -> Self
    where
        O: Operation,
        H: Fn(AuthorizedCall<O, A>) -> F + Clone + 'static,
        F: Future<Output = Answer> + 'static,
    {
        let route = move |names: QueryNames| {
            move |request: HttpRequest, payload: Payload| {
                let (handler, names) = (handler.clone(), names.clone());
                async move {
                    let request = match AuthenticatedRequest::<A>::identify(request, payload, class).await {
                        Ok(request) => request,
                        Err(refusal) => return refuse::<A>(&refusal),
                    };
                    let allowance = request.allowance;
                    let admitted = AuthorizedCall::<O, A>::admit(request).await;
                    let answer = match admitted.and_then(|call| names.allow(&call).map(|()| call)) {
                        Ok(call) => handler(call).await,
                        Err(refusal) => Err(refusal),
                    };
                    finish::<A>(answer, allowance.as_ref())
                }
            }
        };
        let operation = Some(O::NAME);
        let description = RouteDescription {
            method: method.to_string(),
            path,
            operation,
            permission: O::PERMISSION,
            authorities: A::AUTHORITIES,
            operation_authorities: O::AUTHORITIES,
            rate: class.as_str(),
        };
        self.push(description, Contract::of::<O>(), Box::new(move |names| Route::new().to(route(names)).method(method)))
    }

    /// A route that is decided from cached facts.
    pub(crate) fn open<H, F>(self, class: RateClass, method: Method, path: &'static str, handler: H) -> Self
    where
        H: Fn(AuthenticatedRequest<A>) -> F + Clone + 'static,
        F: Future<Output = Answer> + 'static,
    {
        self.open_from(ProofNeeded::Complete, class, method, path, handler)
    }

    /// The same, also for sign-ins that still lack a factor.
    pub(crate) fn open_to_begun<H, F>(self, class: RateClass, method: Method, path: &'static str, handler: H) -> Self
    where
        H: Fn(AuthenticatedRequest<A>) -> F + Clone + 'static,
        F: Future<Output = Answer> + 'static,
    {
        self.open_from(ProofNeeded::Begun, class, method, path, handler)
    }

    fn open_from<H, F>(
        self,
        proof: ProofNeeded,
        class: RateClass,
        method: Method,
        path: &'static str,
        handler: H,
    ) -> Self
    where
        H: Fn(AuthenticatedRequest<A>) -> F + Clone + 'static,
        F: Future<Output = Answer> + 'static,
    {
        let route = move |names: QueryNames| {
            move |request: HttpRequest, payload: Payload| {
                let (handler, names) = (handler.clone(), names.clone());
                async move {
                    let request = match AuthenticatedRequest::<A>::admit(request, payload, class, proof).await {
                        Ok(request) => request,
                        Err(refusal) => return refuse::<A>(&refusal),
                    };
                    let allowance = request.allowance;
                    let answer = match names.allow(&request) {
                        Ok(()) => handler(request).await,
                        Err(refusal) => Err(refusal),
                    };
                    finish::<A>(answer, allowance.as_ref())
                }
            }
        };
        let description = RouteDescription {
            method: method.to_string(),
            path,
            operation: None,
            permission: Permission::Public,
            authorities: A::AUTHORITIES,
            operation_authorities: &[],
            rate: class.as_str(),
        };
        self.push(description, Contract::default(), Box::new(move |names| Route::new().to(route(names)).method(method)))
    }

    fn push(mut self, route: RouteDescription, contract: Contract, serve: Serve) -> Self {
        self.entries.push((Documented { route, family: A::FAMILY, contract }, serve));
        self
    }

    /// Says more of the route that was listed last.
    pub(crate) fn say(mut self, more: impl FnOnce(&mut Contract)) -> Self {
        if let Some((documented, _)) = self.entries.last_mut() {
            more(&mut documented.contract);
        }
        self
    }

    pub(crate) fn documented(self) -> impl Iterator<Item = Documented> {
        self.entries.into_iter().map(|(documented, _)| documented)
    }

    pub(crate) fn descriptions(self) -> Vec<RouteDescription> {
        self.documented().map(|documented| documented.route).collect()
    }

    /// Puts the routes into the server; a method that is not listed is 405 in the family's shape. A literal segment goes
    /// before a name in braces, which sorts after all letters.
    pub(crate) fn configure(mut self, config: &mut ServiceConfig) {
        self.entries.sort_by_key(|(documented, _)| documented.route.path);
        let serve = |(Documented { route, contract, .. }, serve): (Documented, Serve)| {
            (route, serve(QueryNames::of(&contract)))
        };
        let mut entries = self.entries.into_iter().map(serve).peekable();
        while let Some((RouteDescription { path, method: mut allowed, .. }, route)) = entries.next() {
            let mut resource: Resource = web::resource(path).route(route);
            while let Some((next, route)) = entries.next_if(|(next, _)| next.path == path) {
                allowed = format!("{allowed}, {}", next.method);
                resource = resource.route(route);
            }
            config.service(resource.default_service(web::to(move || method_not_allowed::<A>(allowed.clone()))));
        }
    }
}

async fn method_not_allowed<A: ApiFamily>(allowed: String) -> HttpResponse {
    let mut response = refuse::<A>(&Refusal::MethodNotAllowed);
    if let Ok(allowed) = HeaderValue::from_str(&allowed) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}

fn finish<A: ApiFamily>(answer: Answer, allowance: Option<&aedile_kernel::rate::Allowance>) -> HttpResponse {
    let mut response = answer.unwrap_or_else(|refusal| refuse::<A>(&refusal));
    if let Some(allowance) = allowance {
        limits::announce(response.headers_mut(), allowance);
    }
    response
}

/// How to authenticate: with a token, or with one whose owner proved more (RFC 9470, section 3).
fn challenge(refusal: &Refusal) -> HeaderValue {
    HeaderValue::from_static(match refusal {
        Refusal::Operation(Error::ProofNeeded(_)) => "Bearer error=\"insufficient_user_authentication\"",
        _ => "Bearer",
    })
}

/// A refusal in the family's shape, with the headers that belong to its status.
pub(crate) fn refuse<A: ApiFamily>(refusal: &Refusal) -> HttpResponse {
    let mut response = A::render(refusal);
    if let Some(seconds) = refusal.retry_after_seconds() {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge(refusal));
    }
    let headers = response.headers_mut();
    match refusal {
        Refusal::OverLimit(allowance) => limits::announce(headers, allowance),
        Refusal::NotJson | Refusal::NotUtf8 => {
            headers.insert(ACCEPT, HeaderValue::from_static("application/json, application/merge-patch+json"));
        }
        Refusal::NotForm => {
            headers.insert(ACCEPT, HeaderValue::from_static("application/x-www-form-urlencoded"));
        }
        Refusal::NotMultipart => {
            headers.insert(ACCEPT, HeaderValue::from_static("multipart/form-data"));
        }
        Refusal::ContentCoding => {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        _ => {}
    }
    response
}
