//! Changing a tier, or making one.

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, Prefill, Result, Timestamp, Topic, text,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{NewTier, RESOURCE, Tier, TierUpdate, Tiers, fields};

/// Updates a tier's limit, texts, features, rank or state. Creates the tier when it does not exist and `display_name`,
/// `order_rank` and `rate_limit` are given. The tiers `anonymous` and `admin` stay active and keep their rank.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateTier {
    /// Name of the tier.
    pub tier_name: String,
    /// Requests a minute, 0 to 1000000; 0 means unlimited.
    #[serde(default)]
    pub rate_limit: Option<u32>,
    /// Display name.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Description.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub description: Option<String>,
    /// Capabilities for the services behind the gateway to read; replaces the present ones.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub features: Option<Map<String, Value>>,
    /// Whether it is active.
    #[serde(default)]
    pub is_active: Option<bool>,
    /// Rank in the order of tiers: 0 to 1000, unique.
    #[serde(default)]
    pub order_rank: Option<u32>,
}

impl Operation for UpdateTier {
    const NAME: &'static str = "tier.update";
    const PERMISSION: Permission = Permission::ConfigWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const PREFILL: Option<Prefill> = Some(Prefill { query: "tier.list", key: Some("tier_name") });
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Tiers;
    type Output = TierUpdate;

    fn resource_id(&self) -> Option<String> {
        Some(self.tier_name.clone())
    }
}

impl Command for UpdateTier {
    fn run(&self, tiers: &mut Self::Repository, cx: &Context) -> Result<Change<TierUpdate>> {
        let wanted = self.checked()?;
        match tiers.lock_tier(&wanted.tier_name)? {
            Some(before) => change(tiers, &before, wanted, cx.now),
            None => create(tiers, wanted, cx.now),
        }
    }
}

impl UpdateTier {
    /// The same input with its fields checked and trimmed.
    fn checked(&self) -> Result<Self> {
        Ok(Self {
            tier_name: text::identifier("tier_name", &self.tier_name)?,
            rate_limit: self.rate_limit.map(fields::rate_limit).transpose()?,
            display_name: self.display_name.as_deref().map(fields::display_name).transpose()?,
            description: self.description.as_deref().map(fields::description).transpose()?,
            features: self.features.as_ref().map(fields::features).transpose()?,
            is_active: self.is_active,
            order_rank: self.order_rank.map(fields::order_rank).transpose()?,
        })
    }
}

fn create(tiers: &mut dyn Tiers, wanted: UpdateTier, now: Timestamp) -> Result<Change<TierUpdate>> {
    let (Some(display_name), Some(order_rank), Some(rate_limit)) =
        (wanted.display_name, wanted.order_rank, wanted.rate_limit)
    else {
        return Err(Error::not_found("Tier"));
    };
    refuse_taken_rank(tiers, order_rank)?;
    let new = NewTier {
        tier_name: wanted.tier_name,
        order_rank,
        rate_limit,
        display_name,
        description: wanted.description.unwrap_or_default(),
        features: wanted.features.unwrap_or_default(),
        is_active: wanted.is_active.unwrap_or(true),
    };
    let tier = tiers.insert_tier(&new, now)?;
    Ok(Change::of(RESOURCE, &tier.tier_name)
        .after(&tier)
        .invalidate(Topic::Rules)
        .returning(TierUpdate { tier, created: true }))
}

fn change(tiers: &mut dyn Tiers, before: &Tier, wanted: UpdateTier, now: Timestamp) -> Result<Change<TierUpdate>> {
    let mut after = Tier {
        order_rank: wanted.order_rank.unwrap_or(before.order_rank),
        rate_limit: wanted.rate_limit.unwrap_or(before.rate_limit),
        display_name: wanted.display_name.unwrap_or_else(|| before.display_name.clone()),
        description: wanted.description.unwrap_or_else(|| before.description.clone()),
        features: wanted.features.unwrap_or_else(|| before.features.clone()),
        is_active: wanted.is_active.unwrap_or(before.is_active),
        ..before.clone()
    };
    if after == *before {
        return Ok(Change::none().returning(TierUpdate { tier: after, created: false }));
    }
    refuse_moved_built_in(before, &after)?;
    if after.order_rank != before.order_rank {
        refuse_taken_rank(tiers, after.order_rank)?;
    }
    after.updated_at = now;
    tiers.update_tier(&after)?;
    Ok(Change::of(RESOURCE, &after.tier_name)
        .before(before)
        .after(&after)
        .invalidate(Topic::Rules)
        .returning(TierUpdate { tier: after, created: false }))
}

fn refuse_moved_built_in(before: &Tier, after: &Tier) -> Result<()> {
    if before.is_built_in() && after.order_rank != before.order_rank {
        return Err(Error::conflict("the tiers anonymous and admin keep their order_rank"));
    }
    if before.is_built_in() && before.is_active && !after.is_active {
        return Err(Error::conflict("the tiers anonymous and admin can't be disabled"));
    }
    Ok(())
}

/// Rank 0 belongs to `anonymous` for good, so all others rank above it; `admin` is the highest whatever the numbers.
fn refuse_taken_rank(tiers: &mut dyn Tiers, order_rank: u32) -> Result<()> {
    match tiers.find_rank_holder(order_rank)? {
        Some(holder) => Err(Error::conflict(format!("the tier {holder} has this order_rank; choose a free one"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
