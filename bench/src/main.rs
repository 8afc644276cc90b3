#![doc = include_str!("../README.md")]

mod audit_rows;
mod cold;
mod database;
mod entry_points;
mod figures;
mod hello;
mod http;
mod machine;
mod marketplace;
mod money;
mod people_rows;
mod report;
mod seed;
mod site;
mod skill_rows;
mod wrk;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use tracing_subscriber::EnvFilter;

use crate::database::Backend;
use crate::figures::Bench;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What can go wrong here is only ever told to a person.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures the server.
#[derive(Debug, Parser)]
struct Arguments {
    /// How long each figure is loaded.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,

    /// Only these figures. Default: all.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Name>,

    /// Measure on SQLite alone.
    #[arg(long)]
    skip_postgres: bool,

    /// How many rows the large audit trail has, and how many users there are in the large list.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1_000..=10_000_000))]
    rows: u32,

    /// Threads that serve requests, of either server. Default: the number of cores.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    workers: Option<u16>,

    /// A superuser's connection to PostgreSQL; databases are made there and removed.
    #[arg(long, env = "AEDILE_TEST_POSTGRES", hide_env_values = true)]
    postgres: Option<String>,

    /// Where SQLite's databases are made and removed; on a real disk. Default: beside this program.
    #[arg(long)]
    folder: Option<PathBuf>,

    /// What the servers log.
    #[arg(long, env = "RUST_LOG", default_value = "warn")]
    log: String,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    Gateway,
    Flags,
    Roles,
    Writes,
    Audit,
    Users,
    Search,
    Money,
    EntryPoints,
    Idle,
}

impl Arguments {
    fn wants(&self, name: Name) -> bool {
        self.only.is_empty() || self.only.contains(&name)
    }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("aedile-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let lines = tracing_subscriber::fmt().with_env_filter(EnvFilter::try_new(&arguments.log)?);
    lines.with_writer(std::io::stderr).try_init()?;
    let bench = Bench::new(arguments)?;
    bench.on(&Backend::Sqlite)?;
    match &arguments.postgres {
        _ if arguments.skip_postgres => Ok(()),
        Some(server) => bench.on(&Backend::Postgres { server: server.clone() }),
        None => report::line("PostgreSQL is left out: AEDILE_TEST_POSTGRES names no server"),
    }
}
