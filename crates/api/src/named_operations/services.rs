//! Operations that need more than the store: a secret that is drawn, a password that is hashed, a provider that is asked.

use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;

use aedile_accounts::api_keys::{
    ApiKey, MintApiKey, NewApiKey, RotateApiKey, WantedApiKey, WantedRotation, mint_api_key, rotate_api_key,
};
use aedile_accounts::impersonation::{BeginImpersonation, StartedImpersonation};
use aedile_accounts::invitations::{
    CreateInvitation, Invitation, Invited, ResendInvitation, WantedInvitation, WantedResend, invite, resend,
};
use aedile_accounts::password_changes::{GivePasswordLink, WantedLink, give_password_link};
use aedile_accounts::secrets::Secret;
use aedile_accounts::{CreateLocalUser, LocalRole, LocalUser, NewLocalUser, Password, create_local_user};
use aedile_billing::payments::ProviderRefund;
use aedile_billing::refunds::{BeginRefund, issue_refund};
use aedile_billing::vouchers::{MintVouchers, VoucherCode, WantedVouchers, mint_vouchers};
use aedile_kernel::registry::{Description, Mode};
use aedile_kernel::runner::Done;
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Caller, Entropy, Error, Result, Timestamp, input};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;

type Running<'a> = Pin<Box<dyn Future<Output = Result<Done<Value>>> + Send + 'a>>;

/// An operation that is run by more than the runner.
pub(super) struct Service {
    description: Description,
    run: for<'a> fn(&'a App, &'a Caller, Value, Mode) -> Running<'a>,
}

impl Service {
    pub(super) fn run<'a>(&self, app: &'a App, caller: &'a Caller, input: Value, mode: Mode) -> Running<'a> {
        (self.run)(app, caller, input, mode)
    }
}

static SERVICES: LazyLock<[Service; 9]> = LazyLock::new(|| {
    [
        Service {
            description: Description::of::<CreateLocalUser, WantedLocalUser, LocalUser>(),
            run: |app, caller, input, mode| Box::pin(add_local_user(app, caller, input, mode)),
        },
        Service {
            description: Description::of::<BeginImpersonation, BeginImpersonation, StartedImpersonation>(),
            run: |app, caller, input, mode| Box::pin(act_as(app, caller, input, mode)),
        },
        Service {
            description: Description::of::<GivePasswordLink, WantedLink, PasswordLink>(),
            run: |app, caller, input, mode| Box::pin(give_link(app, caller, input, mode)),
        },
        Service {
            description: Description::of::<CreateInvitation, WantedInvitation, InvitationLink>(),
            run: |app, caller, input, mode| Box::pin(invite_user(app, caller, input, mode)),
        },
        Service {
            description: Description::of::<ResendInvitation, WantedResend, InvitationLink>(),
            run: |app, caller, input, mode| Box::pin(resend_invitation(app, caller, input, mode)),
        },
        Service {
            description: Description::of::<MintApiKey, WantedApiKey, MintedKey>(),
            run: |app, caller, input, mode| Box::pin(mint_key(app, caller, input, mode)),
        },
        Service {
            description: Description::of::<RotateApiKey, WantedRotation, MintedKey>(),
            run: |app, caller, input, mode| Box::pin(rotate_key(app, caller, input, mode)),
        },
        Service {
            description: Description::of::<MintVouchers, WantedVouchers, MintedCodes>(),
            run: |app, caller, input, mode| Box::pin(mint_codes(app, caller, input, mode)),
        },
        Service {
            description: Description::of::<BeginRefund, BeginRefund, ProviderRefund>(),
            run: |app, caller, input, mode| Box::pin(refund(app, caller, input, mode)),
        },
    ]
});

pub(super) fn find(name: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.description.name == name)
}

pub(super) fn descriptions<'a>() -> impl Iterator<Item = &'a Description> {
    SERVICES.iter().map(|service| &service.description)
}

/// A local user with the password they will sign in with.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WantedLocalUser {
    /// An e-mail address or an E.164 phone number.
    identifier: String,
    /// 8 to 128 characters.
    password: Password,
    /// `user` when absent.
    #[serde(default)]
    role: Option<LocalRole>,
    /// Tier; default: that of the role.
    #[serde(default)]
    tier: Option<String>,
}

async fn add_local_user(app: &App, caller: &Caller, input: Value, mode: Mode) -> Result<Done<Value>> {
    let parts = &app.dependencies;
    parts.operations.authorize::<CreateLocalUser>(caller, None).await?;
    let WantedLocalUser { identifier, password, role, tier } = read(&input)?;
    if mode == Mode::Preview {
        let password_hash = parts.hasher.hash(password.chosen_by_admin()?).await?;
        let command = CreateLocalUser { identifier, password_hash, role, tier };
        return done(parts.operations.preview(caller, command).await?, false);
    }
    let new = NewLocalUser { identifier, password, role, tier };
    done(create_local_user(&parts.operations, parts.hasher.as_ref(), caller, new).await?, false)
}

async fn act_as(app: &App, caller: &Caller, input: Value, mode: Mode) -> Result<Done<Value>> {
    let operations = &app.dependencies.operations;
    operations.authorize::<BeginImpersonation>(caller, None).await?;
    let wanted: BeginImpersonation = read(&input)?;
    if mode == Mode::Preview {
        return done(operations.preview(caller, wanted).await?, false);
    }
    done(app.dependencies.impersonations.begin(caller, wanted).await?, false)
}

/// A link to a new password; null when it was mailed.
#[derive(Serialize, JsonSchema)]
struct PasswordLink {
    link: Option<String>,
    expires_at: Timestamp,
}

async fn give_link(app: &App, caller: &Caller, input: Value, mode: Mode) -> Result<Done<Value>> {
    let (operations, entropy) = (&app.dependencies.operations, app.dependencies.entropy.as_ref());
    operations.authorize::<GivePasswordLink>(caller, None).await?;
    let wanted: WantedLink = read(&input)?;
    if mode == Mode::Preview {
        return done(operations.preview(caller, GivePasswordLink::draw(wanted, entropy)).await?, false);
    }
    let (token, given) = give_password_link(operations, entropy, caller, wanted).await?;
    let link = token.map(|token| format!("{}{}", app.dependencies.public_url, token.path()));
    done(PasswordLink { link, expires_at: given.expires_at }, false)
}

/// An invitation with its link, which is shown this once; null when it was mailed.
#[derive(Serialize, JsonSchema)]
struct InvitationLink {
    link: Option<String>,
    invitation: Invitation,
}

impl InvitationLink {
    fn of(app: &App, Invited { invitation, token }: Invited) -> Self {
        let link = token.map(|token| format!("{}{}", app.dependencies.public_url, token.path()));
        Self { link, invitation }
    }
}

async fn invite_user(app: &App, caller: &Caller, input: Value, mode: Mode) -> Result<Done<Value>> {
    let (operations, entropy) = (&app.dependencies.operations, app.dependencies.entropy.as_ref());
    operations.authorize::<CreateInvitation>(caller, None).await?;
    let wanted: WantedInvitation = read(&input)?;
    if mode == Mode::Preview {
        return done(operations.preview(caller, CreateInvitation::draw(wanted, entropy)).await?, false);
    }
    done(InvitationLink::of(app, invite(operations, entropy, caller, wanted).await?), false)
}

async fn resend_invitation(app: &App, caller: &Caller, input: Value, mode: Mode) -> Result<Done<Value>> {
    let (operations, entropy) = (&app.dependencies.operations, app.dependencies.entropy.as_ref());
    operations.authorize::<ResendInvitation>(caller, None).await?;
    let wanted: WantedResend = read(&input)?;
    if mode == Mode::Preview {
        return done(operations.preview(caller, ResendInvitation::draw(wanted, entropy)).await?, false);
    }
    done(InvitationLink::of(app, resend(operations, entropy, caller, wanted).await?), false)
}

/// A key, and the secret that is shown this once.
#[derive(Serialize, JsonSchema)]
struct MintedKey {
    secret: String,
    key: ApiKey,
}

async fn mint_key(app: &App, caller: &Caller, input: Value, mode: Mode) -> Result<Done<Value>> {
    let (operations, entropy) = (&app.dependencies.operations, app.dependencies.entropy.as_ref());
    operations.authorize::<MintApiKey>(caller, None).await?;
    let wanted: WantedApiKey = read(&input)?;
    if mode == Mode::Preview {
        let key = undrawn_key(entropy);
        return done(operations.preview(caller, MintApiKey { wanted, key }).await?, false);
    }
    let (secret, key) = mint_api_key(operations, entropy, caller, wanted).await?;
    done(MintedKey { secret: secret.expose().to_owned(), key }, false)
}

async fn rotate_key(app: &App, caller: &Caller, input: Value, mode: Mode) -> Result<Done<Value>> {
    let (operations, entropy) = (&app.dependencies.operations, app.dependencies.entropy.as_ref());
    operations.authorize::<RotateApiKey>(caller, None).await?;
    let wanted: WantedRotation = read(&input)?;
    if mode == Mode::Preview {
        let key = undrawn_key(entropy);
        return done(operations.preview(caller, RotateApiKey { wanted, key }).await?, false);
    }
    let (secret, key) = rotate_api_key(operations, entropy, caller, wanted).await?;
    done(MintedKey { secret: secret.expose().to_owned(), key }, false)
}

/// What stands in a preview for a key that is not drawn yet: a hash that no other preview has.
fn undrawn_key(entropy: &dyn Entropy) -> NewApiKey {
    let secret = Secret::generate(ApiKey::PREFIX, entropy);
    NewApiKey { key_hash: secret.hash(), key_prefix: ApiKey::PREFIX.to_owned() }
}

/// The codes, which are shown this once.
#[derive(Serialize, JsonSchema)]
struct MintedCodes {
    codes: Vec<String>,
}

async fn mint_codes(app: &App, caller: &Caller, input: Value, mode: Mode) -> Result<Done<Value>> {
    let operations = &app.dependencies.operations;
    operations.authorize::<MintVouchers>(caller, None).await?;
    let wanted: WantedVouchers = read(&input)?;
    if mode == Mode::Preview {
        let (command, _) = MintVouchers::generate(&wanted, &random_bytes(app.dependencies.entropy.as_ref()))?;
        return done(operations.preview(caller, command).await?, false);
    }
    let minted = mint_vouchers(operations, app.dependencies.entropy.as_ref(), caller, &wanted).await?;
    let codes = minted.output.iter().map(VoucherCode::expose).map(str::to_owned).collect();
    done(MintedCodes { codes }, minted.replayed)
}

async fn refund(app: &App, caller: &Caller, input: Value, mode: Mode) -> Result<Done<Value>> {
    let operations = &app.dependencies.operations;
    operations.authorize::<BeginRefund>(caller, None).await?;
    let (refund, payments): (BeginRefund, _) = (read(&input)?, app.payments()?);
    if mode == Mode::Preview {
        return done(operations.preview(caller, refund).await?, false);
    }
    let (begun, told) = issue_refund(operations, payments.as_ref(), caller, refund).await?;
    done(told, begun.replayed)
}

fn read<T: DeserializeOwned + JsonSchema>(input: &Value) -> Result<T> {
    input::from_value("input", input)
}

/// What was done, as JSON.
fn done(output: impl Serialize, replayed: bool) -> Result<Done<Value>> {
    Ok(Done { output: serde_json::to_value(output).map_err(Error::internal)?, replayed })
}
