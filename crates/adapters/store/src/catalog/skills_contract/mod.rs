mod listing;
mod publishing;
mod search;

use aedile_catalog::packages::Package;
use aedile_catalog::skills::{IndexEntry, NewSkill, NewVersion, Origin, Skill, SkillCategory, Skills};
use aedile_kernel::mock::NOW;
use aedile_kernel::{Timestamp, UserId};
use diesel::connection::SimpleConnection;

use crate::connection::Connection;

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(NOW).plus_seconds(seconds)
}

pub(super) fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

pub(super) fn skills(connection: &mut Connection) -> &mut (dyn Skills + 'static) {
    connection
}

/// A user who sells under their id as a slug, with a Stripe account or without.
pub(super) fn seller(connection: &mut Connection, id: &str, is_connected: bool) {
    let account = if is_connected { format!("'acct_{id}'") } else { "NULL".to_owned() };
    let insert = format!(
        "INSERT INTO users (id, display_name, search_text, status, created_at, updated_at, seller_slug, seller_name, \
         tos_accepted_at, stripe_connect_id) \
         VALUES ('{id}', '{id} themself', '', 'active', 0, 0, '{id}', '{id} Inc.', 1, {account})"
    );
    connection.batch_execute(&insert).unwrap();
}

pub(super) fn category(connection: &mut Connection, slug: &str, name: &str, keywords: &str) -> SkillCategory {
    let insert = format!(
        "INSERT INTO slugs (slug, kind) VALUES ('{slug}', 'category'); \
         INSERT INTO categories (slug, name, icon, sample_keywords, created_at, updated_at) \
         VALUES ('{slug}', '{name}', 'grid', '{keywords}', 0, 0)"
    );
    connection.batch_execute(&insert).unwrap();
    skills(connection).hold_category(slug).unwrap().unwrap()
}

pub(super) fn new_skill(slug: &str, category: &SkillCategory, seller: Option<&str>) -> NewSkill {
    NewSkill {
        slug: slug.into(),
        name: format!("The {slug}"),
        description: "Grüße\n\n*all*".into(),
        category: category.id,
        price_cents: 0,
        version: Some("1.0.0".into()),
        seller_id: seller.map(user),
        origin: None,
        created_at: at(0),
    }
}

pub(super) fn external(slug: &str, category: &SkillCategory, external_id: &str) -> NewSkill {
    let origin = Origin {
        registry: "skills.example".into(),
        external_id: external_id.into(),
        owner_email: Some("owner@example.com".into()),
    };
    NewSkill { origin: Some(origin), version: None, ..new_skill(slug, category, None) }
}

pub(super) fn insert(connection: &mut Connection, new: &NewSkill, category: &SkillCategory) -> Skill {
    let index = IndexEntry::of(&new.name, &new.slug, &new.description, category);
    skills(connection).insert_skill(new, &index).unwrap()
}

pub(super) fn new_version(version: &str) -> NewVersion {
    let package =
        Package { artifact: format!("artifact of {version}"), sha256: "ab".repeat(32), size_bytes: 1_234, entries: 3 };
    NewVersion { version: version.into(), package, created_at: at(1) }
}
