//! `aedile local-users …`: the way to a first user without an identity provider.

use std::ffi::OsString;
use std::io::{BufRead, IsTerminal};
use std::sync::Arc;

use aedile_accounts::{LocalRole, NewLocalUser, Password, create_local_user};
use aedile_identity::Pbkdf2Hasher;
use aedile_kernel::Caller;
use clap::Subcommand;

use super::{Failure, on_server, print};
use crate::operations;
use crate::settings::Database;

#[derive(Subcommand)]
pub(crate) enum LocalUsersCommand {
    /// Create a user who signs in with a password
    ///
    /// The password is asked for, or read from standard input when that is not a terminal. Make the user an admin with
    /// `aedile admins promote`.
    Create {
        /// An e-mail address, or a phone number such as +4915112345678
        identifier: String,
        #[command(flatten)]
        database: Database,
    },
    #[command(external_subcommand)]
    OnServer(Vec<OsString>),
}

impl LocalUsersCommand {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let (identifier, database) = match self {
            Self::Create { identifier, database } => (identifier, database),
            Self::OnServer(arguments) => return on_server(Some("local-users"), arguments).await,
        };
        let password = Password::new(read_password()?);
        let runner = Arc::new(operations::console(&database).await?);
        let hasher = Pbkdf2Hasher::new(Arc::clone(runner.entropy()));
        let wish = NewLocalUser { identifier, password, role: Some(LocalRole::User), tier: None };
        let user = create_local_user(&operations::bind(&runner), &hasher, &Caller::console(), wish).await?;
        runner.store().close().await;
        print(format_args!("{} signs in as {}", user.id, user.identifier))
    }
}

fn read_password() -> Result<String, Failure> {
    let unreadable = |error: std::io::Error| Failure::usage(format!("the password can't be read: {error}"));
    if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ").map_err(unreadable)?;
        let again = rpassword::prompt_password("Once more: ").map_err(unreadable)?;
        return if password == again { Ok(password) } else { Err(Failure::usage("the two passwords differ")) };
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
