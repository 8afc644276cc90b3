//! `/admin/system/announcements`.

use actix_web::HttpResponse;
use aedile_platform::announcements::{
    Announcement, AnnouncementId, CreateAnnouncement, DeleteAnnouncement, GetAnnouncement, ListAnnouncements, Severity,
    UpdateAnnouncement,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::{Bit, present, time};
use super::{Call, Envelope};
use crate::call::Answer;
use crate::families::paging::page;
use crate::families::times::{self, Zoneless};

pub(super) async fn list(call: Call<ListAnnouncements>) -> Answer {
    let asked = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |page| Envelope::page::<_, AnnouncementBody>("announcements", page, &asked, key);
    call.answer(ListAnnouncements { page: asked.clone() }, |page| (HttpResponse::Ok(), encode(page))).await
}

pub(super) async fn get(call: Call<GetAnnouncement>) -> Answer {
    let operation = GetAnnouncement { id: AnnouncementId(call.number()?) };
    let encode = |found| (HttpResponse::Ok(), Envelope::of("announcement", AnnouncementBody::from(found)));
    call.answer(operation, encode).await
}

pub(super) async fn create(mut call: Call<CreateAnnouncement>) -> Answer {
    let new: New = call.json().await?;
    let operation = CreateAnnouncement {
        title: new.title,
        body: new.body,
        severity: new.severity.unwrap_or_default(),
        active_from: time("active_from", new.active_from.as_deref())?,
        active_until: time("active_until", new.active_until.as_deref())?,
    };
    let encode = |made| (HttpResponse::Created(), Envelope::of("announcement", AnnouncementBody::from(made)));
    call.answer(operation, encode).await
}

pub(super) async fn update(mut call: Call<UpdateAnnouncement>) -> Answer {
    let changes: Changes = call.json().await?;
    let operation = UpdateAnnouncement {
        id: AnnouncementId(call.number()?),
        title: changes.title,
        body: changes.body,
        severity: changes.severity,
        active_from: changes.active_from.map(|text| time("active_from", text.as_deref())).transpose()?,
        active_until: changes.active_until.map(|text| time("active_until", text.as_deref())).transpose()?,
        is_active: changes.is_active.map(|bit| bit.0),
    };
    let encode = |after| (HttpResponse::Ok(), Envelope::of("announcement", AnnouncementBody::from(after)));
    call.answer(operation, encode).await
}

pub(super) async fn delete(call: Call<DeleteAnnouncement>) -> Answer {
    let operation = DeleteAnnouncement { id: AnnouncementId(call.number()?) };
    call.answer(operation, |_| (HttpResponse::Ok(), Envelope::message("Announcement deleted"))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    title: String,
    body: String,
    severity: Option<Severity>,
    #[schemars(with = "Option<times::Asked>")]
    active_from: Option<String>,
    #[schemars(with = "Option<times::Asked>")]
    active_until: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    title: Option<String>,
    body: Option<String>,
    severity: Option<Severity>,
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<times::Asked>")]
    active_from: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<times::Asked>")]
    active_until: Option<Option<String>>,
    is_active: Option<Bit>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct AnnouncementBody {
    id: AnnouncementId,
    title: String,
    body: String,
    severity: Severity,
    active_from: Option<Zoneless>,
    active_until: Option<Zoneless>,
    is_active: Bit,
    created_by: String,
    created_at: Zoneless,
    updated_at: Zoneless,
}

impl From<Announcement> for AnnouncementBody {
    fn from(announcement: Announcement) -> Self {
        Self {
            id: announcement.id,
            title: announcement.title,
            body: announcement.body,
            severity: announcement.severity,
            active_from: announcement.active_from.map(Zoneless::from),
            active_until: announcement.active_until.map(Zoneless::from),
            is_active: Bit(announcement.is_active),
            created_by: announcement.created_by,
            created_at: announcement.created_at.into(),
            updated_at: announcement.updated_at.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::super::wire::tests::at;
    use super::*;

    #[test]
    fn the_body_is_the_documented_one() {
        let body = "The platform will be briefly unavailable on Jan 20 from 02:00-04:00 UTC.";
        let announcement = Announcement {
            id: AnnouncementId(1),
            title: "Scheduled Maintenance".into(),
            body: body.into(),
            severity: Severity::Warning,
            active_from: Some(at("2025-01-18T00:00:00Z")),
            active_until: Some(at("2025-01-20T04:00:00Z")),
            is_active: true,
            created_by: "user_2abc123".into(),
            created_at: at("2025-01-15T10:30:00Z"),
            updated_at: at("2025-01-15T10:30:00Z"),
        };
        assert_eq!(
            to_value(AnnouncementBody::from(announcement)).unwrap(),
            json!({
                "id": 1, "title": "Scheduled Maintenance", "body": body, "severity": "warning",
                "active_from": "2025-01-18T00:00:00", "active_until": "2025-01-20T04:00:00", "is_active": 1,
                "created_by": "user_2abc123", "created_at": "2025-01-15T10:30:00", "updated_at": "2025-01-15T10:30:00",
            })
        );
    }

    #[test]
    fn null_opens_the_window_and_absence_keeps_it() {
        let changes: Changes = serde_json::from_value(json!({"active_from": null, "is_active": false})).unwrap();
        assert_eq!((changes.active_from, changes.active_until), (Some(None), None));
        assert_eq!(changes.is_active, Some(Bit(false)));
    }
}
