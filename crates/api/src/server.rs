//! The whole api as one actix configuration.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::dialect::control::Control;
use crate::dialect::marketplace::Marketplace;
use crate::dialect::ofrep::Ofrep;
use crate::dialect::panel::Panel;
use crate::dialect::plans::Plans;
use crate::dialect::{
    agents, control, dashboard, marketplace, marketplace_admin, ofrep, operations, pages, panel, plans,
};
use crate::door;
use crate::ops;
use crate::refusal::Refusal;
use crate::routes::{RouteDescription, refuse};

/// Every route but the ones for whoever runs the server.
#[must_use]
pub fn routes() -> Vec<RouteDescription> {
    control::routes()
        .descriptions()
        .into_iter()
        .chain(marketplace::routes().descriptions())
        .chain(marketplace_admin::routes().descriptions())
        .chain(panel::routes().descriptions())
        .chain(panel::key_routes().descriptions())
        .chain(plans::routes().descriptions())
        .chain(operations::routes().descriptions())
        .chain(agents::routes().descriptions())
        .chain(ofrep::routes().descriptions())
        .chain(pages::routes().descriptions())
        .chain(dashboard::routes().descriptions())
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
    ActixApp::new().app_data(app).wrap(from_fn(door::enter)).wrap(headers).configure(configure)
}

async fn unknown(request: HttpRequest) -> HttpResponse {
    refuse_by_path(request.path(), &Refusal::UnknownPath)
}

/// A refusal in the shape of the family the path would belong to.
pub(crate) fn refuse_by_path(path: &str, refusal: &Refusal) -> HttpResponse {
    let mut segments = path.trim_start_matches('/').split('/');
    match (segments.next(), segments.next(), segments.next()) {
        (Some("admin" | "auth" | "gateway"), ..) => refuse::<Control>(refusal),
        (Some("ofrep"), ..) => refuse::<Ofrep>(refusal),
        (Some("api"), Some("admin"), Some("users")) => refuse::<Plans>(refusal),
        (Some("api"), ..) => refuse::<Panel>(refusal),
        _ => refuse::<Marketplace>(refusal),
    }
}
