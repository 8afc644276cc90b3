//! `aedile serve`

use std::pin::pin;
use std::sync::Arc;

use aedile_fake_stripe::FakeStripe;
use aedile_identity::SystemEntropy;
use aedile_kernel::Entropy;
use aedile_kernel::digest::hex;
use aedile_kernel::time::random_bytes;
use secrecy::{ExposeSecret, SecretString};
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, variables};
use crate::server::start;
use crate::settings::Settings;
use crate::{demo, service_manager, telemetry};

/// Serves until it is told to stop.
pub(super) async fn run(mut settings: Settings) -> Result<(), Failure> {
    telemetry::log(&settings).map_err(Failure::usage)?;
    for name in variables::unknown() {
        tracing::warn!(name, "this variable is no setting and is passed over; see aedile serve --help");
    }
    if settings.demo && settings.jwt_secret.is_none() {
        settings.jwt_secret = Some(secret_for_now());
    }
    if settings.demo && settings.admin_api_key.is_none() {
        settings.admin_api_key = Some(secret_for_now());
    }
    let stripe = if settings.demo { simulated_stripe(&mut settings)? } else { None };
    let mut stopped = pin!(stop_signal()?);
    let demo = if settings.demo {
        tokio::select! {
            made = demo::make(&settings, stripe.clone()) => Some(made?),
            // Nothing of a demo that is cut off stays.
            () = &mut stopped => return Ok(()),
        }
    } else {
        None
    };
    let server = start(&settings).await?;
    if let Some(demo) = demo {
        demo::announce(&server, &settings, stripe.as_deref(), &demo)?;
    }
    if let Some(file) = &settings.address_file {
        let written = std::fs::write(file, server.address().to_string());
        written.map_err(|error| Failure::usage(format!("--address-file: {error}")))?;
    }
    service_manager::ready();
    stopped.await;
    service_manager::stopping();
    server.stop().await;
    Ok(())
}

/// A demo without Stripe's keys sells all the same: to a simulated Stripe.
fn simulated_stripe(settings: &mut Settings) -> Result<Option<Arc<FakeStripe>>, Failure> {
    if settings.stripe_secret_key.is_some() {
        return Ok(None);
    }
    let secret = format!("whsec_{}", secret_for_now().expose_secret());
    let started = FakeStripe::start(&secret);
    let stripe = started.map_err(|error| Failure::usage(format!("the simulated Stripe can't be started: {error}")))?;
    settings.stripe_secret_key = Some(SecretString::from("sk_test_of_the_demo"));
    settings.stripe_webhook_secret = Some(SecretString::from(secret));
    stripe.url().clone_into(&mut settings.stripe_api_base);
    Ok(Some(Arc::new(stripe)))
}

/// A demo needs local sign-in and an operator's key, which need not outlive it.
fn secret_for_now() -> SecretString {
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    SecretString::from(hex(&random_bytes::<32>(entropy.as_ref())))
}

fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let listen = |kind| signal(kind).map_err(|error| Failure::usage(format!("signals can't be heard: {error}")));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    // Of a terminal that was closed: what runs is finished all the same.
    let mut hang_up = listen(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}
