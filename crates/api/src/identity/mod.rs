//! Who is calling: the credential of a request, checked, and what is known of its owner.

mod browser;

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::{HttpRequest, web};
use aedile_accounts::api_keys::ApiKey;
use aedile_accounts::impersonation::{Impersonation, ImpersonationId};
use aedile_accounts::sessions::Origin;
use aedile_accounts::{CliToken, ProvisionUser, TokenSource, VerifiedToken};
use aedile_kernel::rate::Rate;
use aedile_kernel::{
    AccountState, Admits, Assurance, Authority, Basis, Caller, Credential, CredentialSecret, Effect, Error,
    Impersonator, PermissionSet, PersonalProof, Request, Result, Timestamp, UserId, email,
};
use aedile_rbac::gateway::GatewayCaller;
use aedile_rbac::principal::{AccountStatus, Holding, Principal};

use crate::app::App;
use crate::client_address::limited_as;
use crate::credential_use::{check_session, note_use_of_command_line, note_use_of_key};
use crate::request_id::RequestId;
use crate::shown_credential::{Shown, shown};

/// The longest name of a client that is kept.
const LONGEST_USER_AGENT: usize = 256;

/// Who is calling.
pub(crate) struct Identity {
    /// The user, when somebody is signed in.
    pub(crate) principal: Option<Arc<Principal>>,
    pub(crate) credential: Credential,
    pub(crate) secret: Option<CredentialSecret>,
    /// ID of the local session that the token belongs to.
    pub(crate) session_id: Option<String>,
    /// Whether the token, or the local account, names its owner an admin.
    pub(crate) has_admin_claim: bool,
    /// What an API key is limited to.
    pub(crate) scopes: PermissionSet,
    /// What an API key may ask for a minute, when it has a limit of its own.
    pub(crate) rate_of_key: Rate,
    /// How far the caller proved who they are.
    pub(crate) assurance: Assurance,
    /// Who acts as the user, by the identity provider's word.
    pub(crate) acted_by: Option<String>,
    /// The impersonation by which an admin acts as the user.
    pub(crate) impersonation: Option<Impersonation>,
    /// When the sign-in's token ends.
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) address: Option<IpAddr>,
}

impl Identity {
    /// Who sent `request`. A bad credential is an error even where none is needed.
    pub(crate) async fn of(app: &App, request: &HttpRequest) -> Result<Self> {
        let address = app.dependencies.trusted_proxies.client_of(request);
        let (known, secret) = match shown(request)? {
            Shown::Nothing => return Ok(Self::without_user(Credential::Anonymous, address)),
            Shown::AdminKey(key) => (Self::of_admin_key(app, key, address), CredentialSecret::of(key)),
            Shown::Token(token) => {
                (Self::of_token(app, request, token, address).await, CredentialSecret::of(token.as_bytes()))
            }
        };
        Ok(Self { secret: Some(secret), ..known? })
    }

    async fn of_token(app: &App, request: &HttpRequest, token: &str, address: Option<IpAddr>) -> Result<Self> {
        if ApiKey::is_meant_by(token) {
            return Self::of_api_key(app, token, address).await;
        }
        if CliToken::is_meant_by(token) {
            return Self::of_cli_token(app, token, address).await;
        }
        let token = app.dependencies.verifier.verify(token).await?;
        Self::of_verified(app, request, &token, address).await
    }

    async fn of_verified(
        app: &App,
        request: &HttpRequest,
        token: &VerifiedToken,
        address: Option<IpAddr>,
    ) -> Result<Self> {
        if let Some(id) = token.impersonation_id {
            return Self::of_impersonation(app, token, id, address).await;
        }
        let principal = principal(app, token).await?;
        let factor = principal.second_factor(app.now());
        let proof = match &token.session_id {
            Some(id) => {
                let origin = Origin::from(&circumstances(request, address));
                let known = check_session(app, token, id, principal.state(), origin).await?;
                PersonalProof::here(known.proved_at, known.has_second_factor, factor)
            }
            None => {
                // A provider that does not tell is believed to ask for as much as is needed, but for a second factor.
                let (proved_at, has_second_factor) =
                    token.provider_proof.map_or((app.now(), false), |proof| (proof.proved_at, proof.has_second_factor));
                PersonalProof::at_provider(proved_at, has_second_factor, factor)
            }
        };
        let (credential, has_admin_claim) = match token.source {
            TokenSource::Provider => (Credential::ProviderToken, token.has_admin_claim),
            TokenSource::Local => (Credential::LocalToken, principal.is_local_admin()),
        };
        let expires_at = Some(token.refused_from());
        let session_id = token.session_id.clone();
        let assurance = Assurance::Person(proof);
        let identity = Self::with_user(principal, credential, address);
        let acted_by = token.acted_by.clone();
        Ok(Self { has_admin_claim, session_id, expires_at, assurance, acted_by, ..identity })
    }

    /// The user that an admin acts as. Their permissions are those of a user, whatever becomes of them meanwhile.
    async fn of_impersonation(
        app: &App,
        token: &VerifiedToken,
        id: ImpersonationId,
        address: Option<IpAddr>,
    ) -> Result<Self> {
        let impersonation = app.dependencies.impersonations.check(id).await?;
        let acted_by = token.acted_by.as_deref();
        if impersonation.user_id != token.user_id || acted_by != Some(impersonation.acted_by.as_str()) {
            return Err(Error::unauthenticated("the token is not valid"));
        }
        let principal = principal(app, token).await?;
        let expires_at = Some(impersonation.expires_at);
        let identity = Self::with_user(principal, Credential::LocalToken, address);
        Ok(Self { expires_at, impersonation: Some(impersonation), ..identity })
    }

    fn without_user(credential: Credential, address: Option<IpAddr>) -> Self {
        Self {
            principal: None,
            credential,
            secret: None,
            session_id: None,
            has_admin_claim: false,
            scopes: PermissionSet::ANONYMOUS,
            rate_of_key: Rate::UNLIMITED,
            assurance: Assurance::NotAsked,
            acted_by: None,
            impersonation: None,
            expires_at: None,
            address,
        }
    }

    fn with_user(principal: Arc<Principal>, credential: Credential, address: Option<IpAddr>) -> Self {
        Self { principal: Some(principal), ..Self::without_user(credential, address) }
    }

    /// The operator, whom no account stands for.
    fn of_admin_key(app: &App, key: &[u8], address: Option<IpAddr>) -> Result<Self> {
        match &app.dependencies.admin_key {
            Some(known) if known.is(key) => Ok(Self::without_user(Credential::AdminKey, address)),
            _ => Err(Error::unauthenticated("the admin key is not valid")),
        }
    }

    /// For whom an API key acts, as far as its scopes reach.
    async fn of_api_key(app: &App, key: &str, address: Option<IpAddr>) -> Result<Self> {
        let bad = || Error::unauthenticated("the API key is not valid");
        let key = app.dependencies.api_keys.recognize(key, address).await?.ok_or_else(bad)?;
        let principal = app.principal(&key.owner_id).await?.ok_or_else(bad)?;
        let scopes = key.scopes.iter().copied().collect();
        let credential = Credential::ApiKey(key.id.to_text());
        let rate_of_key = key.requests_per_minute.map_or(Rate::UNLIMITED, Rate::per_minute);
        note_use_of_key(app, key, address);
        Ok(Self { scopes, rate_of_key, ..Self::with_user(principal, credential, address) })
    }

    /// Whose token of the command line it is. It carries no admin claim, so it opens nothing where roles rule.
    async fn of_cli_token(app: &App, token: &str, address: Option<IpAddr>) -> Result<Self> {
        let bad = || Error::unauthenticated("the token is not valid");
        let token = app.dependencies.cli_tokens.recognize(token).await?.ok_or_else(bad)?;
        let principal = app.principal(&token.user_id).await?.ok_or_else(bad)?;
        let credential = Credential::CliToken(token.id.0);
        let (proof, factor) = (token.proof, principal.second_factor(app.now()));
        let proof = PersonalProof::here(proof.proved_at, proof.has_second_factor, factor);
        note_use_of_command_line(app, token);
        Ok(Self { assurance: Assurance::Person(proof), ..Self::with_user(principal, credential, address) })
    }

    /// A local user whose password was right a moment ago, without the code of a second factor.
    pub(crate) async fn of_local_user(app: &App, user: &UserId, address: Option<IpAddr>) -> Result<Self> {
        let unknown = || Error::unauthenticated("this account does not exist");
        let principal = app.principal(user).await?.ok_or_else(unknown)?;
        let has_admin_claim = principal.is_local_admin();
        let proof = PersonalProof::here(app.now(), false, principal.second_factor(app.now()));
        let identity = Self::with_user(principal, Credential::LocalToken, address);
        Ok(Self { has_admin_claim, assurance: Assurance::Person(proof), ..identity })
    }

    /// The same after the code of their second factor was right.
    pub(crate) fn with_second_factor(self, now: Timestamp) -> Self {
        let proof = PersonalProof { proved_at: now, has_second_factor: true, missing: None };
        Self { assurance: Assurance::Person(proof), ..self }
    }

    /// The name of the caller's tier.
    pub(crate) fn tier(&self) -> &str {
        match &self.principal {
            Some(principal) => principal.effective_tier(self.has_admin_claim),
            None => "anonymous",
        }
    }

    /// The caller as the gateway's rules see them.
    pub(crate) fn gateway_caller(&self) -> GatewayCaller<'_> {
        if self.principal.is_some() { GatewayCaller::of_tier(self.tier()) } else { GatewayCaller::ANONYMOUS }
    }

    /// Whose requests these are, for counting them: the user's, else the address's. An admin who acts as a user takes nothing
    /// of the user's share.
    pub(crate) fn bucket(&self) -> String {
        match (&self.principal, &self.impersonation) {
            (Some(principal), Some(Impersonation { acted_by, .. })) => format!("user:{acted_by} as {}", principal.id),
            (Some(principal), None) => format!("user:{}", principal.id),
            (None, _) => limited_as(self.address),
        }
    }

    /// Whether it is this admin who acts as the user.
    fn is_acted_by(&self, admin: &UserId) -> bool {
        self.impersonation.as_ref().is_some_and(|impersonation| impersonation.acted_by == *admin)
    }

    /// The admin who acts as the user.
    fn impersonator(&self) -> Option<Impersonator> {
        let Impersonation { id, acted_by, .. } = self.impersonation.as_ref()?;
        Some(Impersonator { impersonation_id: id.0, user_id: acted_by.clone() })
    }

    /// What the caller may do where these authorities count.
    pub(crate) fn permissions(&self, authorities: &[Authority], now: Timestamp) -> PermissionSet {
        let (credential, has_admin_claim, scopes) = (&self.credential, self.has_admin_claim, self.scopes);
        let principal = self.principal.as_deref();
        let permissions = Holding { principal, credential, has_admin_claim, scopes }.permissions(authorities, now);
        if self.impersonation.is_some() { permissions.intersection(PermissionSet::USER) } else { permissions }
    }

    /// The state of the caller's account.
    fn state(&self) -> AccountState {
        self.principal.as_ref().map_or(AccountState::IN_USE, |principal| principal.state())
    }

    /// Refuses an account whose state does not admit what it asks, where no operation says so.
    pub(crate) fn admitted(&self, admits: Admits, effect: Effect) -> Result<()> {
        self.state().admit(admits, effect)
    }

    /// What the audit log keeps of a request of this caller's.
    pub(crate) fn circumstances(&self, request: &HttpRequest) -> Request {
        let app = request.app_data::<web::Data<App>>();
        Request {
            acted_by: self.acted_by.clone(),
            is_outside_admin_networks: !app.is_some_and(|app| app.dependencies.admin_networks.admit(self.address)),
            ..circumstances(request, self.address)
        }
    }

    /// The caller of an operation, with what these authorities give, which each write reads again.
    pub(crate) fn caller(&self, request: Request, authorities: &'static [Authority], now: Timestamp) -> Caller {
        let permissions = self.permissions(authorities, now);
        let caller = match &self.principal {
            Some(principal) => {
                let (has_admin_claim, expires_at) = (self.has_admin_claim, self.expires_at);
                let basis = Basis::Rows { authorities, has_admin_claim, expires_at };
                let credential = self.credential.clone();
                Caller { basis, ..Caller::user(&principal.id, principal.email.clone(), credential, permissions) }
            }
            None if self.credential == Credential::AdminKey => Caller { permissions, ..Caller::operator() },
            None => Caller { permissions, ..Caller::anonymous() },
        };
        let (session_id, impersonator) = (self.session_id.clone(), self.impersonator());
        let (state, assurance) = (self.state(), self.assurance);
        Caller { request, state, assurance, credential_secret: self.secret, session_id, impersonator, ..caller }
    }
}

/// What is known of a token's owner. Users of the identity provider become known by their first token, and who was made an
/// admin before that gets their address by it; local users who are not known were deleted.
async fn principal(app: &App, token: &VerifiedToken) -> Result<Arc<Principal>> {
    if let Some(principal) = app.principal(&token.user_id).await?
        && !tells_more(token, &principal)
    {
        return Ok(principal);
    }
    let unknown = || Error::unauthenticated("this account does not exist");
    if token.source == TokenSource::Local {
        return Err(unknown());
    }
    let caller = Caller::user(&token.user_id, token.email.clone(), Credential::ProviderToken, PermissionSet::USER);
    let provision = ProvisionUser {
        id: token.user_id.clone(),
        email: token.email.clone().into(),
        email_verified: token.email_verified,
        display_name: token.name.clone().into(),
    };
    app.dependencies.provisions.provision(&caller, provision).await?;
    app.principal(&token.user_id).await?.ok_or_else(unknown)
}

/// Whether the identity provider names an address where none is known.
fn tells_more(token: &VerifiedToken, principal: &Principal) -> bool {
    let address = token.email.as_deref().filter(|_| token.source == TokenSource::Provider);
    principal.email.is_none() && principal.status != AccountStatus::Deleted && address.is_some_and(email::is_usable)
}

/// What the audit log keeps of a request.
fn circumstances(request: &HttpRequest, address: Option<IpAddr>) -> Request {
    let user_agent = request.headers().get("user-agent").and_then(|value| value.to_str().ok());
    Request {
        id: RequestId::of(request),
        ip_address: address.map(|address| address.to_string()),
        user_agent: user_agent.map(|name| name.chars().take(LONGEST_USER_AGENT).collect()),
        ..Request::default()
    }
}
