//! Servers and credentials, in a file that only its owner can read.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Args, FromArgMatches};
use etcetera::BaseStrategy;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::failure::Failure;

/// Which server, as whom.
#[derive(Args, Clone)]
pub struct Target {
    /// URL of the server; default: that of the profile
    #[arg(long, env = "AEDILE_SERVER", value_name = "URL", help_heading = "Common")]
    pub(crate) server: Option<String>,
    /// Token or API key, for scripts; default: that of the profile
    #[arg(long, env = "AEDILE_TOKEN", hide_env_values = true, value_name = "TOKEN", help_heading = "Common")]
    pub(crate) token: Option<SecretString>,
    /// Profile to use
    #[arg(long, env = "AEDILE_PROFILE", default_value = "default", value_name = "NAME", help_heading = "Common")]
    pub(crate) profile: String,
    /// Folder of the profiles; default: aedile in the user's configuration folder
    #[arg(long, env = "AEDILE_CONFIG_DIR", value_name = "FOLDER", help_heading = "Common")]
    pub(crate) config_dir: Option<PathBuf>,
}

/// The arguments by which a [`Target`] is named.
pub(crate) fn arguments() -> Vec<Arg> {
    Target::augment_args(clap::Command::new("target")).get_arguments().cloned().collect()
}

/// What is shown to a server.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Credential {
    /// A token, or an API key.
    Bearer(String),
    /// The operator's key.
    AdminKey(String),
}

/// A sign-in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) server: String,
    pub(crate) credential: Credential,
}

impl Target {
    pub(crate) const LOCAL: &'static str = "http://127.0.0.1:8080";

    pub(crate) fn typed(typed: &ArgMatches) -> Result<Self, Failure> {
        Self::from_arg_matches(typed).map_err(|error| Failure::usage(error.to_string()))
    }

    /// The server, as whoever signed in.
    ///
    /// # Errors
    /// When nobody did.
    pub fn client(&self) -> Result<Client, Failure> {
        Client::new(self.profile()?)
    }

    /// The sign-in to use.
    pub(crate) fn profile(&self) -> Result<Profile, Failure> {
        let known = self.read()?.remove(&self.profile);
        if let Some(token) = &self.token {
            let server = self.server.clone().or_else(|| known.map(|known| known.server));
            let credential = Credential::Bearer(token.expose_secret().to_owned());
            return Ok(Profile { server: server.unwrap_or_else(|| Self::LOCAL.to_owned()), credential });
        }
        let known = known.ok_or_else(|| {
            let profile =
                if self.profile == "default" { String::new() } else { format!(" --profile {}", self.profile) };
            Failure::not_signed_in(format!("you are not signed in: aedile login --server URL{profile}"))
        })?;
        match &self.server {
            // A credential is shown to the server that it came from, and to no other.
            Some(server) if server.trim_end_matches('/') != known.server => Err(Failure::not_signed_in(format!(
                "the sign-in of this profile is for {}: sign in to {server} with aedile login --profile NAME",
                known.server
            ))),
            _ => Ok(known),
        }
    }

    pub(crate) fn keep(&self, profile: Profile) -> Result<(), Failure> {
        let mut all = self.read()?;
        all.insert(self.profile.clone(), profile);
        self.write(&all)
    }

    /// Forgets the sign-in; what it was.
    pub(crate) fn forget(&self) -> Result<Option<Profile>, Failure> {
        let mut all = self.read()?;
        let known = all.remove(&self.profile);
        self.write(&all)?;
        Ok(known)
    }

    fn file(&self) -> Result<PathBuf, Failure> {
        let folder = match &self.config_dir {
            Some(folder) => folder.clone(),
            None => etcetera::choose_base_strategy()
                .map_err(|_| Failure::usage("there is no home folder: set AEDILE_CONFIG_DIR"))?
                .config_dir()
                .join("aedile"),
        };
        Ok(folder.join("credentials.json"))
    }

    fn read(&self) -> Result<BTreeMap<String, Profile>, Failure> {
        let file = self.file()?;
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(broken(&file, error)),
        };
        serde_json::from_str(&text).map_err(|_| broken(&file, "it is not what aedile login writes"))
    }

    /// Puts a new file, which nobody else can read, in the place of the old one.
    fn write(&self, all: &BTreeMap<String, Profile>) -> Result<(), Failure> {
        let file = self.file()?;
        let folder = file.parent().unwrap_or_else(|| Path::new("."));
        let text = serde_json::to_string_pretty(all).map_err(|error| broken(&file, error))?;
        let written = std::fs::create_dir_all(folder).and_then(|()| {
            let mut new = tempfile::NamedTempFile::new_in(folder)?;
            new.write_all(text.as_bytes())?;
            new.persist(&file).map_err(|error| error.error).map(drop)
        });
        written.map_err(|error| broken(&file, error))
    }
}

fn broken(file: &Path, reason: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {reason}", file.display()))
}
