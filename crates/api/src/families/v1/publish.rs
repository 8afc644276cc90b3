//! `POST /v1/skills`: a package and what is said of it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use aedile_catalog::packages::Package;
use aedile_catalog::skills::PublishSkill;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::Call;
use super::skill_body::SkillBody;
use crate::body;
use crate::call::Answer;

/// Nothing is kept before all rules have said yes: what was kept and not published would stay for ever.
pub(super) async fn publish(mut call: Call<PublishSkill>) -> Answer {
    let user = call.caller().user_id.clone().ok_or_else(PublishSkill::not_a_seller)?;
    if !call.app.dependencies.hot_reads.is_seller(&user).await? {
        return Err(PublishSkill::not_a_seller().into());
    }
    let _turn = call.app.uploads.turn(&user)?;
    let upload = call.upload().await?;
    let metadata: Metadata = body::json("metadata", &upload.metadata)?;
    let inspected = call.app.dependencies.inspector.inspect(upload.package.clone()).await?;
    let skill = metadata.with(inspected.into());
    call.preview(skill.clone()).await?;
    call.app.dependencies.artifacts.put(&skill.package.artifact, upload.package).await?;
    call.answer(skill, |skill| (HttpResponse::Created(), SkillBody::from(skill))).await
}

/// The form, which [`crate::upload`] reads.
pub(super) struct Form;

impl JsonSchema for Form {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "PublishForm".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "required": ["metadata", "package"],
            "additionalProperties": false,
            "properties": {
                "metadata": generator.subschema_for::<Metadata>(),
                "package": { "type": "string", "format": "binary", "description": "A zip archive of 20 MiB at most." },
            },
        })
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Metadata {
    slug: Option<String>,
    name: String,
    description: String,
    category: String,
    price_cents: i64,
    version: String,
}

impl Metadata {
    fn with(self, package: Package) -> PublishSkill {
        let Self { slug, name, description, category, price_cents, version } = self;
        PublishSkill { slug, name, description, category, price_cents, version, package }
    }
}
