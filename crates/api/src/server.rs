//! The whole api as one actix configuration.

use std::sync::LazyLock;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{DefaultHeaders, Next, from_fn};
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, web};

use serde_json::Value;

use crate::app::{App, Dependencies};
use crate::families::admin_system::AdminSystem;
use crate::families::api_admin::ApiAdmin;
use crate::families::api_v1::ApiV1;
use crate::families::dashboard::Dashboard;
use crate::families::ofrep::Ofrep;
use crate::families::v1::V1;
use crate::families::{
    admin_system, api_admin, api_v1, auth, dashboard, docs, documents, gateway, health, mcp, ofrep, operations, v1,
    v1_admin,
};
use crate::openapi::{ByName, Documented, Documents};
use crate::refusal::Refusal;
use crate::request_guard;
use crate::route_description::RouteDescription;
use crate::routes::refuse;
use crate::unread_body;

/// Every route but the ones for whoever runs the server.
#[must_use]
pub fn routes() -> Vec<RouteDescription> {
    let documented = documented().into_iter().map(|documented| documented.route);
    documented.chain(dashboard::routes().descriptions()).collect()
}

/// Those of the API, with all that documents say of them. The dashboard's pages are for people.
pub(crate) fn documented() -> Vec<Documented> {
    admin_system::routes()
        .documented()
        .chain(auth::routes().documented())
        .chain(gateway::routes().documented())
        .chain(v1::routes().documented())
        .chain(v1_admin::routes().documented())
        .chain(api_v1::routes().documented())
        .chain(api_v1::key_routes().documented())
        .chain(api_admin::routes().documented())
        .chain(operations::routes().documented())
        .chain(mcp::routes().documented())
        .chain(ofrep::routes().documented())
        .chain(documents::routes().documented())
        .chain(docs::routes().documented())
        .chain(auth::page_routes().documented())
        .collect()
}

/// Puts every route into the server.
pub fn configure(config: &mut web::ServiceConfig) {
    admin_system::routes().configure(config);
    auth::routes().configure(config);
    gateway::routes().configure(config);
    v1_admin::routes().configure(config);
    v1::routes().configure(config);
    api_v1::routes().configure(config);
    api_v1::key_routes().configure(config);
    api_admin::routes().configure(config);
    operations::routes().configure(config);
    mcp::routes().configure(config);
    ofrep::routes().configure(config);
    documents::routes().configure(config);
    docs::routes().configure(config);
    auth::page_routes().configure(config);
    dashboard::routes().configure(config);
    config
        .route("/health/live", web::get().to(health::live))
        .route("/health/ready", web::get().to(health::ready))
        .route("/metrics", web::get().to(health::metrics))
        .default_service(web::to(unknown));
}

/// The state of the server over its dependencies.
#[must_use]
pub fn app(dependencies: Dependencies) -> App {
    App::new(dependencies, &DOCUMENTS)
}

/// The server's app: every route behind the guard that names requests and refuses needless spellings.
pub fn guarded(
    app: web::Data<App>,
) -> ActixApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let headers = DefaultHeaders::new().add(("Cache-Control", "no-store")).add(("X-Content-Type-Options", "nosniff"));
    let app = ActixApp::new().app_data(app).wrap(from_fn(guard)).wrap(headers);
    app.wrap(from_fn(unread_body::drain)).configure(configure)
}

/// The OpenAPI documents.
pub(crate) static DOCUMENTS: LazyLock<Documents> = LazyLock::new(|| {
    let by_name = ByName { run: operations::RUN, family: &operations::FAMILY };
    Documents::of(&documented(), by_name)
});

/// Every route as an OpenAPI document, without the operations by name.
#[must_use]
pub fn document() -> Value {
    DOCUMENTS.full(std::iter::empty())
}

async fn guard<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    request_guard::enter(request, next, refuse_by_path).await
}

async fn unknown(request: HttpRequest) -> HttpResponse {
    refuse_by_path(request.path(), &Refusal::UnknownPath)
}

/// A refusal in the shape of the family the path would belong to.
pub(crate) fn refuse_by_path(path: &str, refusal: &Refusal) -> HttpResponse {
    let mut segments = path.trim_start_matches('/').split('/');
    match (segments.next(), segments.next(), segments.next()) {
        (Some("admin" | "auth" | "gateway"), ..) => refuse::<AdminSystem>(refusal),
        (Some("dashboard" | "api-keys"), ..) => refuse::<Dashboard>(refusal),
        (Some("ofrep"), ..) => refuse::<Ofrep>(refusal),
        (Some("api"), Some("admin"), Some("users")) => refuse::<ApiAdmin>(refusal),
        (Some("api"), ..) => refuse::<ApiV1>(refusal),
        _ => refuse::<V1>(refusal),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use aedile_kernel::Authority;

    use super::*;

    #[test]
    fn operations_accept_by_name_what_their_routes_accept() {
        let mut routes: BTreeMap<&str, BTreeSet<Authority>> = BTreeMap::new();
        let mut operations = routes.clone();
        for route in self::routes() {
            let Some(operation) = route.operation else { continue };
            routes.entry(operation).or_default().extend(route.authorities);
            operations.entry(operation).or_default().extend(route.operation_authorities);
        }
        assert_eq!(operations, routes);
    }
}
