//! Taking an event, whatever it tells.

use aedile_kernel::{Caller, Error, Fate, Request, Result, Runner, UnitOfWork, View};
use async_trait::async_trait;

use super::apply::ApplyProviderUser;
use super::delete::DeleteProviderUser;
use super::model::{News, ProviderEvent, Taken};
use super::port::ProviderEvents;

/// Takes the provider's events, over a store it does not name. It is apart from the registry: only the entry point that has
/// checked an event's signature takes it.
#[async_trait]
pub trait TakesProviderEvents: Send + Sync {
    /// Does what an event asks for, once however often it comes.
    ///
    /// # Errors
    /// Of the store; the event may then be sent again.
    async fn take(&self, request: &Request, event: ProviderEvent) -> Result<Taken>;
}

#[async_trait]
impl<S> TakesProviderEvents for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn ProviderEvents>,
{
    async fn take(&self, request: &Request, event: ProviderEvent) -> Result<Taken> {
        let caller = Caller { request: request.clone(), ..Caller::system() };
        let ProviderEvent { stamp, news } = event;
        let id = match news {
            News::Changed { user, is_banned } => {
                return Ok(self.command(&caller, ApplyProviderUser { event: stamp, user, is_banned }).await?.output);
            }
            News::Deleted(id) => id,
        };
        match self.command(&caller, DeleteProviderUser { event: stamp.clone(), id }).await {
            Ok(done) => Ok(done.output),
            Err(Error::Conflict(_)) => {
                // The refusal took the event's own row back, and it is not to be judged each time it is sent.
                let now = self.now();
                let take = move |connection: &mut S::Connection| connection.view().insert_event(&stamp, now).map(drop);
                self.store().write(Fate::Commit, take).await?;
                Ok(Taken::Refused)
            }
            Err(error) => Err(error),
        }
    }
}
