//! The commands of the command line, and how they end.

mod admins;
mod audit;
mod health;
mod ledger;
mod local_users;
mod manual;
mod mcp;
mod serve;
mod stripe;
mod variables;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use aedile_identity::SystemEntropy;
use aedile_kernel::runner::Chain;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

pub use manual::whole;

use crate::settings::Settings;
use crate::{operations, telemetry};

/// Aedile: the complete admin backend of a SaaS product or marketplace.
///
/// Settings come from the command line, the environment or a file .env in the working directory.
#[derive(Parser)]
#[command(name = "aedile", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "On a server, after aedile login:
  abuse-flags, accounts, admins, announcements, api-keys, assignments, audit, campaigns, categories, claims,
  credit-events, credits, disputes, endpoints, flags, impersonations, invitations, local-users, mail, marketing-emails,
  overview, permissions, plan-credits, plans, postings, refunds, reviews, roles, sales, scopes, second-factors, skills, tiers,
  usage, user-sessions, users, vouchers, wallets
  (aedile NOUN --help lists the verbs)

Examples:
  aedile serve --demo                        try it, on SQLite with demo data
  aedile login --server https://…            sign in to a server
  aedile users list --q ada                  find users
  aedile credits grant ada@example.com --amount 12.50 --dry-run
  aedile admins promote user_2abc123         make the first admin
  aedile audit verify                        prove that nobody rewrote the audit log
  aedile ledger verify                       prove that the books fit";

#[derive(Subcommand)]
enum Command {
    /// Start the server
    Serve(Box<Settings>),
    Health(health::Health),
    /// Make the first admin
    #[command(subcommand, after_help = "On a server, after aedile login: list, add, demote")]
    Admins(admins::Admins),
    /// Manage local users, who sign in with a password
    #[command(subcommand, after_help = "On a server, after aedile login: list, get, add, update, delete")]
    LocalUsers(local_users::LocalUsersCommand),
    /// Check the audit log
    #[command(subcommand, after_help = "On a server, after aedile login: list, check, newest-seal")]
    Audit(audit::Audit),
    /// Check the ledger
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Reconcile Stripe with the ledger
    #[command(subcommand)]
    Stripe(stripe::Stripe),
    Login(aedile_cli::Login),
    Logout(aedile_cli::Logout),
    Whoami(aedile_cli::Whoami),
    Mcp(Box<mcp::Mcp>),
    /// Print a shell completion script
    Completions {
        /// Shell
        shell: Shell,
    },
    /// Write manual pages to a folder
    Man {
        /// Target folder
        folder: PathBuf,
    },
    #[command(external_subcommand)]
    OnServer(Vec<OsString>),
}

/// Why a command ended badly: one line for people, empty when they were told already, and the exit code.
pub(crate) struct Failure {
    message: String,
    code: u8,
}

impl From<aedile_cli::Failure> for Failure {
    fn from(failure: aedile_cli::Failure) -> Self {
        Self { message: failure.to_string(), code: failure.code() }
    }
}

impl Failure {
    /// The command was asked for in a wrong way.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }

    /// It was done, and the result is bad news.
    pub(crate) fn finding(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }
}

impl From<aedile_kernel::Error> for Failure {
    fn from(error: aedile_kernel::Error) -> Self {
        use aedile_kernel::Error;
        let code = match error {
            Error::Invalid(_) => 2,
            Error::NotFound(_) => 4,
            Error::Conflict(_) => 5,
            _ => 7,
        };
        Self { message: Chain(&error).to_string(), code }
    }
}

/// Runs the command line.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let parsed = Cli::command().try_get_matches_from(arguments);
    let cli = match parsed.and_then(|typed| Cli::from_arg_matches(&typed)) {
        Ok(cli) => cli,
        Err(error) => return refuse_usage(&error),
    };
    let system = actix_web::rt::System::new();
    let ended = system.block_on(async {
        match cli.command {
            Command::Serve(settings) => serve::run(*settings).await,
            Command::Health(health) => health.run().await,
            Command::Admins(command) => command.run().await,
            Command::LocalUsers(command) => command.run().await,
            Command::Audit(command) => command.run().await,
            Command::Ledger(command) => command.run().await,
            Command::Stripe(command) => command.run().await,
            Command::Login(login) => Ok(login.run(&SystemEntropy).await?),
            Command::Logout(logout) => Ok(logout.run().await?),
            Command::Whoami(whoami) => Ok(whoami.run().await?),
            Command::Mcp(mcp) => mcp.run().await,
            Command::Completions { shell } => manual::completions(shell),
            Command::Man { folder } => manual::pages(&folder),
            Command::OnServer(arguments) => on_server(None, arguments).await,
        }
    });
    telemetry::flush();
    // Ending it would wait for threads that wait for a database or a mail server which may never answer.
    std::mem::forget(system);
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message.is_empty() {
                complain(on_one_line(&failure.message));
            }
            ExitCode::from(failure.code)
        }
    }
}

/// Runs an operation on a server. `noun` is the command that was read already.
async fn on_server(noun: Option<&str>, arguments: Vec<OsString>) -> Result<(), Failure> {
    let arguments = noun.map(OsString::from).into_iter().chain(arguments).collect();
    Ok(aedile_cli::run(&operations::by_name(), arguments).await?)
}

/// A driver's own words may have several lines.
fn on_one_line(message: &str) -> String {
    message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

/// A bad value gets one line that names the setting, and never repeats the value: it may be a secret.
fn refuse_usage(error: &clap::Error) -> ExitCode {
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.clone(),
        Some(ContextValue::Strings(arguments)) => arguments.first().cloned().unwrap_or_default(),
        _ => String::new(),
    };
    if !matches!(
        error.kind(),
        ErrorKind::ValueValidation | ErrorKind::InvalidValue | ErrorKind::MissingRequiredArgument
    ) {
        error.print().ok();
        return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
    }
    let flag = argument.split([' ', '<']).next().unwrap_or_default().to_owned();
    let name = variables::behind(&Cli::command(), &flag).unwrap_or(flag);
    let reason = std::error::Error::source(error)
        .map_or_else(|| "is missing or not a valid value".to_owned(), ToString::to_string);
    complain(format_args!("{name}: {reason} (see aedile serve --help)"));
    ExitCode::from(2)
}

/// Writes a line to standard output, where results go. Whoever closes the pipe has seen enough.
pub(crate) fn print(line: impl std::fmt::Display) -> Result<(), Failure> {
    Ok(aedile_cli::print(&line)?)
}

/// Writes a line to standard error. Where nobody hears it any more, the exit code still tells.
pub fn complain(line: impl std::fmt::Display) {
    writeln!(std::io::stderr(), "aedile: {line}").ok();
}
