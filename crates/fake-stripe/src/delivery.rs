//! Events that it sends of its own accord.

use std::time::Duration;

use crate::signature::SignedEvent;
use crate::state::{State, locked};

/// How often an event is sent that nobody takes.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(500);

impl State {
    /// Sends what waits, in order, if there is somebody to send it to; whether all of it was taken.
    pub(crate) async fn deliver(&self) -> bool {
        let Some(webhook) = locked(&self.webhook).clone() else { return false };
        let _in_turn = self.delivering.lock().await;
        let events = self.books().take_events();
        let client = reqwest::Client::new();
        let mut is_taken = true;
        for event in events {
            is_taken &= send(&client, &webhook, &self.sign(&event)).await;
        }
        is_taken
    }
}

async fn send(client: &reqwest::Client, webhook: &str, event: &SignedEvent) -> bool {
    for _ in 0..ATTEMPTS {
        let request = client.post(webhook).header("Stripe-Signature", &event.signature);
        let sent = request.header("Content-Type", "application/json").body(event.body.clone()).send().await;
        if sent.is_ok_and(|answer| answer.status().is_success()) {
            return true;
        }
        tokio::time::sleep(PAUSE).await;
    }
    false
}
