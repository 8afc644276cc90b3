//! One command line for the server and for whoever runs it.

use std::process::ExitCode;

use aedile::commands;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        commands::complain(format_args!("the file .env can't be read: {}", reason(&error)));
        return ExitCode::from(2);
    }
    commands::run(std::env::args_os())
}

/// A line that can't be read may hold a secret, so it is not shown.
fn reason(error: &dotenvy::Error) -> String {
    match error {
        dotenvy::Error::LineParse(..) => "it has a line that is not NAME=VALUE".to_owned(),
        error => error.to_string(),
    }
}
