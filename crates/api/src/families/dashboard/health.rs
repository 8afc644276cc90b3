//! What this server says of itself on a page.

use aedile_dashboard::{Connection, Health};

use crate::app::App;

/// How the server is, and how it is set up.
pub(super) async fn of(app: &App) -> Health {
    let (parts, environment) = (&app.dependencies, &app.dependencies.environment);
    let (rates, policy) = (&parts.rates, parts.policy);
    let share = format!("{}.{:02} %", policy.platform_fee_bps / 100, policy.platform_fee_bps % 100);
    Health {
        version: environment.version,
        database: environment.database,
        started_at: environment.started_at,
        trouble: parts.readiness.check().await.err().map(|error| error.to_string()),
        connections: connections(app),
        rates: vec![
            ("Reads that need no sign-in", rates.public_read),
            ("Reads of users", rates.authenticated_read),
            ("Sign-ins and writes of users", rates.write),
            ("Calls in the admin area", rates.admin),
        ],
        settings: vec![
            ("Kept of each sale", share),
            ("Days until an account is deleted", policy.deletion_grace_days.to_string()),
            ("Reached by HTTPS", if parts.is_behind_https { "yes" } else { "no" }.to_owned()),
        ],
    }
}

fn connections(app: &App) -> Vec<Connection> {
    let (parts, environment) = (&app.dependencies, &app.dependencies.environment);
    let connection = |name, is_set_up, without| Connection { name, is_set_up, without };
    vec![
        connection(
            "Local sign-in",
            environment.has_local_sign_in,
            "Nobody can sign in with a password. Set JWT_SECRET.",
        ),
        connection(
            "Identity provider",
            environment.has_identity_provider,
            "Only local users can sign in. Set CLERK_JWKS_URL and CLERK_ISSUER.",
        ),
        connection(
            "Events of the identity provider",
            parts.provider_event_reader.is_some(),
            "Changes to its users are seen when they next sign in. Set CLERK_WEBHOOK_SECRET.",
        ),
        connection("Payments", parts.payments.is_some(), "Nothing can be sold or refunded. Set STRIPE_SECRET_KEY."),
        connection(
            "Events of payments",
            parts.payment_event_reader.is_some(),
            "Payments count when the buyer comes back; what happens at Stripe alone is missed. Set STRIPE_WEBHOOK_SECRET.",
        ),
        connection("Mail", environment.has_mail, "Mail waits, and nothing is lost. Set SMTP_URL and EMAIL_FROM."),
        connection(
            "Redis",
            environment.has_redis,
            "This instance counts requests for itself, which is right for a single one. For several, set REDIS_URL.",
        ),
        connection(
            "Operator's key",
            parts.admin_key.is_some(),
            "Plans and credits can't be changed by the X-Admin-Key header. Set ADMIN_API_KEY.",
        ),
    ]
}
