//! What hot paths read past the operations, and keep for a moment.

use aedile_catalog::skills::Skills;
use aedile_kernel::{GatewayDefault, Result, Timestamp, UnitOfWork, UserId, View};
use aedile_platform::announcements::{Announcement, Announcements};
use aedile_platform::flags::{FlagSet, Flags};
use aedile_rbac::gateway::{GatewayRules, GatewaySource};
use aedile_rbac::principal::{Principal, Principals};
use async_trait::async_trait;

/// What hot paths read past the operations.
#[async_trait]
pub trait HotReads: Send + Sync {
    /// What is known of a user; `None` when nothing is.
    async fn principal(&self, user: &UserId) -> Result<Option<Principal>>;
    /// What the gateway decides by, and by `default` where nothing is listed.
    async fn gateway_rules(&self, default: GatewayDefault) -> Result<GatewayRules>;
    /// All flags.
    async fn flags(&self) -> Result<FlagSet>;
    /// The announcements that are not switched off and not over at `now`, begun or not.
    async fn announcements(&self, now: Timestamp) -> Result<Vec<Announcement>>;
    /// Whether the user sells.
    async fn is_seller(&self, user: &UserId) -> Result<bool>;
}

#[async_trait]
impl<S> HotReads for S
where
    S: UnitOfWork,
    S::Connection:
        View<dyn Principals> + View<dyn GatewaySource> + View<dyn Flags> + View<dyn Announcements> + View<dyn Skills>,
{
    async fn principal(&self, user: &UserId) -> Result<Option<Principal>> {
        let user = user.clone();
        self.read(move |connection| View::<dyn Principals>::view(connection).find(&user)).await
    }

    async fn gateway_rules(&self, default: GatewayDefault) -> Result<GatewayRules> {
        let set = self.read(|connection| View::<dyn GatewaySource>::view(connection).load()).await?;
        Ok(GatewayRules::compile(set, default))
    }

    async fn flags(&self) -> Result<FlagSet> {
        self.read(|connection| View::<dyn Flags>::view(connection).list_all().map(FlagSet::new)).await
    }

    async fn announcements(&self, now: Timestamp) -> Result<Vec<Announcement>> {
        self.read(move |connection| View::<dyn Announcements>::view(connection).list_current(now)).await
    }

    async fn is_seller(&self, user: &UserId) -> Result<bool> {
        let user = user.clone();
        let found = self.read(move |connection| View::<dyn Skills>::view(connection).find_publisher(&user)).await?;
        Ok(found.is_some())
    }
}
