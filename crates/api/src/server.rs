//! The whole api as one actix configuration.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::dialect::control::Control;
use crate::dialect::dashboard::Dashboard;
use crate::dialect::marketplace::Marketplace;
use crate::dialect::ofrep::Ofrep;
use crate::dialect::panel::Panel;
use crate::dialect::plans::Plans;
use crate::dialect::{
    agents, control, dashboard, documents, marketplace, marketplace_admin, ofrep, operations, pages, panel, plans,
};
use crate::door;
use crate::openapi::Documented;
use crate::ops;
use crate::refusal::Refusal;
use crate::routes::{RouteDescription, refuse};
use crate::unread_body;

/// Every route but the ones for whoever runs the server.
#[must_use]
pub fn routes() -> Vec<RouteDescription> {
    let documented = documented().into_iter().map(|documented| documented.route);
    documented.chain(dashboard::routes().descriptions()).collect()
}

/// Those of the API, with all that documents say of them. The dashboard's pages are for people.
pub(crate) fn documented() -> Vec<Documented> {
    control::routes()
        .documented()
        .chain(marketplace::routes().documented())
        .chain(marketplace_admin::routes().documented())
        .chain(panel::routes().documented())
        .chain(panel::key_routes().documented())
        .chain(plans::routes().documented())
        .chain(operations::routes().documented())
        .chain(agents::routes().documented())
        .chain(ofrep::routes().documented())
        .chain(documents::routes().documented())
        .chain(pages::routes().documented())
        .collect()
}

/// Puts every route into the server.
pub fn configure(config: &mut web::ServiceConfig) {
    control::routes().configure(config);
    marketplace_admin::routes().configure(config);
    marketplace::routes().configure(config);
    panel::routes().configure(config);
    panel::key_routes().configure(config);
    plans::routes().configure(config);
    operations::routes().configure(config);
    agents::routes().configure(config);
    ofrep::routes().configure(config);
    documents::routes().configure(config);
    pages::routes().configure(config);
    dashboard::routes().configure(config);
    config
        .route("/health/live", web::get().to(ops::live))
        .route("/health/ready", web::get().to(ops::ready))
        .route("/metrics", web::get().to(ops::metrics))
        .default_service(web::to(unknown));
}

/// The server's app: every route behind the door that names requests and refuses needless spellings.
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
    let app = ActixApp::new().app_data(app).wrap(from_fn(door::enter)).wrap(headers);
    app.wrap(from_fn(unread_body::drain)).configure(configure)
}

async fn unknown(request: HttpRequest) -> HttpResponse {
    refuse_by_path(request.path(), &Refusal::UnknownPath)
}

/// A refusal in the shape of the family the path would belong to.
pub(crate) fn refuse_by_path(path: &str, refusal: &Refusal) -> HttpResponse {
    let mut segments = path.trim_start_matches('/').split('/');
    match (segments.next(), segments.next(), segments.next()) {
        (Some("admin" | "auth" | "gateway"), ..) => refuse::<Control>(refusal),
        (Some("dashboard" | "api-keys"), ..) => refuse::<Dashboard>(refusal),
        (Some("ofrep"), ..) => refuse::<Ofrep>(refusal),
        (Some("api"), Some("admin"), Some("users")) => refuse::<Plans>(refusal),
        (Some("api"), ..) => refuse::<Panel>(refusal),
        _ => refuse::<Marketplace>(refusal),
    }
}
