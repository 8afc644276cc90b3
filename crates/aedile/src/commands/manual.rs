//! `aedile completions` and `aedile man`: the whole command line, with what is run on servers.

use std::path::Path;

use aedile_cli::commands;
use clap::{Command, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Failure, print};
use crate::operations;

pub(super) fn completions(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut whole(), "aedile", &mut script);
    print(String::from_utf8_lossy(&script).trim_end())
}

pub(super) fn pages(folder: &Path) -> Result<(), Failure> {
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(whole(), folder));
    written.map_err(|error| Failure::usage(format!("{}: {error}", folder.display())))
}

/// Every command there is. The verbs of a noun that has commands of its own join them.
#[must_use]
pub fn whole() -> Command {
    commands(&operations::by_name()).into_iter().fold(Cli::command(), |whole, noun| {
        let name = noun.get_name().to_owned();
        match whole.find_subcommand(&name).is_some() {
            true => whole.mut_subcommand(name, |own| own.subcommands(noun.get_subcommands().cloned())),
            false => whole.subcommand(noun),
        }
    })
}
