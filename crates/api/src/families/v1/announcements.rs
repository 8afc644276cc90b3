//! `/v1/announcements`: what shows now, for everybody.

use actix_web::HttpResponse;
use aedile_platform::announcements::{AnnouncementId, Notice, Notices, Severity};
use schemars::JsonSchema;
use serde::Serialize;

use super::V1;
use crate::call::{Answer, AuthenticatedRequest};
use crate::families::fields::Fields;
use crate::families::times::Zoned;

pub(super) async fn list(request: AuthenticatedRequest<V1>) -> Answer {
    let announcements = request.app.announcements().await?;
    let notices = Notices::of(announcements.iter(), request.app.now()).announcements;
    let total = notices.len();
    Ok(HttpResponse::Ok().json(Fields::list::<Notice, NoticeBody>("announcements", notices).with("total", total)))
}

#[derive(Serialize, JsonSchema)]
pub(super) struct NoticeBody {
    id: AnnouncementId,
    title: String,
    body: String,
    severity: Severity,
    active_from: Option<Zoned>,
    active_until: Option<Zoned>,
}

impl From<Notice> for NoticeBody {
    fn from(notice: Notice) -> Self {
        Self {
            id: notice.id,
            title: notice.title,
            body: notice.body,
            severity: notice.severity,
            active_from: notice.active_from.map(Zoned::from),
            active_until: notice.active_until.map(Zoned::from),
        }
    }
}
