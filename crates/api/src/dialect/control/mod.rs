//! Family E, access control and operations: `/admin`, `/auth` and `/gateway`.
//!
//! Answers are wrapped as `{"success": true, …}`, refusals as `{"success": false, "error", "code"}`.

mod roles;
mod wire;

use std::collections::BTreeMap;

use actix_web::http::Method;
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_kernel::{PermissionSet, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::Dialect;
use crate::identity::Identity;
use crate::limits::RateClass::Admin;
use crate::refusal::Refusal;
use crate::routes::Routes;

/// Family E.
pub(crate) struct Control;

/// A call in this family.
type Call<O> = crate::call::Call<O, Control>;

impl Dialect for Control {
    fn permissions(identity: &Identity, now: Timestamp) -> PermissionSet {
        identity
            .principal
            .as_ref()
            .map_or(PermissionSet::ANONYMOUS, |principal| principal.permissions(now, identity.has_admin_claim))
    }

    fn render(refusal: &Refusal) -> HttpResponse {
        HttpResponseBuilder::new(refusal.status())
            .json(json!({ "success": false, "error": refusal.message(), "code": refusal.code() }))
    }
}

/// `{"success": true, NAME: …}`, and what else belongs beside it.
#[derive(Serialize)]
pub(crate) struct Envelope {
    success: bool,
    #[serde(flatten)]
    fields: BTreeMap<&'static str, Value>,
}

impl Envelope {
    fn of(name: &'static str, value: impl Serialize) -> Self {
        Self { success: true, fields: BTreeMap::new() }.with(name, value)
    }

    fn message(text: &str) -> Self {
        Self::of("message", text)
    }

    fn with(mut self, name: &'static str, value: impl Serialize) -> Self {
        self.fields.insert(name, serde_json::to_value(value).unwrap_or(Value::Null));
        self
    }
}

/// Every route of the family.
pub(crate) fn routes() -> Routes<Control> {
    Routes::new()
        .on(Admin, Method::GET, "/admin/system/roles", roles::list)
        .on(Admin, Method::POST, "/admin/system/roles", roles::create)
        .on(Admin, Method::PATCH, "/admin/system/roles/{id}", roles::update)
}
