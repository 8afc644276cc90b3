//! The commands of the command line, and how they end.

mod admins;
mod audit;
mod ledger;
mod local_users;
mod serve;
mod stripe;

use std::ffi::OsString;
use std::process::ExitCode;

use aedile_kernel::runner::Chain;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};

use crate::settings::Settings;

/// Aedile: the complete admin backend of a SaaS product or marketplace.
///
/// Settings come from the command line, the environment or a file .env in the working directory.
#[derive(Parser)]
#[command(name = "aedile", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  aedile serve --demo                        try it, on SQLite with demo data
  aedile admins promote user_2abc123         make the first admin
  aedile audit verify                        prove that nobody rewrote the audit log
  aedile ledger verify                       prove that the books fit";

#[derive(Subcommand)]
enum Command {
    /// Start the server
    Serve(Box<Settings>),
    /// Make the first admin
    #[command(subcommand)]
    Admins(admins::Admins),
    /// Users who sign in with a password kept here
    #[command(subcommand)]
    LocalUsers(local_users::LocalUsersCommand),
    /// Check the audit log
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Check the books
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Mend what Stripe and the books say differently
    #[command(subcommand)]
    Stripe(stripe::Stripe),
}

/// Why a command ended badly: one line for people, and the exit code.
pub(crate) struct Failure {
    message: String,
    code: u8,
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
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return refuse_usage(&error),
    };
    let ended = actix_web::rt::System::new().block_on(async {
        match cli.command {
            Command::Serve(settings) => serve::run(*settings).await,
            Command::Admins(command) => command.run().await,
            Command::LocalUsers(command) => command.run().await,
            Command::Audit(command) => command.run().await,
            Command::Ledger(command) => command.run().await,
            Command::Stripe(command) => command.run().await,
        }
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("aedile: {}", on_one_line(&failure.message));
            ExitCode::from(failure.code)
        }
    }
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
    let name = variable_of(&flag).unwrap_or(flag);
    let reason = std::error::Error::source(error)
        .map_or_else(|| "is missing or not a valid value".to_owned(), ToString::to_string);
    eprintln!("aedile: {name}: {reason} (see aedile serve --help)");
    ExitCode::from(2)
}

/// The environment variable behind a flag.
fn variable_of(flag: &str) -> Option<String> {
    let long = flag.strip_prefix("--")?;
    let command = Cli::command();
    let serve = command.find_subcommand("serve")?;
    let argument = serve.get_arguments().find(|argument| argument.get_long() == Some(long))?;
    argument.get_env().map(|variable| variable.to_string_lossy().into_owned())
}

/// Writes a line to standard output, where results go.
#[expect(clippy::print_stdout, reason = "results of commands belong on standard output")]
pub(crate) fn print(line: impl std::fmt::Display) {
    println!("{line}");
}
