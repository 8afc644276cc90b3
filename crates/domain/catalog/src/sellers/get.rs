//! `seller.get`

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::SellerPage;
use super::port::Sellers;

/// Shows what everybody sees of a seller.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetSeller {
    /// The seller's slug.
    pub slug: String,
}

impl Operation for GetSeller {
    const NAME: &'static str = "seller.get";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Sellers;
    type Output = SellerPage;

    fn resource_id(&self) -> Option<String> {
        Some(self.slug.clone())
    }
}

impl Query for GetSeller {
    fn run(&self, sellers: &mut Self::Repository, _: &Context) -> Result<SellerPage> {
        sellers.find_page(&self.slug)?.ok_or_else(|| Error::not_found("Seller"))
    }
}
