//! `/admin/system/endpoints`.

use actix_web::HttpResponse;
use aedile_rbac::endpoints::{
    CreateEndpoint, DeleteEndpoint, EndpointId, EndpointOverride, ListEndpoints, MethodPattern, UpdateEndpoint,
};
use aedile_rbac::gateway::{EndpointTest, Outcome, TestEndpoint};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::{Bit, json_text, present};
use super::{Call, Envelope};
use crate::call::Answer;

pub(super) async fn list(call: Call<ListEndpoints>) -> Answer {
    call.answer(ListEndpoints {}, |rows| (HttpResponse::Ok(), Envelope::list::<_, EndpointBody>("endpoints", rows)))
        .await
}

pub(super) async fn create(mut call: Call<CreateEndpoint>) -> Answer {
    let new: New = call.json().await?;
    let operation = CreateEndpoint {
        path_pattern: new.path_pattern,
        case_sensitive: new.case_sensitive.is_some_and(|bit| bit.0),
        method: new.method.unwrap_or_else(|| MethodPattern::Any.into()),
        required_tier: new.required_tier,
        required_scopes: new.required_scopes,
        is_public: new.is_public.is_some_and(|bit| bit.0),
    };
    call.answer(operation, |made| (HttpResponse::Created(), Envelope::of("endpoint", EndpointBody::from(made)))).await
}

pub(super) async fn update(mut call: Call<UpdateEndpoint>) -> Answer {
    let changes: Changes = call.json().await?;
    let operation = UpdateEndpoint {
        id: EndpointId(call.number()?),
        required_tier: changes.required_tier,
        required_scopes: changes.required_scopes,
        is_public: changes.is_public.map(|bit| bit.0),
        case_sensitive: changes.case_sensitive.map(|bit| bit.0),
        is_active: changes.is_active.map(|bit| bit.0),
    };
    call.answer(operation, |after| (HttpResponse::Ok(), Envelope::of("endpoint", EndpointBody::from(after)))).await
}

pub(super) async fn delete(call: Call<DeleteEndpoint>) -> Answer {
    let operation = DeleteEndpoint { id: EndpointId(call.number()?) };
    call.answer(operation, |_| (HttpResponse::Ok(), Envelope::message("Endpoint override deleted"))).await
}

/// What the gateway would decide.
pub(super) async fn test(call: Call<TestEndpoint>) -> Answer {
    let asked: TestEndpoint = call.query()?;
    call.answer(asked, |test| (HttpResponse::Ok(), Envelope::of("test", TestBody::from(test)))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    path_pattern: String,
    method: Option<String>,
    required_tier: Option<String>,
    required_scopes: Option<Vec<String>>,
    is_public: Option<Bit>,
    case_sensitive: Option<Bit>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    #[serde(default, deserialize_with = "present")]
    required_tier: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    required_scopes: Option<Option<Vec<String>>>,
    is_public: Option<Bit>,
    case_sensitive: Option<Bit>,
    is_active: Option<Bit>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct EndpointBody {
    id: EndpointId,
    path_pattern: String,
    method: &'static str,
    required_tier: Option<String>,
    /// A list of names, as JSON in a string.
    #[schemars(example = &"[\"read\"]")]
    required_scopes: Option<String>,
    is_public: Bit,
    case_sensitive: Bit,
    is_active: Bit,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct TestBody {
    path: String,
    outcome: Outcome,
    reason: Option<String>,
    endpoint: Option<EndpointBody>,
    is_protected: Bit,
    tier: String,
    rate_limit: u32,
}

impl From<EndpointTest> for TestBody {
    fn from(test: EndpointTest) -> Self {
        Self {
            path: test.path,
            outcome: test.outcome,
            reason: test.reason,
            endpoint: test.endpoint.map(EndpointBody::from),
            is_protected: Bit(test.is_protected),
            tier: test.tier,
            rate_limit: test.rate_limit,
        }
    }
}

impl From<EndpointOverride> for EndpointBody {
    fn from(endpoint: EndpointOverride) -> Self {
        Self {
            id: endpoint.id,
            path_pattern: endpoint.path_pattern.to_string(),
            method: endpoint.method.as_str(),
            required_tier: endpoint.required_tier,
            required_scopes: endpoint.required_scopes.map(json_text),
            is_public: Bit(endpoint.is_public),
            case_sensitive: Bit(endpoint.case_sensitive),
            is_active: Bit(endpoint.is_active),
        }
    }
}

#[cfg(test)]
mod tests {
    use aedile_rbac::endpoints::PathPattern;
    use serde_json::{json, to_value};

    use super::super::wire::tests::at;
    use super::*;

    fn endpoint() -> EndpointOverride {
        EndpointOverride {
            id: EndpointId(1),
            path_pattern: PathPattern::parse("/api/rules/*").unwrap(),
            case_sensitive: false,
            method: MethodPattern::Any,
            required_tier: Some("pro".into()),
            required_scopes: Some(vec!["rules".into()]),
            is_public: false,
            is_active: true,
            created_at: at("2025-01-01T00:00:00Z"),
            updated_at: at("2025-01-01T00:00:00Z"),
        }
    }

    #[test]
    fn the_body_is_the_documented_one() {
        assert_eq!(
            to_value(EndpointBody::from(endpoint())).unwrap(),
            json!({
                "id": 1, "path_pattern": "/api/rules/*", "method": "*", "required_tier": "pro",
                "required_scopes": "[\"rules\"]", "is_public": 0, "case_sensitive": 0, "is_active": 1,
            })
        );
        let open = EndpointOverride { required_tier: None, required_scopes: None, ..endpoint() };
        let body = to_value(EndpointBody::from(open)).unwrap();
        assert!(body["required_tier"].is_null() && body["required_scopes"].is_null());
    }

    #[test]
    fn null_clears_and_absence_keeps() {
        let read = |json| serde_json::from_value::<Changes>(json).unwrap();
        let changes = read(json!({"required_tier": null, "is_active": 0}));
        assert_eq!((changes.required_tier, changes.required_scopes), (Some(None), None));
        assert_eq!((changes.is_public, changes.is_active), (None, Some(Bit(false))));
        assert!(serde_json::from_value::<Changes>(json!({"path_pattern": "/x"})).is_err(), "a pattern stays");
    }
}
