//! Only what is old and over is removed, a little at a time, on both databases.

use aedile_kernel::{Timestamp, UnitOfWork};
use aedile_messaging::campaigns::{CampaignId, Campaigns};
use diesel::connection::SimpleConnection;

use super::Prunable;
use crate::connection::Connection;
use crate::testing::TestDatabase;

/// 2026-01-15T10:30:00Z
const TIME: i64 = 1_768_473_000_000_000;

/// Rows that are one microsecond too young and rows that are just old enough, of every kind; `$` stands for their time.
const ROWS: &str = "\
    INSERT INTO idempotency_replies VALUES ('a', 'x', 'key-$', 'f', '{}', $);
    INSERT INTO provider_events (id, event_type, received_at) VALUES ('evt-$', 'user.updated', $);
    INSERT INTO payment_events (id, received_at) VALUES ('evt-$', $);
    INSERT INTO mails (user_id, status, due_at, created_at) VALUES ('ada', 'sent', $, 0), ('ada', 'suppressed', $, 0);
    INSERT INTO users (id, created_at, updated_at) VALUES ('ben-$', 0, 0), ('cyd-$', 0, 0), ('dee-$', 0, 0);
    INSERT INTO mails (campaign_id, user_id, status, due_at, created_at)
        VALUES (1, 'ben-$', 'sent', $, 0), (1, 'cyd-$', 'sent', $, 0), (1, 'dee-$', 'suppressed', $, 0);
    INSERT INTO cli_sign_ins (code_hash, user_id, code_challenge, redirect_uri, created_at, expires_at, used_at) VALUES ('code-$', 'ada', 'c', 'r', 0, $, NULL);
    INSERT INTO cli_tokens (user_id, token_hash, token_prefix, created_at, expires_at, revoked_at)
        VALUES ('ada', 'token-$', 'p', 0, 9000000000000000, $);
    INSERT INTO sessions (id, user_id, proofs, started_at, last_seen_at, expires_at) VALUES ('session-$', 'ada', '', $, $, $);
    INSERT INTO impersonations (user_id, acted_by, reason, started_at, expires_at) VALUES ('ada', 'eve', 'r', 0, $);
    INSERT INTO invitations (token_hash, identifier, identifier_type, role, is_mailed, created_at, expires_at) VALUES ('t-$', 'i-$', 'email', 'user', FALSE, 0, $);
    INSERT INTO outbox (topic, payload, due_at, created_at) VALUES ('any', 'null', 0, $);
    INSERT INTO audit_origins (audit_id, ip_address, created_at) VALUES ($, '198.51.100.7', $);";

/// Rows that stay however old they are.
const LASTING: &str = "\
    INSERT INTO campaigns (subject, html, body, created_by, created_at) VALUES ('s', 'h', 'b', 'ada', 0);
    INSERT INTO mails (campaign_id, user_id, status, due_at, created_at)
        VALUES (1, 'ada', 'pending', 0, 0), (1, 'eve', 'failed', 0, 0);
    INSERT INTO mails (user_id, status, due_at, created_at) VALUES ('ada', 'pending', 0, 0), ('ada', 'failed', 0, 0);";

fn filled(database: &TestDatabase) {
    let mut connection = database.connect();
    let user = "INSERT INTO users (id, created_at, updated_at) VALUES ('ada', 0, 0), ('eve', 0, 0);";
    let days = "INSERT INTO usage_days VALUES ('ada', '2026-01-14', '/x', 1), ('ada', '2026-01-15', '/x', 1);";
    let (old, young) = (ROWS.replace('$', &(TIME - 1).to_string()), ROWS.replace('$', &TIME.to_string()));
    connection.batch_execute(&format!("{user} {LASTING} {days} {old} {young}")).unwrap();
}

#[tokio::test]
async fn what_is_old_and_over_is_removed_and_the_rest_stays() {
    for database in TestDatabase::on_each_backend() {
        filled(&database);
        let store = database.store().await;
        for (what, expected) in Prunable::ALL.into_iter().zip([1, 2, 2, 3, 1, 1, 1, 1, 1, 1, 1, 1]) {
            let time = Timestamp::from_micros(TIME);
            assert_eq!(store.prune(what, time).await.unwrap(), expected, "{what:?}");
            assert_eq!(store.prune(what, time).await.unwrap(), 0, "{what:?}: the rest is younger or lasts");
            let later = store.prune(what, time.plus_seconds(86_400)).await.unwrap();
            assert_eq!(later, expected, "{what:?}: the rest but for what lasts");
        }
        store.close().await;
    }
}

#[tokio::test]
async fn the_figures_of_a_campaign_outlive_its_mails() {
    for database in TestDatabase::on_each_backend() {
        filled(&database);
        let store = database.store().await;
        let figures = async || {
            let find = |c: &mut Connection| Campaigns::find(c, CampaignId(1));
            let campaign = store.read(find).await.unwrap().unwrap();
            (campaign.recipients, campaign.sent, campaign.suppressed, campaign.pending, campaign.failed)
        };
        for (seconds, removed) in [(0, 3), (86_400, 3), (86_400, 0)] {
            assert_eq!(figures().await, (8, 4, 2, 1, 1));
            let time = Timestamp::from_micros(TIME).plus_seconds(seconds);
            assert_eq!(store.prune(Prunable::CampaignMail, time).await.unwrap(), removed);
        }
        assert_eq!(figures().await, (8, 4, 2, 1, 1));
        store.close().await;
    }
}

#[tokio::test]
async fn no_more_than_a_few_hundred_rows_go_in_one_transaction() {
    for database in TestDatabase::on_each_backend() {
        let rows: Vec<String> =
            (0..Prunable::AT_ONCE + 7).map(|n| format!("('a', 'x', '{n}', 'f', '{{}}', 0)")).collect();
        let insert = format!("INSERT INTO idempotency_replies VALUES {}", rows.join(", "));
        database.connect().batch_execute(&insert).unwrap();
        let store = database.store().await;
        let mut removed = Vec::new();
        for _ in 0..3 {
            removed.push(store.prune(Prunable::Replies, Timestamp::from_micros(TIME)).await.unwrap());
        }
        assert_eq!(removed, [Prunable::AT_ONCE, 7, 0]);
        store.close().await;
    }
}
