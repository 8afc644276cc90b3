//! This server, for the person whose browser it is.

use actix_web::web;
use aedile_accounts::profile::GetProfile;
use aedile_dashboard::{Acting, DashboardBackend, Health, Person};
use aedile_kernel::caller::IdempotencyKey;
use aedile_kernel::digest::hex;
use aedile_kernel::registry::{Description, Mode};
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Caller, Credential, Done, InstallationKey, Operation, Operations, Result, Timestamp};
use async_trait::async_trait;
use serde_json::Value;

use super::{Dashboard, form_token, health};
use crate::app::App;
use crate::call::AuthenticatedRequest;
use crate::named_operations::NamedOperations;

/// The operations of this server.
pub(super) struct ServerBackend {
    app: web::Data<App>,
    operations: NamedOperations,
    person: Person,
    form_token: String,
}

impl ServerBackend {
    pub(super) async fn of(request: &AuthenticatedRequest<Dashboard>) -> Result<Self> {
        let (app, operations) = (request.app.clone(), request.named_operations());
        let caller = operations.caller(GetProfile::NAME);
        let profile = app.dependencies.operations.run(&caller, GetProfile {}).await?.output;
        let name = profile.display_name.or(profile.email).unwrap_or_else(|| profile.id.to_string());
        let has_local_session = request.identity.credential == Credential::LocalToken;
        let acting = request.identity.impersonation.as_ref();
        let acting = acting.map(|acting| Acting { until: acting.expires_at, reason: acting.reason.clone() });
        let person = Person { name, is_seller: profile.is_seller, has_local_session, acting };
        let form_token = form_token::token(&app, &request.identity);
        Ok(Self { app, operations, person, form_token })
    }

    fn own_form(&self, operation: &str) -> Option<&Description> {
        let mut own = self.app.dependencies.operations.descriptions().filter(|operation| operation.has_own_form);
        own.find(|own| own.name == operation && self.operations.admits(own))
    }
}

#[async_trait]
impl DashboardBackend for ServerBackend {
    fn person(&self) -> &Person {
        &self.person
    }

    fn operations(&self) -> &Operations {
        &self.app.dependencies.operations
    }

    fn caller(&self, operation: &str) -> Caller {
        self.operations.caller(operation)
    }

    fn description(&self, operation: &str) -> Option<&Description> {
        self.operations.operation(operation).or_else(|| self.own_form(operation))
    }

    fn tested_with(&self, test: &str) -> Option<&Description> {
        self.operations.operations().find(|operation| operation.tested_by == Some(test))
    }

    async fn run(&self, operation: &str, input: Value, mode: Mode, key: Option<IdempotencyKey>) -> Result<Done<Value>> {
        match self.own_form(operation) {
            Some(own) => self.operations.carry_out(own, input, mode, key).await,
            None => self.operations.run(operation, input, mode, key).await,
        }
    }

    fn installation_key(&self) -> &InstallationKey {
        &self.app.dependencies.installation_key
    }

    fn form_token(&self) -> &str {
        &self.form_token
    }

    fn draw(&self) -> String {
        hex(&random_bytes::<16>(self.app.dependencies.entropy.as_ref()))
    }

    async fn health(&self) -> Health {
        health::of(&self.app).await
    }

    fn now(&self) -> Timestamp {
        self.app.now()
    }
}
