//! `aedile stripe …`: do Stripe and the books say the same?

use aedile_billing::reconcile::{Mended, Reconciles};
use aedile_stripe::{StripeConfig, StripePayments};
use clap::Subcommand;
use secrecy::SecretString;

use super::{Failure, print};
use crate::operations;
use crate::settings::Database;

#[derive(Subcommand)]
pub(crate) enum Stripe {
    /// Ask Stripe about all that waits, and write down what it says
    ///
    /// Purchases that were paid while nobody heard of it are completed; refunds of which nobody knows what became of them
    /// are asked for again, under the key they were first asked for with, so that nothing is given back twice. It may run
    /// beside the server, and again at any time. Exits 1 when something can't be said yet.
    Reconcile {
        /// Stripe's secret key, sk_…
        #[arg(long, env = "STRIPE_SECRET_KEY", hide_env_values = true)]
        stripe_secret_key: SecretString,
        /// Where Stripe's API is, without /v1
        #[arg(long, env = "STRIPE_API_BASE", default_value = "https://api.stripe.com")]
        stripe_api_base: String,
        #[command(flatten)]
        database: Database,
    },
}

impl Stripe {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let Self::Reconcile { stripe_secret_key, stripe_api_base, database } = self;
        let config =
            StripeConfig { secret_key: stripe_secret_key, api_base: stripe_api_base, public_url: String::new() };
        let payments = StripePayments::new(config)?;
        let runner = operations::console(&database).await?;
        let mended = runner.reconcile(&payments).await?;
        runner.store().close().await;
        mended.iter().map(told).for_each(print);
        if mended.iter().any(|one| matches!(one, Mended::Unknown(_))) {
            return Err(Failure::finding("Stripe could not say everything; run this again later"));
        }
        print(format_args!("Stripe and the books say the same: {} mended", mended.len()));
        Ok(())
    }
}

fn told(mended: &Mended) -> String {
    match mended {
        Mended::Paid(purchase) => format!("purchase {purchase}: was paid, and is completed now"),
        Mended::Refunded(purchase) => format!("purchase {purchase}: was refunded, and the books say so now"),
        Mended::Withdrawn(purchase) => format!("purchase {purchase}: was not refunded, and the refund is taken back"),
        Mended::Unknown(purchase) => format!("purchase {purchase}: Stripe does not say"),
    }
}
