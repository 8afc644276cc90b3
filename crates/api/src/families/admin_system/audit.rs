//! `/admin/system/audit`.

use actix_web::HttpResponse;
use aedile_audit::chain::{AuditHead, Seal, VerifyAudit};
use aedile_audit::trail::{AuditId, AuditRow, ListAudit};
use aedile_kernel::Status;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::time;
use super::{Call, Envelope};
use crate::call::Answer;
use crate::families::times::{self, Zoneless};
use crate::page_query::{Cursor, Limit, Offset};

pub(super) async fn list(call: Call<ListAudit>) -> Answer {
    let filter: Filter = call.query()?;
    let asked = call.page(filter.limit, filter.offset, filter.cursor.as_ref())?;
    let operation = ListAudit {
        since: time("since", filter.since.as_deref())?,
        until: time("until", filter.until.as_deref())?,
        actor_id: filter.actor_id,
        action: filter.action,
        resource_type: filter.resource_type,
        resource_id: filter.resource_id,
        status: filter.status,
        page: asked.clone(),
    };
    let key = &call.app.dependencies.installation_key;
    call.answer(operation, |page| (HttpResponse::Ok(), Envelope::page::<_, LogBody>("logs", page, &asked, key))).await
}

/// The newest seal; null while there is none.
pub(super) async fn head(call: Call<AuditHead>) -> Answer {
    let encode = |seal: Option<Seal>| Envelope::of("seal", seal.map(SealBody::from));
    call.answer(AuditHead {}, |seal| (HttpResponse::Ok(), encode(seal))).await
}

/// Whether the log still is what was written.
pub(super) async fn verify(call: Call<VerifyAudit>) -> Answer {
    let Kept { expected_seal } = call.query()?;
    let encode = |verification| Envelope::of("verification", verification);
    call.answer(VerifyAudit { expected_seal }, |verification| (HttpResponse::Ok(), encode(verification))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "KeptSeal")]
pub(super) struct Kept {
    /// A seal that was kept elsewhere; it must be in the chain.
    expected_seal: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    actor_id: Option<String>,
    action: Option<String>,
    resource_type: Option<String>,
    resource_id: Option<String>,
    status: Option<Status>,
    #[schemars(with = "Option<times::Asked>")]
    since: Option<String>,
    #[schemars(with = "Option<times::Asked>")]
    until: Option<String>,
    limit: Option<Limit>,
    offset: Option<Offset>,
    cursor: Option<Cursor>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct LogBody {
    id: AuditId,
    actor_id: String,
    actor_email: Option<String>,
    action: String,
    resource_type: String,
    resource_id: Option<String>,
    old_values: Option<String>,
    new_values: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    #[schemars(example = &"success")]
    status: &'static str,
    metadata: Option<String>,
    created_at: Zoneless,
}

impl From<AuditRow> for LogBody {
    fn from(row: AuditRow) -> Self {
        Self {
            id: row.id,
            actor_id: row.actor_id,
            actor_email: row.actor_email,
            action: row.action,
            resource_type: row.resource_type,
            resource_id: row.resource_id,
            old_values: row.old_values,
            new_values: row.new_values,
            ip_address: row.ip_address,
            user_agent: row.user_agent,
            status: row.status.as_str(),
            metadata: row.metadata,
            created_at: row.created_at.into(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct SealBody {
    id: i64,
    last_audit_id: i64,
    rows_sealed: i64,
    rows_total: i64,
    /// The seal itself, in lower-case hexadecimal.
    seal: String,
    created_at: Zoneless,
}

impl From<Seal> for SealBody {
    fn from(seal: Seal) -> Self {
        let Seal { id, last_audit_id, rows_sealed, rows_total, seal, created_at } = seal;
        Self { id, last_audit_id, rows_sealed, rows_total, seal, created_at: created_at.into() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::super::wire::tests::at;
    use super::*;

    #[test]
    fn the_body_is_the_documented_one() {
        let row = AuditRow {
            id: AuditId(42),
            actor_id: "user_2abc123".into(),
            actor_email: Some("admin@example.com".into()),
            action: "tier.update".into(),
            resource_type: "tier_config".into(),
            resource_id: Some("pro".into()),
            old_values: Some(r#"{"rate_limit": 300}"#.into()),
            new_values: Some(r#"{"rate_limit": 500}"#.into()),
            ip_address: Some("203.0.113.1".into()),
            user_agent: Some("Mozilla/5.0...".into()),
            status: Status::Success,
            metadata: None,
            created_at: at("2025-01-15T10:30:00Z"),
        };
        assert_eq!(
            to_value(LogBody::from(row)).unwrap(),
            json!({
                "id": 42, "actor_id": "user_2abc123", "actor_email": "admin@example.com", "action": "tier.update",
                "resource_type": "tier_config", "resource_id": "pro", "old_values": "{\"rate_limit\": 300}",
                "new_values": "{\"rate_limit\": 500}", "ip_address": "203.0.113.1", "user_agent": "Mozilla/5.0...",
                "status": "success", "metadata": null, "created_at": "2025-01-15T10:30:00",
            })
        );
    }

    #[test]
    fn c_45_filters_are_the_documented_ones() {
        let read = serde_urlencoded::from_str::<Filter>;
        let filter = read("action=tier.update&status=denied&since=2025-01-01T00:00:00Z&limit=20").unwrap();
        assert_eq!((filter.action.as_deref(), filter.limit.map(|limit| limit.0)), (Some("tier.update"), Some(20)));
        assert_eq!(filter.status, Some(Status::Denied));
        for bad in ["sort=id", "status=done", "limit=x", "limit=", "action=a&action=b", "page=1"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
