//! `aedile admins …`: the way to the first admin.

use std::ffi::OsString;

use aedile_accounts::admins::AppointOwner;
use aedile_kernel::Caller;
use aedile_rbac::assignments::PromoteFromConsole;
use clap::Subcommand;

use super::{Failure, on_server, print};
use crate::operations;
use crate::settings::Database;

#[derive(Subcommand)]
pub(crate) enum Admins {
    /// Make a user an admin with the role super-admin
    ///
    /// No request over the network can make the first admin; whoever can reach the database can. A user who has not
    /// signed in yet is named by the id that the identity provider gave them.
    Promote {
        /// The user's id, or the e-mail of a user who has signed in before
        user: String,
        /// Make them an owner of this installation, too
        #[arg(long)]
        owner: bool,
        #[command(flatten)]
        database: Database,
    },
    #[command(external_subcommand)]
    OnServer(Vec<OsString>),
}

impl Admins {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let (user, owner, database) = match self {
            Self::Promote { user, owner, database } => (user, owner, database),
            Self::OnServer(arguments) => return on_server(Some("admins"), arguments).await,
        };
        let runner = operations::console(&database).await?;
        let promoted = runner.command(&Caller::console(), PromoteFromConsole { user }).await?.output;
        if owner {
            runner.command(&Caller::console(), AppointOwner { user_id: promoted.user_id.clone() }).await?;
        }
        runner.store().close().await;
        let email = promoted.email.map_or_else(String::new, |email| format!(" ({email})"));
        let what = if owner { "an owner and an admin" } else { "an admin" };
        print(format_args!("{}{email} is {what} with the role {}", promoted.user_id, promoted.role_name))
    }
}
