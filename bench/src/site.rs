//! A server in this process, ready to be asked.

use std::net::SocketAddr;

use aedile::{Running, Settings};
use aedile_audit::trail::ListAudit;
use aedile_kernel::{Caller, PageRequest, Runner};
use aedile_store::Store;
use clap::Parser;
use tokio::runtime::Runtime;

use crate::Result;
use crate::seed::{self, People};

/// A server with people who may call it.
pub(crate) struct Site<'a> {
    /// Who may call.
    pub(crate) people: People,
    runtime: &'a Runtime,
    running: Running,
}

#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
}

/// The settings of a server that limits nobody.
pub(crate) fn settings(database_url: &str, workers: u16, more: &[&str]) -> Result<Settings> {
    let workers = workers.to_string();
    let fixed = ["aedile", "--bind", "127.0.0.1:0", "--workers", &workers, "--jwt-secret", seed::JWT_SECRET];
    let unlimited =
        ["--rate-public-read", "0", "--rate-authenticated-read", "0", "--rate-write", "0", "--rate-admin", "0"];
    let all = fixed.into_iter().chain(unlimited).chain(["--database-url", database_url]).chain(more.iter().copied());
    Ok(Arguments::try_parse_from(all)?.settings)
}

impl<'a> Site<'a> {
    /// Starts a server, and makes the people.
    pub(crate) fn open(runtime: &'a Runtime, settings: &Settings) -> Result<Self> {
        runtime.block_on(async {
            let running = aedile::start(settings).await?;
            let people = seed::people(running.runner()).await?;
            Ok(Self { people, runtime, running })
        })
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// The runner behind its entry points.
    pub(crate) fn runner(&self) -> &Runner<Store> {
        self.running.runner()
    }

    /// How many rows of the audit trail are about this action.
    pub(crate) fn audited(&self, action: &str) -> Result<u64> {
        let list = ListAudit {
            actor_id: None,
            action: Some(action.to_owned()),
            resource_type: None,
            resource_id: None,
            status: None,
            since: None,
            until: None,
            page: PageRequest::first(),
        };
        let page = self.runtime.block_on(self.runner().query(&Caller::console(), list))?;
        page.total.ok_or_else(|| "the first page of the audit trail has no total".into())
    }

    /// Stops it in order.
    pub(crate) fn close(self) {
        self.runtime.block_on(self.running.stop());
    }
}
