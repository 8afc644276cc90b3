//! The environment variables that are settings.

use std::collections::BTreeSet;

use clap::{Command, CommandFactory as _};

use super::Cli;

/// What names of settings begin with.
const OURS: &str = "AEDILE_";
/// Variables that are read elsewhere: by the command line for its own files, and by tests and the installer.
const ELSEWHERE: [&str; 3] = ["AEDILE_CONFIG_DIR", "AEDILE_TEST_", "AEDILE_NO_INSTALL"];

/// The variable behind a flag of `aedile serve`.
pub(super) fn behind(command: &Command, flag: &str) -> Option<String> {
    let long = flag.strip_prefix("--")?;
    let serve = command.find_subcommand("serve")?;
    let argument = serve.get_arguments().find(|argument| argument.get_long() == Some(long))?;
    argument.get_env().map(|variable| variable.to_string_lossy().into_owned())
}

/// The variables of the environment that look like settings and are none, such as misspelt ones.
pub(super) fn unknown() -> Vec<String> {
    unknown_of(std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned()))
}

fn unknown_of(names: impl Iterator<Item = String>) -> Vec<String> {
    let known = settings(&Cli::command());
    let is_unknown = |name: &String| {
        name.starts_with(OURS) && !known.contains(name) && !ELSEWHERE.iter().any(|start| name.starts_with(start))
    };
    names.filter(is_unknown).collect()
}

/// The variables of a command and those below it.
fn settings(command: &Command) -> BTreeSet<String> {
    let own = command.get_arguments().filter_map(|argument| argument.get_env());
    let own = own.map(|variable| variable.to_string_lossy().into_owned());
    own.chain(command.get_subcommands().flat_map(settings)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_setting_is_found() {
        let unknown = |names: &[&str]| unknown_of(names.iter().map(|name| (*name).to_owned()));
        let known = ["AEDILE_BIND", "AEDILE_RATE_ADMIN", "AEDILE_SERVER", "AEDILE_TOKEN", "AEDILE_MCP_ONLY", "PATH"];
        assert!(unknown(&known).is_empty());
        assert!(unknown(&["AEDILE_CONFIG_DIR", "AEDILE_TEST_POSTGRES"]).is_empty());
        assert_eq!(unknown(&["AEDILE_RATE_AMIN", "AEDILE_BIND"]), ["AEDILE_RATE_AMIN"]);
    }
}
