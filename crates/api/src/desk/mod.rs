//! Operations by their names: what the command line and AI agents are served by.
//!
//! Whoever comes here may do exactly what they may do elsewhere: an operation that the admin area serves asks for the
//! caller's role, any other for the `is_admin` flag, an API key's scopes or the operator's key.

mod services;

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use actix_web::web;
use aedile_kernel::caller::IdempotencyKey;
use aedile_kernel::registry::{Description, Mode};
use aedile_kernel::runner::Done;
use aedile_kernel::{Caller, Credential, Error, PermissionSet, Request, Result};
use serde_json::Value;

pub(crate) use services::done;

use crate::app::App;
use crate::dialect::{Dialect, control, marketplace, marketplace_admin, panel, plans};
use crate::identity::Identity;

/// The operations where the `is_admin` flag rules; roles rule everywhere else.
static BY_FLAG: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let (marketplace, panel) = (marketplace_admin::routes().descriptions(), panel::routes().descriptions());
    let all = [marketplace, panel, panel::key_routes().descriptions(), plans::routes().descriptions()];
    all.into_iter().flatten().filter_map(|route| route.operation).collect()
});

/// The operations that everybody runs on what is their own.
static OWN: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let routes = marketplace::routes().descriptions().into_iter();
    routes.filter(|route| !route.permission.is_administrative()).filter_map(|route| route.operation).collect()
});

/// Somebody who runs operations by name.
pub(crate) struct Desk {
    app: web::Data<App>,
    identity: Arc<Identity>,
    request: Request,
}

impl Desk {
    /// Whoever is known by `identity`, in these circumstances.
    pub(crate) const fn of(app: web::Data<App>, identity: Arc<Identity>, request: Request) -> Self {
        Self { app, identity, request }
    }

    /// Every operation that the caller may run, in the order listed.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Description> {
        all(&self.app).filter(|operation| self.permissions(operation.name).contains(operation.permission))
    }

    /// The operation of this name, if the caller may run it.
    pub(crate) fn operation(&self, name: &str) -> Option<&Description> {
        let operation = all(&self.app).find(|operation| operation.name == name)?;
        self.permissions(name).contains(operation.permission).then_some(operation)
    }

    /// The caller of the operation of this name, with the permissions that count for it.
    pub(crate) fn caller(&self, operation: &str) -> Caller {
        self.identity.caller_in(self.request.clone(), self.permissions(operation))
    }

    /// Runs the operation of this name, for good or as a rehearsal.
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

    /// Runs an operation, of the admin area or not, for an account that stands well enough for it.
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
        let standing = self.identity.admitted(operation.admits, operation.effect);
        let permissions = if standing.is_ok() { self.permissions(name) } else { PermissionSet::ANONYMOUS };
        let caller = Caller { idempotency_key: key, ..self.identity.caller_in(self.request.clone(), permissions) };
        let done = match services::find(name) {
            Some(service) => service.run(&self.app, &caller, input, mode).await,
            None => self.app.parts.operations.run_json(&caller, name, input, mode).await,
        };
        standing.and(done)
    }

    fn permissions(&self, operation: &str) -> PermissionSet {
        match self.identity.credential {
            _ if OWN.contains(operation) => self.identity.flag_permissions(),
            _ if !BY_FLAG.contains(operation) => control::Control::permissions(&self.identity, self.app.now()),
            Credential::AdminKey => panel::operator(),
            _ => panel::Panel::permissions(&self.identity, self.app.now()),
        }
    }
}

/// Every operation of the admin area, whoever may run it.
fn all(app: &App) -> impl Iterator<Item = &Description> {
    app.parts.operations.descriptions().filter(is_run_by_name).chain(services::descriptions())
}

/// Every operation that can be run by its name, out of what a registry describes.
pub fn operations_by_name(registered: impl Iterator<Item = Description>) -> Vec<Description> {
    registered.filter(|operation| is_run_by_name(&operation)).chain(services::descriptions().cloned()).collect()
}

/// Services stand in for commands that ask for what only a server can say.
fn is_run_by_name(operation: &&Description) -> bool {
    operation.permission.is_administrative() && services::find(operation.name).is_none()
}
