//! `/admin/system/tiers`.

use actix_web::HttpResponse;
use aedile_rbac::tiers::{DeleteTier, ListTiers, Tier, TierId, TierUpdate, UpdateTier};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::wire::{Bit, json_text, saved};
use super::{Call, Envelope};
use crate::call::Answer;
use crate::families::times::Zoneless;

pub(super) async fn list(call: Call<ListTiers>) -> Answer {
    call.answer(ListTiers {}, |tiers| (HttpResponse::Ok(), Envelope::list::<_, TierBody>("tiers", tiers))).await
}

pub(super) async fn update(mut call: Call<UpdateTier>) -> Answer {
    let changes: Changes = call.json().await?;
    let operation = UpdateTier {
        tier_name: call.segment("name")?,
        rate_limit: changes.rate_limit,
        display_name: changes.display_name,
        description: changes.description,
        features: changes.features,
        is_active: changes.is_active.map(|bit| bit.0),
        order_rank: changes.order_rank,
    };
    let encode = |TierUpdate { tier, created }| (saved(created), Envelope::of("tier", TierBody::from(tier)));
    call.answer(operation, encode).await
}

pub(super) async fn delete(call: Call<DeleteTier>) -> Answer {
    let operation = DeleteTier { tier_name: call.segment("name")? };
    call.answer(operation, |_| (HttpResponse::Ok(), Envelope::message("Tier deleted"))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    rate_limit: Option<u32>,
    display_name: Option<String>,
    description: Option<String>,
    features: Option<Map<String, Value>>,
    is_active: Option<Bit>,
    order_rank: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct TierBody {
    id: TierId,
    tier_name: String,
    order_rank: u32,
    rate_limit: u32,
    display_name: String,
    description: String,
    /// An object, as JSON in a string.
    features: String,
    is_active: Bit,
    created_at: Zoneless,
    updated_at: Zoneless,
}

impl From<Tier> for TierBody {
    fn from(tier: Tier) -> Self {
        Self {
            features: json_text(tier.features),
            id: tier.id,
            tier_name: tier.tier_name,
            order_rank: tier.order_rank,
            rate_limit: tier.rate_limit,
            display_name: tier.display_name,
            description: tier.description,
            is_active: Bit(tier.is_active),
            created_at: tier.created_at.into(),
            updated_at: tier.updated_at.into(),
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
        let features = json!({"maxSources": 3, "maxBatchSize": 1});
        let body = to_value(TierBody::from(Tier {
            id: TierId(1),
            tier_name: "anonymous".into(),
            order_rank: 0,
            rate_limit: 10,
            display_name: "Anonymous".into(),
            description: "Unauthenticated user — basic access".into(),
            features: features.as_object().unwrap().clone(),
            is_active: true,
            created_at: at("2025-01-01T00:00:00Z"),
            updated_at: at("2025-01-01T00:00:00Z"),
        }))
        .unwrap();
        let shown: Value = serde_json::from_str(body["features"].as_str().unwrap()).unwrap();
        assert_eq!(shown, features);
        assert_eq!(
            body,
            json!({
                "id": 1, "tier_name": "anonymous", "order_rank": 0, "rate_limit": 10, "display_name": "Anonymous",
                "description": "Unauthenticated user — basic access", "features": body["features"], "is_active": 1,
                "created_at": "2025-01-01T00:00:00", "updated_at": "2025-01-01T00:00:00",
            })
        );
    }

    #[test]
    fn changes_are_the_documented_fields() {
        let changes = json!({"rate_limit": 500, "features": {"maxSources": 100}, "is_active": 0});
        let changes: Changes = serde_json::from_value(changes).unwrap();
        assert_eq!((changes.rate_limit, changes.is_active), (Some(500), Some(Bit(false))));
        for bad in [json!({"rate_limit": -1}), json!({"features": "{}"}), json!({"tier_name": "x"}), json!({"id": 1})] {
            assert!(serde_json::from_value::<Changes>(bad.clone()).is_err(), "{bad}");
        }
    }
}
