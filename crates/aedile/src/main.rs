//! One command line for the server and for whoever runs it.

use std::process::ExitCode;

use aedile::{commands, environment_file};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let Err(reason) = environment_file::load() {
        commands::complain(format_args!("the file .env {reason}"));
        return ExitCode::from(2);
    }
    commands::run(std::env::args_os())
}
