//! `aedile audit …`: is the audit log what was written?

use std::ffi::OsString;

use aedile_audit::chain::{AuditHead, Finding, VerifyAudit};
use aedile_kernel::Caller;
use clap::Subcommand;

use super::{Failure, on_server, print};
use crate::operations;
use crate::settings::Database;

#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Check every row of the audit log against its digest and its seal
    ///
    /// Exits 0 when everything fits and 1 when something was changed. Whoever can rewrite the rows can make the seals
    /// anew: give --expect a seal that `aedile audit head` printed earlier, kept somewhere else.
    Verify {
        /// A seal kept elsewhere, which must still be in the chain
        #[arg(long, value_name = "SEAL")]
        expect: Option<String>,
        #[command(flatten)]
        database: Database,
    },
    /// Print the newest seal, to be kept somewhere else
    Head {
        #[command(flatten)]
        database: Database,
    },
    #[command(external_subcommand)]
    OnServer(Vec<OsString>),
}

impl Audit {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Verify { expect, database } => verify(expect, &database).await,
            Self::Head { database } => head(&database).await,
            Self::OnServer(arguments) => on_server(Some("audit"), arguments).await,
        }
    }
}

async fn verify(expected_seal: Option<String>, database: &Database) -> Result<(), Failure> {
    let runner = operations::console(database).await?;
    let result = runner.query(&Caller::console(), VerifyAudit { expected_seal }).await?;
    runner.store().close().await;
    for finding in &result.findings {
        print(describe(finding))?;
    }
    let summary =
        format!("{} rows, {} of them not sealed yet, {} seals", result.rows, result.unsealed_rows, result.seals);
    if result.findings.is_empty() {
        return print(format_args!("the audit log is intact: {summary}"));
    }
    Err(Failure::finding(format!("the audit log was changed: {} findings in {summary}", result.findings.len())))
}

fn describe(finding: &Finding) -> String {
    match finding {
        Finding::ChangedRow { id } => format!("row {id}: its content is not what was written"),
        Finding::BrokenSeal { id, first_audit_id, last_audit_id } => {
            format!("seal {id}: rows {first_audit_id} to {last_audit_id} are not the ones that were sealed")
        }
        Finding::MissingSeal { seal } => format!("seal {seal} is not in the chain: it was cut off or rewritten"),
    }
}

async fn head(database: &Database) -> Result<(), Failure> {
    let runner = operations::console(database).await?;
    let head = runner.query(&Caller::console(), AuditHead {}).await?;
    runner.store().close().await;
    let seal =
        head.ok_or_else(|| Failure::finding("nothing is sealed yet; the server seals every second while it runs"))?;
    print(format_args!("{} (seal {}, {} rows, {})", seal.seal, seal.id, seal.rows_total, seal.created_at))
}
