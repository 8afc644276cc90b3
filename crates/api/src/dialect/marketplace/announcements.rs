//! `/v1/announcements`: what shows now, for everybody.

use actix_web::HttpResponse;
use aedile_kernel::Timestamp;
use aedile_platform::announcements::{AnnouncementId, Notice, Notices, Severity};
use serde::Serialize;
use serde_json::json;

use super::Marketplace;
use crate::call::{Answer, Visit};

pub(super) async fn list(visit: Visit<Marketplace>) -> Answer {
    let announcements = visit.app.announcements().await?;
    let notices = Notices::of(announcements.iter(), visit.app.now()).announcements;
    let rows: Vec<NoticeBody> = notices.into_iter().map(NoticeBody::from).collect();
    Ok(HttpResponse::Ok().json(json!({ "total": rows.len(), "announcements": rows })))
}

#[derive(Serialize)]
struct NoticeBody {
    id: AnnouncementId,
    title: String,
    body: String,
    severity: Severity,
    active_from: Option<String>,
    active_until: Option<String>,
}

impl From<Notice> for NoticeBody {
    fn from(notice: Notice) -> Self {
        Self {
            id: notice.id,
            title: notice.title,
            body: notice.body,
            severity: notice.severity,
            active_from: notice.active_from.map(Timestamp::to_rfc3339),
            active_until: notice.active_until.map(Timestamp::to_rfc3339),
        }
    }
}
