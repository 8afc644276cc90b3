//! `/admin/system/roles/assignments`, `/assign` and `/revoke`.

use actix_web::HttpResponse;
use aedile_kernel::{Error, UserId};
use aedile_rbac::assignments::{AssignRole, Assignment, AssignmentId, ListAssignments, RevokeRole};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Call, Envelope};
use crate::call::Answer;
use crate::families::times::{Zoned, Zoneless};

pub(super) async fn list(call: Call<ListAssignments>) -> Answer {
    let Named { clerk_user_id, role_name } = call.query()?;
    let operation = ListAssignments { clerk_user_id, role_name };
    call.answer(operation, |rows| (HttpResponse::Ok(), Envelope::list::<_, AssignmentBody>("assignments", rows))).await
}

pub(super) async fn assign(mut call: Call<AssignRole>) -> Answer {
    let operation = call.json().await?;
    call.answer(operation, |made| (HttpResponse::Ok(), Envelope::of("assignment", AssignedBody::from(made)))).await
}

pub(super) async fn revoke(mut call: Call<RevokeRole>) -> Answer {
    let (query, body): (Named, Option<Named>) = (call.query()?, call.optional_json().await?);
    let operation = target(query, body.unwrap_or_default())?;
    call.answer(operation, |_| (HttpResponse::Ok(), Envelope::message("Role revoked"))).await
}

/// A user and a role, each of which may be left out.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    clerk_user_id: Option<UserId>,
    role_name: Option<String>,
}

/// Not every client can send a body with DELETE, so the query may say the same; it may not say something else.
fn target(query: Named, body: Named) -> Result<RevokeRole, Error> {
    Ok(RevokeRole {
        clerk_user_id: one("clerk_user_id", query.clerk_user_id, body.clerk_user_id)?,
        role_name: one("role_name", query.role_name, body.role_name)?,
    })
}

fn one<T: PartialEq>(field: &'static str, query: Option<T>, body: Option<T>) -> Result<T, Error> {
    match (query, body) {
        (Some(query), Some(body)) if query != body => Err(Error::invalid(field, "differs between query and body")),
        (Some(value), _) | (None, Some(value)) => Ok(value),
        (None, None) => Err(Error::invalid(field, "is required")),
    }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct AssignmentBody {
    id: AssignmentId,
    clerk_user_id: UserId,
    role_name: String,
    assigned_by: String,
    assigned_at: Zoneless,
    expires_at: Option<Zoneless>,
}

impl From<Assignment> for AssignmentBody {
    fn from(assignment: Assignment) -> Self {
        Self {
            id: assignment.id,
            clerk_user_id: assignment.clerk_user_id,
            role_name: assignment.role_name,
            assigned_by: assignment.assigned_by,
            assigned_at: assignment.assigned_at.into(),
            expires_at: assignment.expires_at.map(Zoneless::from),
        }
    }
}

/// The answer to an assignment says less than the list, and names the time as it was asked for, with its zone.
#[derive(Serialize, JsonSchema)]
pub(super) struct AssignedBody {
    clerk_user_id: UserId,
    role_name: String,
    assigned_by: String,
    expires_at: Option<Zoned>,
}

impl From<Assignment> for AssignedBody {
    fn from(assignment: Assignment) -> Self {
        Self {
            clerk_user_id: assignment.clerk_user_id,
            role_name: assignment.role_name,
            assigned_by: assignment.assigned_by,
            expires_at: assignment.expires_at.map(Zoned::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::super::wire::tests::at;
    use super::*;

    fn named(json: serde_json::Value) -> Named {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_revocation_is_named_by_query_or_body_or_both_alike() {
        let full = || named(json!({"clerk_user_id": "user_a", "role_name": "editor"}));
        for (query, body) in [
            (full(), Named::default()),
            (Named::default(), full()),
            (full(), full()),
            (named(json!({"clerk_user_id": "user_a"})), named(json!({"role_name": "editor"}))),
        ] {
            let operation = target(query, body).unwrap();
            assert_eq!((operation.clerk_user_id.as_str(), operation.role_name.as_str()), ("user_a", "editor"));
        }
    }

    #[test]
    fn a_revocation_that_is_not_clear_is_refused() {
        let full = || named(json!({"clerk_user_id": "user_a", "role_name": "editor"}));
        assert!(target(Named::default(), Named::default()).is_err());
        assert!(target(named(json!({"role_name": "editor"})), Named::default()).is_err());
        assert!(target(full(), named(json!({"role_name": "viewer"}))).is_err());
        assert!(target(full(), named(json!({"clerk_user_id": "user_b"}))).is_err());
        assert!(serde_json::from_value::<Named>(json!({"user": "a"})).is_err());
    }

    #[test]
    fn bodies_are_the_documented_ones() {
        let assignment = |expires_at| Assignment {
            id: AssignmentId(1),
            clerk_user_id: UserId::parse("user_2abc123").unwrap(),
            role_name: "editor".into(),
            assigned_by: "user_2xyz789".into(),
            assigned_at: at("2025-01-15T10:30:00Z"),
            expires_at,
        };
        assert_eq!(
            to_value(AssignmentBody::from(assignment(None))).unwrap(),
            json!({
                "id": 1, "clerk_user_id": "user_2abc123", "role_name": "editor", "assigned_by": "user_2xyz789",
                "assigned_at": "2025-01-15T10:30:00", "expires_at": null,
            })
        );
        assert_eq!(
            to_value(AssignedBody::from(assignment(Some(at("2025-12-31T23:59:59Z"))))).unwrap(),
            json!({
                "clerk_user_id": "user_2abc123", "role_name": "editor", "assigned_by": "user_2xyz789",
                "expires_at": "2025-12-31T23:59:59Z",
            })
        );
    }
}
