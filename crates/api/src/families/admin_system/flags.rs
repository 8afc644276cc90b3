//! `/admin/system/flags`.

use actix_web::HttpResponse;
use aedile_platform::flags::{
    CountReach, CreateFlag, DeleteFlag, Flag, FlagId, GetFlag, ListFlags, Reach, Rollout, UpdateFlag,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::{Bit, json_text, present};
use super::{Call, Envelope};
use crate::call::Answer;
use crate::families::fields::paging;
use crate::families::paging::optional_page;
use crate::families::times::Zoneless;
use crate::openapi::Shape;

/// Without a page, every flag comes.
pub(super) async fn list(call: Call<ListFlags>) -> Answer {
    let asked = optional_page(&call)?;
    let encode = |page| match &asked {
        Some(asked) => Envelope::page::<_, FlagBody>("flags", page, asked, &call.app.dependencies.installation_key),
        None => Envelope::list::<_, FlagBody>("flags", page.items).with("total", page.total),
    };
    call.answer(ListFlags { page: asked.clone() }, |page| (HttpResponse::Ok(), encode(page))).await
}

/// What [`list`] answers: a page says which it is.
pub(super) fn listed() -> Shape {
    super::rows::<FlagBody>("flags").with::<Option<u64>>("total").and(paging().optional())
}

pub(super) async fn get(call: Call<GetFlag>) -> Answer {
    let operation = GetFlag { id: FlagId(call.number()?) };
    call.answer(operation, |flag| (HttpResponse::Ok(), Envelope::of("flag", FlagBody::from(flag)))).await
}

pub(super) async fn create(mut call: Call<CreateFlag>) -> Answer {
    let new: New = call.json().await?;
    let operation = CreateFlag {
        flag_name: new.flag_name,
        enabled: new.enabled.is_some_and(|bit| bit.0),
        rollout_percentage: new.rollout_percentage.unwrap_or_default(),
        target_tiers: new.target_tiers.unwrap_or_default(),
        target_users: new.target_users.unwrap_or_default(),
        description: new.description,
    };
    call.answer(operation, |flag| (HttpResponse::Created(), Envelope::of("flag", FlagBody::from(flag)))).await
}

pub(super) async fn update(mut call: Call<UpdateFlag>) -> Answer {
    let changes: Changes = call.json().await?;
    let operation = UpdateFlag {
        id: FlagId(call.number()?),
        flag_name: changes.flag_name,
        enabled: changes.enabled.map(|bit| bit.0),
        rollout_percentage: changes.rollout_percentage,
        target_tiers: changes.target_tiers,
        target_users: changes.target_users,
        description: changes.description,
    };
    call.answer(operation, |flag| (HttpResponse::Ok(), Envelope::of("flag", FlagBody::from(flag)))).await
}

pub(super) async fn delete(call: Call<DeleteFlag>) -> Answer {
    let operation = DeleteFlag { id: FlagId(call.number()?) };
    call.answer(operation, |_| (HttpResponse::Ok(), Envelope::message("Flag deleted"))).await
}

/// How many users it is on for.
pub(super) async fn reach(call: Call<CountReach>) -> Answer {
    let imagined: Imagined = call.query()?;
    let operation = CountReach {
        id: FlagId(call.number()?),
        rollout_percentage: imagined.rollout_percentage.as_deref().map(Rollout::parse).transpose()?,
        target_tiers: imagined.target_tiers.as_deref().map(names),
        target_users: imagined.target_users.as_deref().map(names),
    };
    call.answer(operation, |reach| (HttpResponse::Ok(), Envelope::of("reach", ReachBody::from(reach)))).await
}

/// Names with commas between.
fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Imagined {
    rollout_percentage: Option<String>,
    target_tiers: Option<String>,
    target_users: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ReachBody {
    flag_name: String,
    enabled: Bit,
    rollout_percentage: Rollout,
    reached: u64,
    users: u64,
}

impl From<Reach> for ReachBody {
    fn from(reach: Reach) -> Self {
        Self {
            flag_name: reach.flag_name,
            enabled: Bit(reach.enabled),
            rollout_percentage: reach.rollout_percentage,
            reached: reach.reached,
            users: reach.users,
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    flag_name: String,
    enabled: Option<Bit>,
    rollout_percentage: Option<Rollout>,
    target_tiers: Option<Vec<String>>,
    target_users: Option<Vec<String>>,
    description: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    flag_name: Option<String>,
    enabled: Option<Bit>,
    rollout_percentage: Option<Rollout>,
    target_tiers: Option<Vec<String>>,
    target_users: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    description: Option<Option<String>>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct FlagBody {
    id: FlagId,
    flag_name: String,
    enabled: Bit,
    rollout_percentage: Rollout,
    /// A list of names, as JSON in a string.
    #[schemars(example = &"[\"pro\"]")]
    target_tiers: String,
    /// A list of names, as JSON in a string.
    #[schemars(example = &"[\"user_2abc123\"]")]
    target_users: String,
    description: Option<String>,
    created_by: String,
    created_at: Zoneless,
    updated_at: Zoneless,
}

impl From<Flag> for FlagBody {
    fn from(flag: Flag) -> Self {
        Self {
            id: flag.id,
            flag_name: flag.flag_name,
            enabled: Bit(flag.enabled),
            rollout_percentage: flag.rollout_percentage,
            target_tiers: json_text(flag.target_tiers),
            target_users: json_text(flag.target_users),
            description: flag.description,
            created_by: flag.created_by,
            created_at: flag.created_at.into(),
            updated_at: flag.updated_at.into(),
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
        let flag = Flag {
            id: FlagId(1),
            flag_name: "new-parser-v2".into(),
            enabled: true,
            rollout_percentage: Rollout::parse("25").unwrap(),
            target_tiers: vec!["pro".into(), "admin".into()],
            target_users: vec![],
            description: Some("New AGTree v2 parser".into()),
            created_by: "user_2abc123".into(),
            created_at: at("2025-01-15T10:30:00Z"),
            updated_at: at("2025-01-15T10:30:00Z"),
        };
        assert_eq!(
            to_value(FlagBody::from(flag)).unwrap(),
            json!({
                "id": 1, "flag_name": "new-parser-v2", "enabled": 1, "rollout_percentage": 25,
                "target_tiers": "[\"pro\",\"admin\"]", "target_users": "[]", "description": "New AGTree v2 parser",
                "created_by": "user_2abc123", "created_at": "2025-01-15T10:30:00", "updated_at": "2025-01-15T10:30:00",
            })
        );
    }

    #[test]
    fn input_takes_booleans_and_bits() {
        for enabled in [json!(true), json!(1)] {
            let new: New = serde_json::from_value(json!({"flag_name": "a", "enabled": enabled})).unwrap();
            assert_eq!(new.enabled, Some(Bit(true)));
        }
        assert!(serde_json::from_value::<New>(json!({"enabled": true})).is_err(), "a name is needed");
        assert!(serde_json::from_value::<Changes>(json!({"target_tiers": "[\"pro\"]"})).is_err(), "input is no string");
    }
}
