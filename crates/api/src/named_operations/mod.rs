//! Operations by their names: what the command line, AI agents and the dashboard are served by.
//!
//! A caller may run an operation by name exactly when one of its typed routes would let this caller in: the operation states
//! what can give permissions for it, and a test compares that with the families of its routes.

mod services;

use std::sync::Arc;

use actix_web::web;
use aedile_kernel::caller::IdempotencyKey;
use aedile_kernel::registry::{Description, Mode};
use aedile_kernel::runner::Done;
use aedile_kernel::{Caller, Error, Request, Result};
use serde_json::Value;

use crate::app::App;
use crate::identity::Identity;

/// Somebody who runs operations by name.
pub(crate) struct NamedOperations {
    app: web::Data<App>,
    identity: Arc<Identity>,
    request: Request,
}

impl NamedOperations {
    /// Whoever is known by `identity`, in these circumstances.
    pub(crate) const fn of(app: web::Data<App>, identity: Arc<Identity>, request: Request) -> Self {
        Self { app, identity, request }
    }

    /// Every operation that the caller may run, in the order listed.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Description> {
        all(&self.app).filter(|operation| self.may_run(operation))
    }

    /// The operation of this name, if the caller may run it.
    pub(crate) fn operation(&self, name: &str) -> Option<&Description> {
        all(&self.app).find(|operation| operation.name == name && self.may_run(operation))
    }

    /// The caller of the operation of this name, with the permissions that count for it.
    pub(crate) fn caller(&self, operation: &str) -> Caller {
        let authorities = self.app.dependencies.operations.authorities(operation);
        self.identity.caller(self.request.clone(), authorities, self.app.now())
    }

    /// Runs the operation of this name, for good or as a preview.
    ///
    /// # Errors
    /// `NotFound` for an unknown name, `Invalid` for input that does not fit, and the operation's own.
    pub(crate) async fn run(
        &self,
        name: &str,
        input: Value,
        mode: Mode,
        key: Option<IdempotencyKey>,
    ) -> Result<Done<Value>> {
        let operation = all(&self.app).find(|operation| operation.name == name);
        self.carry_out(operation.ok_or_else(|| Error::not_found("Operation"))?, input, mode, key).await
    }

    /// Runs an operation, of the admin area or not.
    ///
    /// # Errors
    /// `Invalid` for input that does not fit, and the operation's own.
    pub(crate) async fn carry_out(
        &self,
        operation: &Description,
        input: Value,
        mode: Mode,
        key: Option<IdempotencyKey>,
    ) -> Result<Done<Value>> {
        let name = operation.name;
        let caller = Caller { idempotency_key: key, ..self.caller(name) };
        match services::find(name) {
            Some(service) => service.run(&self.app, &caller, input, mode).await,
            None => self.app.dependencies.operations.run_json(&caller, name, input, mode).await,
        }
    }

    fn may_run(&self, operation: &Description) -> bool {
        let permissions = self.identity.permissions(operation.authorities, self.app.now());
        self.admits(operation) && permissions.contains(operation.permission)
    }

    /// Whether it is done by the user, or may be done in the user's name.
    pub(crate) fn admits(&self, operation: &Description) -> bool {
        self.identity.impersonation.is_none() || operation.admits_impersonator
    }
}

/// Every operation of the admin area, whoever may run it.
fn all(app: &App) -> impl Iterator<Item = &Description> {
    app.dependencies.operations.descriptions().filter(is_run_by_name).chain(services::descriptions())
}

/// Every operation that can be run by its name, out of what a registry describes.
pub fn operations_by_name(registered: impl Iterator<Item = Description>) -> Vec<Description> {
    registered.filter(|operation| is_run_by_name(&operation)).chain(services::descriptions().cloned()).collect()
}

/// Services stand in for commands that ask for what only a server can say.
fn is_run_by_name(operation: &&Description) -> bool {
    operation.permission.is_administrative() && services::find(operation.name).is_none()
}
