//! Whose browser it is, by its cookies, and whom it acts for.

use actix_web::HttpRequest;
use aedile_accounts::{TokenSource, VerifiedToken};
use aedile_kernel::{Credential, CredentialSecret, Error, Result};

use super::Identity;
use crate::app::App;
use crate::cookies::{DASHBOARD_SESSION, IMPERSONATION, PROVIDER_SESSION, cookie};

impl Identity {
    /// Whom a browser acts for: whoever its person acts as, else the person. An impersonation counts beside the session of
    /// the admin who began it only, and one that is over is none.
    pub(crate) async fn of_browser(app: &App, request: &HttpRequest) -> Result<Self> {
        let person = Self::of_browser_person(app, request).await?;
        let Some(token) = cookie(request.headers(), IMPERSONATION) else { return Ok(person) };
        let Some(admin) = person.principal.as_ref().filter(|_| person.assurance.complete().is_ok()) else {
            return Ok(person);
        };
        let acting = match session(app, token, TokenSource::Local).await {
            Ok(verified) if verified.impersonation_id.is_some() => {
                Self::of_verified(app, request, &verified, person.address).await
            }
            Ok(_) => return Ok(person),
            Err(error) => Err(error),
        };
        match acting {
            Ok(acting) if acting.is_acted_by(&admin.id) => {
                Ok(Self { secret: Some(CredentialSecret::of(token.as_bytes())), ..acting })
            }
            Ok(_) | Err(Error::Unauthenticated(_)) => Ok(person),
            Err(error) => Err(error),
        }
    }

    /// Whose browser it is: by the dashboard's own session, else by the identity provider's. One that is over is none.
    pub(crate) async fn of_browser_person(app: &App, request: &HttpRequest) -> Result<Self> {
        let address = app.dependencies.trusted_proxies.client_of(request);
        let ours = cookie(request.headers(), DASHBOARD_SESSION).map(|token| (token, TokenSource::Local));
        let provider = || cookie(request.headers(), PROVIDER_SESSION).map(|token| (token, TokenSource::Provider));
        let Some((token, source)) = ours.or_else(provider) else {
            return Ok(Self::without_user(Credential::Anonymous, address));
        };
        let known = match session(app, token, source).await {
            Ok(token) if token.impersonation_id.is_some() => Err(Error::unauthenticated("this is no sign-in")),
            Ok(token) => Self::of_verified(app, request, &token, address).await,
            Err(error) => Err(error),
        };
        match known {
            Err(Error::Unauthenticated(_)) => Ok(Self::without_user(Credential::Anonymous, address)),
            known => Ok(Self { secret: Some(CredentialSecret::of(token.as_bytes())), ..known? }),
        }
    }

    /// Whose session with the identity provider it is, for entry points that a browser comes through.
    pub(crate) async fn of_session(app: &App, request: &HttpRequest, token: &str) -> Result<Self> {
        let token = session(app, token, TokenSource::Provider).await?;
        let address = app.dependencies.trusted_proxies.client_of(request);
        Self::of_verified(app, request, &token, address).await
    }

    /// What to call the owner of a session; nothing is written down for it.
    pub(crate) async fn name_in_session(app: &App, token: &str) -> Result<String> {
        let token = session(app, token, TokenSource::Provider).await?;
        let known = app.principal(&token.user_id).await?;
        let name = known.and_then(|known| known.display_name.clone().or_else(|| known.email.clone()));
        Ok(name.or(token.name).or(token.email).unwrap_or_else(|| token.user_id.to_string()))
    }
}

/// The token in a browser's session, of the source that the session is for.
async fn session(app: &App, token: &str, source: TokenSource) -> Result<VerifiedToken> {
    let token = app.dependencies.verifier.verify(token).await?;
    if token.source == source {
        Ok(token)
    } else {
        Err(Error::unauthenticated("this token is for another kind of session"))
    }
}
