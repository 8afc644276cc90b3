//! The one connection type, and the small pieces `MultiConnection` lacks.

use aedile_kernel::{Access, Journal, Journaled, View};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, Selectable};

pub use crate::any_connection::AnyConnection as Connection;
pub(crate) use crate::any_connection::Backend;

/// A statement valid on both databases that the derived backend does not know, such as `ON CONFLICT`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portable<Q>(pub(crate) Q);

impl<Q> QueryFragment<Backend> for Portable<Q>
where
    Q: QueryFragment<Sqlite> + QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        Backend::walk_variant_ast(&self.0, pass)
    }
}

impl<Q> QueryId for Portable<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Portable<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Connection> for Portable<Q> {}

/// The columns of a row struct, for `RETURNING`.
pub(crate) fn cols<T: Selectable<Backend>>() -> T::SelectExpression {
    T::construct_selection()
}

/// The same expression on either native connection, for what `MultiConnection` can't express.
macro_rules! each {
    ($connection:expr, |$native:ident| $body:expr) => {
        match $connection {
            $crate::connection::Connection::Sqlite($native) => $body,
            $crate::connection::Connection::Postgres($native) => $body,
        }
    };
}
pub(crate) use each;

/// Runs SQL on PostgreSQL alone, for the locks that SQLite's single writer makes needless.
macro_rules! on_postgres {
    ($connection:expr, |$native:ident| $body:expr) => {
        match $connection {
            $crate::connection::Connection::Sqlite(_) => Ok(Default::default()),
            $crate::connection::Connection::Postgres($native) => $body,
        }
    };
}
pub(crate) use on_postgres;

impl Journaled for Connection {
    fn journal(&mut self) -> &mut dyn Journal {
        self
    }

    fn access(&mut self) -> &mut dyn Access {
        self
    }
}

/// Shows the connection as a port it implements.
macro_rules! shows_itself_as {
    ($($port:path),* $(,)?) => {
        $(impl View<dyn $port> for Connection {
            fn view(&mut self) -> &mut (dyn $port + 'static) {
                self
            }
        })*
    };
}

shows_itself_as! {
    aedile_accounts::api_keys::ApiKeys,
    aedile_messaging::campaigns::Campaigns,
    aedile_messaging::mail::Mails,
    aedile_accounts::CliTokens,
    aedile_accounts::LocalUsers,
    aedile_accounts::admins::MarketplaceAdmins,
    aedile_accounts::deletion::Deletions,
    aedile_accounts::impersonation::Impersonations,
    aedile_accounts::invitations::Invitations,
    aedile_reporting::directory::Directory,
    aedile_accounts::password_changes::LocalPasswords,
    aedile_accounts::second_factor::SecondFactors,
    aedile_accounts::profile::Profiles,
    aedile_accounts::sessions::Sessions,
    aedile_accounts::SignIns,
    aedile_accounts::Users,
    aedile_billing::disputes::Disputes,
    aedile_billing::earnings::SellerBooks,
    aedile_billing::ledger::LedgerReader,
    aedile_billing::ledger::LedgerCheck,
    aedile_billing::payments::PaymentAccounts,
    aedile_billing::plans::Plans,
    aedile_billing::purchases::Purchases,
    aedile_billing::reconcile::Drift,
    aedile_billing::refunds::Refunds,
    aedile_billing::vouchers::Vouchers,
    aedile_billing::wallets::Wallets,
    aedile_catalog::categories::Categories,
    aedile_catalog::installations::Installations,
    aedile_catalog::reviews::Reviews,
    aedile_catalog::sellers::Sellers,
    aedile_catalog::takedowns::Takedowns,
    aedile_catalog::skills::SkillListing,
    aedile_catalog::packages::Downloads,
    aedile_catalog::skills::Skills,
    aedile_accounts::cli_sign_in::CliSignIns,
    aedile_accounts::provider_events::ProviderEvents,
    aedile_moderation::claims::Claims,
    aedile_moderation::detectors::AbuseSignals,
    aedile_moderation::flags::AbuseFlags,
    aedile_reporting::overview::Figures,
    aedile_platform::usage::Usage,
    aedile_platform::flags::Flags,
    aedile_platform::announcements::Announcements,
    aedile_rbac::assignments::Assignments,
    aedile_audit::trail::AuditTrail,
    aedile_audit::chain::AuditChain,
    aedile_rbac::principal::Principals,
    aedile_rbac::roles::Roles,
    aedile_rbac::tiers::Tiers,
    aedile_rbac::scopes::Scopes,
    aedile_rbac::endpoints::Endpoints,
    aedile_rbac::gateway::GatewaySource,
    aedile_rbac::gateway::GatewayFacts,
}
