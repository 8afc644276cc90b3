//! What the demo is made with.

use std::sync::Arc;

use aedile_artifacts::Artifacts;
use aedile_billing::payments::{AccountOrder, PaymentEventReader, Payments, take_payment_event};
use aedile_billing::purchases::{PurchaseId, StartPurchase, open_checkout};
use aedile_billing::refunds::{BeginRefund, issue_refund};
use aedile_catalog::sellers::ConnectSeller;
use aedile_fake_stripe::{FakeStripe, SignedEvent};
use aedile_identity::{SystemClock, SystemEntropy};
use aedile_kernel::{Caller, Clock, Epochs, Error, InstallationKey, Operations, Reference, Result, Runner, UserId};
use aedile_store::Store;
use aedile_stripe::{StripePayments, StripeWebhooks};

use super::clock::DemoClock;
use crate::operations;
use crate::settings::Settings;

/// The store under a clock of its own, where packages go, and how things are paid.
pub(super) struct Stage {
    pub(super) runner: Arc<Runner<Store>>,
    pub(super) operations: Operations,
    pub(super) clock: Arc<DemoClock>,
    pub(super) artifacts: Artifacts,
    pub(super) till: Option<Till>,
    /// Whether no mail server is set, so that mail may go nowhere.
    pub(super) is_mail_simulated: bool,
}

impl Stage {
    pub(super) fn of(store: Store, settings: &Settings, stripe: Option<Arc<FakeStripe>>) -> Result<Self> {
        let clock = Arc::new(DemoClock::new());
        // Nobody of the demo gets mail.
        let runner =
            Runner::new(store, clock.clone(), Arc::new(SystemEntropy), Arc::new(Epochs::default()), settings.policy())
                .with_watcher(aedile_billing::plans::watch())
                .with_watcher(aedile_moderation::watch(settings.abuse.thresholds()));
        let runner = Arc::new(runner);
        let operations = operations::bind(&runner);
        let artifacts = Artifacts::open(&settings.artifacts_url)?;
        let till =
            stripe.map(|stripe| Till::at(stripe, settings, runner.store().installation_key())).transpose()?.flatten();
        let is_mail_simulated = settings.smtp_url.is_none();
        Ok(Self { runner, operations, clock, artifacts, till, is_mail_simulated })
    }

    /// Lets the seller be paid, where payments are simulated.
    pub(super) async fn connect(&self, seller: &Caller, id: &UserId) -> Result<()> {
        let Some(till) = &self.till else { return Ok(()) };
        let order = AccountOrder {
            reference: Reference::generate(self.runner.entropy().as_ref()),
            seller: id.clone(),
            email: seller.email.clone(),
        };
        let account = till.payments.open_account(&order).await?.id;
        self.runner.command(seller, ConnectSeller { payment_account: account.clone() }).await?;
        self.take(till, till.stripe.onboard(&account)).await
    }

    /// Buys a skill that has a price; the purchase's number.
    pub(super) async fn buy(&self, buyer: &Caller, slug: &str) -> Result<Option<PurchaseId>> {
        let Some(till) = &self.till else { return Ok(None) };
        let start = StartPurchase { skill_slug: slug.to_owned() };
        let started = open_checkout(&self.operations, &till.payments, buyer, start).await?.output;
        let session = started.purchase.session_id.unwrap_or_default();
        self.take(till, till.stripe.pay(&session, &format!("evt_of_{session}"))).await?;
        Ok(Some(started.purchase.id))
    }

    /// Gives a purchase's money back, or a part of it.
    pub(super) async fn refund(
        &self,
        admin: &Caller,
        purchase: PurchaseId,
        cents: Option<i64>,
        reason: &str,
    ) -> Result<()> {
        let Some(till) = &self.till else { return Ok(()) };
        let begin = BeginRefund { purchase, amount_cents: cents, reason: reason.to_owned() };
        let (begun, _) = issue_refund(&self.operations, &till.payments, admin, begin).await?;
        let event = format!("evt_refund_{purchase}_{}", begun.output.refund.ordinal);
        self.take(till, till.stripe.refunded(&begun.output.order.payment_intent, &event)).await
    }

    async fn take(&self, till: &Till, event: Option<SignedEvent>) -> Result<()> {
        let event = event.ok_or_else(|| Error::internal("the simulated Stripe does not know of it"))?;
        let now = SystemClock.now();
        let event = till.webhooks.read(&event.signature, event.body.as_bytes(), now)?;
        take_payment_event(&self.operations, &Caller::system(), event).await
    }
}

/// A simulated Stripe, and how it is spoken to.
pub(super) struct Till {
    stripe: Arc<FakeStripe>,
    payments: StripePayments,
    webhooks: StripeWebhooks,
}

impl Till {
    fn at(stripe: Arc<FakeStripe>, settings: &Settings, installation: &InstallationKey) -> Result<Option<Self>> {
        let (Some(config), Some(secret)) = (settings.stripe(installation), &settings.stripe_webhook_secret) else {
            return Ok(None);
        };
        Ok(Some(Self { stripe, payments: StripePayments::new(config)?, webhooks: StripeWebhooks::new(secret) }))
    }
}
