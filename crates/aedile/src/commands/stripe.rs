//! `aedile stripe …`: do Stripe and the books say the same?

use std::sync::Arc;

use aedile_billing::payments::{Payments, take_payment_event};
use aedile_billing::reconcile::{FindsDrift, Mended, reconcile};
use aedile_kernel::{Caller, Error, InstallationKey};
use aedile_stripe::{StripeConfig, StripePayments};
use clap::{Args, Subcommand};
use secrecy::SecretString;

use super::{Failure, print};
use crate::operations;
use crate::settings::Database;

/// How old something must be before it counts as drift: younger than that, its event is on its way.
const PATIENCE_SECONDS: i64 = 60;

#[derive(Subcommand)]
pub(crate) enum Stripe {
    /// Ask Stripe about pending payments and refunds, and record the outcome
    ///
    /// Completes purchases that were paid while nobody heard of it, closes those that can't be paid any more, and settles
    /// refunds whose outcome is open: each is looked up at Stripe, and requested only when Stripe has none. It may run beside
    /// the server, and again at any time. Exits 1 when something can't be said yet.
    Reconcile {
        #[command(flatten)]
        account: StripeAccount,
        #[command(flatten)]
        database: Database,
    },
    /// Replay Stripe's events of the last days
    ///
    /// For when the webhook was not reached, or was set up late: Stripe keeps its events for 30 days. What was taken before
    /// changes nothing, so it may run beside the server, and again at any time.
    Replay {
        /// How many days to go back
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=30))]
        days: u16,
        #[command(flatten)]
        account: StripeAccount,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Args)]
pub(crate) struct StripeAccount {
    /// Stripe's secret key, sk_…
    #[arg(long, env = "STRIPE_SECRET_KEY", hide_env_values = true)]
    stripe_secret_key: SecretString,
    /// Where Stripe's API is, without /v1
    #[arg(long, env = "STRIPE_API_BASE", default_value = "https://api.stripe.com")]
    stripe_api_base: String,
}

impl StripeAccount {
    fn payments(self, installation: &InstallationKey) -> Result<StripePayments, Failure> {
        let Self { stripe_secret_key: secret_key, stripe_api_base: api_base } = self;
        let installation = installation.installation_id();
        Ok(StripePayments::new(StripeConfig { secret_key, api_base, public_url: String::new(), installation })?)
    }
}

impl Stripe {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Reconcile { account, database } => mend(account, &database).await,
            Self::Replay { days, account, database } => replay(days, account, &database).await,
        }
    }
}

async fn mend(account: StripeAccount, database: &Database) -> Result<(), Failure> {
    let runner = Arc::new(operations::console(database).await?);
    let payments = &account.payments(runner.store().installation_key())?;
    let mended = reconcile(&operations::bind(&runner), payments, runner.find_drift(PATIENCE_SECONDS).await?).await?;
    runner.store().close().await;
    mended.iter().map(told).try_for_each(print)?;
    if mended.iter().any(|one| matches!(one, Mended::Unknown(_))) {
        return Err(Failure::finding("Stripe could not say everything; run this again later"));
    }
    print(format_args!("Stripe and the books say the same: {} mended", mended.len()))
}

async fn replay(days: u16, account: StripeAccount, database: &Database) -> Result<(), Failure> {
    let runner = Arc::new(operations::console(database).await?);
    let payments = account.payments(runner.store().installation_key())?;
    let since = runner.now().plus_seconds(-i64::from(days) * 24 * 60 * 60);
    let events = payments.list_events(since).await.map_err(Error::from)?;
    let (operations, count) = (operations::bind(&runner), events.len());
    for (number, event) in (1..).zip(events) {
        take_payment_event(&operations, &Caller::console(), event).await?;
        if number % 100 == 0 {
            print(format_args!("{number} of {count} events"))?;
        }
    }
    runner.store().close().await;
    print(format_args!("{count} events since {} are in the books", since.to_rfc3339()))
}

fn told(mended: &Mended) -> String {
    match mended {
        Mended::Paid(purchase) => format!("purchase {purchase}: was paid, and is completed now"),
        Mended::Over(purchase) => format!("purchase {purchase}: can't be paid any more, and is closed now"),
        Mended::Failed(purchase) => format!("purchase {purchase}: its refund has failed, and the books say so now"),
        Mended::Refunded(purchase) => format!("purchase {purchase}: was refunded, and the books say so now"),
        Mended::Withdrawn(purchase) => format!("purchase {purchase}: was not refunded, and the refund is withdrawn"),
        Mended::Unknown(purchase) => format!("purchase {purchase}: Stripe does not say"),
    }
}
