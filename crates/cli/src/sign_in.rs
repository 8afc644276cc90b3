//! `aedile login`, `logout`, `whoami`.

use aedile_kernel::Entropy;
use clap::Args;
use serde_json::{Value, json};

use crate::client::Client;
use crate::failure::Failure;
use crate::profiles::{Credential, Profile, Target};
use crate::{browser, input, output};

/// Sign in to a server
///
/// Opens the browser, and keeps a token that lasts 90 days in a file that only you can read. Such a token opens what the
/// is_admin flag rules; where roles rule (roles, tiers, flags, the audit log), sign in with --user or --token.
#[derive(Args)]
pub struct Login {
    #[command(flatten)]
    target: Target,
    /// Sign in as this local user, with a password
    #[arg(long, value_name = "IDENTIFIER", conflicts_with_all = ["with_token", "admin_key"])]
    user: Option<String>,
    /// Store a token or an API key, prompted for or read from standard input
    #[arg(long, conflicts_with = "admin_key")]
    with_token: bool,
    /// Store the operator's key, prompted for or read from standard input
    #[arg(long)]
    admin_key: bool,
    /// Print the URL instead of opening a browser
    #[arg(long)]
    no_browser: bool,
}

impl Login {
    /// Signs in, sees that it works, and keeps it.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn run(self, entropy: &dyn Entropy) -> Result<(), Failure> {
        let server = self.target.server.clone().unwrap_or_else(|| Target::LOCAL.to_owned());
        let server = server.trim_end_matches('/').to_owned();
        if !url::Url::parse(&server).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err(Failure::usage("--server: must be an address such as https://admin.example.com"));
        }
        let credential = self.credential(&server, entropy).await?;
        let profile = Profile { server, credential };
        let me = who(&Client::new(profile.clone())?).await?;
        self.target.keep(profile.clone())?;
        output::line(&format!("You are signed in to {} as {me}", profile.server))
    }

    async fn credential(&self, server: &str, entropy: &dyn Entropy) -> Result<Credential, Failure> {
        if self.admin_key {
            return input::secret("Operator's key").map(Credential::AdminKey);
        }
        if self.with_token {
            return input::secret("Token").map(Credential::Bearer);
        }
        let nobody = Profile { server: server.to_owned(), credential: Credential::Bearer(String::new()) };
        let client = Client::new(nobody)?;
        let Some(user) = &self.user else {
            return browser::sign_in(&client, entropy, !self.no_browser).await.map(Credential::Bearer);
        };
        let body = json!({ "identifier": user, "password": input::password()? });
        let answer = client.post_anonymously("/auth/login", &body).await?;
        let token = answer.get("token").and_then(Value::as_str);
        let token = token.ok_or_else(|| Failure::not_signed_in("no token came"))?.to_owned();
        let credential = Credential::Bearer(token);
        match answer.get("missing_factor").and_then(Value::as_str) {
            Some("code") => {
                let body = json!({ "code": input::secret("Code of your authenticator app, or a recovery code")? });
                let profile = Profile { server: server.to_owned(), credential: credential.clone() };
                Client::new(profile)?.post("/auth/prove", &body).await?;
                Ok(credential)
            }
            Some(_) => Err(Failure::not_signed_in(format!(
                "your role asks for a second factor: set one up at {server}/dashboard/second-factor, then sign in again"
            ))),
            None => Ok(credential),
        }
    }
}

/// Sign out and revoke the command line's token
#[derive(Args)]
pub struct Logout {
    #[command(flatten)]
    target: Target,
}

impl Logout {
    /// Forgets the sign-in here, and ends it there.
    ///
    /// # Errors
    /// When the file can't be written.
    pub async fn run(self) -> Result<(), Failure> {
        let Some(profile) = self.target.forget()? else { return output::line("You were not signed in") };
        let (server, credential) = (profile.server.clone(), profile.credential.clone());
        // Only the command line's own tokens are its to end.
        if matches!(&credential, Credential::Bearer(token) if token.starts_with("aed_cli_"))
            && let Err(error) = Client::new(profile)?.delete("/v1/auth/cli-tokens/current").await
        {
            return output::line(&format!("You are signed out here, but {server} did not end the token: {error}"));
        }
        output::line(&format!("You are signed out of {server}"))
    }
}

/// Show who is signed in, and the server
#[derive(Args)]
pub struct Whoami {
    #[command(flatten)]
    target: Target,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
}

impl Whoami {
    /// Asks the server.
    ///
    /// # Errors
    /// When nobody is signed in, or the server does not know them.
    pub async fn run(self) -> Result<(), Failure> {
        let client = self.target.client()?;
        let (me, may) = (who(&client).await?, operations(&client).await?);
        if self.json {
            return output::json(&json!({ "server": client.server(), "user": me, "operations": may }));
        }
        output::line(&format!("{me} on {}, who may run {may} operations", client.server()))
    }
}

async fn who(client: &Client) -> Result<String, Failure> {
    match client.get("/api/v1/me").await {
        Ok(me) => {
            let text = |name: &str| me.get(name).and_then(Value::as_str);
            let name = text("email").or(text("name")).unwrap_or("a user without a name");
            Ok(format!("{name} ({})", text("role").unwrap_or("user")))
        }
        // The operator is no user.
        Err(error) if error.code() == Failure::NOT_SIGNED_IN => {
            let is_operator = operations(client).await.is_ok_and(|may| may > 0);
            if is_operator { Ok("the operator".to_owned()) } else { Err(error) }
        }
        Err(error) => Err(error),
    }
}

async fn operations(client: &Client) -> Result<usize, Failure> {
    Ok(client.operations().await?.as_array().map_or(0, Vec::len))
}
