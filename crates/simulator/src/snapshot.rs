//! What the database holds about payments.

use std::collections::{BTreeMap, BTreeSet};

use aedile_audit::trail::{AuditFilter, AuditTrail};
use aedile_billing::disputes::Dispute;
use aedile_billing::ledger::LedgerCheck;
use aedile_billing::purchases::{Purchase, Purchases, SaleFilter};
use aedile_billing::refunds::{Refund, Refunds};
use aedile_kernel::audit::Status;
use aedile_kernel::{AccountStatus, Fate, PageRequest, Result, UnitOfWork, UserId};
use aedile_rbac::principal::Principals;
use aedile_store::{Connection, Store};

use crate::market::BUYERS;

/// All of it, at one instant.
#[derive(Debug, Clone, Default)]
pub(crate) struct Snapshot {
    pub(crate) purchases: Vec<Purchase>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) disputes: Vec<Dispute>,
    /// Who holds a licence for which skill.
    pub(crate) licences: BTreeMap<(String, i64), bool>,
    /// Whose account is on hold.
    pub(crate) held: BTreeSet<String>,
    /// What the check of the ledger found.
    pub(crate) problems: Vec<String>,
    /// How many changes the audit log tells of.
    pub(crate) audit_rows: u64,
}

impl Snapshot {
    /// Reads it in one transaction that changes nothing.
    pub(crate) async fn of(store: &Store) -> Result<Self> {
        store.write(Fate::Rollback, read).await
    }

    /// The purchases, refunds, disputes and holds as text, to tell whether something has changed.
    pub(crate) fn state(&self) -> String {
        let references: Vec<_> = self.purchases.iter().map(|purchase| &purchase.reference).collect();
        format!("{:?} {:?} {:?} {:?} {references:?}", self.purchases, self.refunds, self.disputes, self.held)
    }
}

fn read(connection: &mut Connection) -> Result<Snapshot> {
    let page = PageRequest { limit: 100, ..PageRequest::first() };
    let purchases = connection.list_all(&SaleFilter::default(), &page)?.items;
    let (mut refunds, mut disputes, mut licences) = (Vec::new(), Vec::new(), BTreeMap::new());
    for purchase in &purchases {
        refunds.extend(connection.list_refunds(purchase.id)?);
        disputes.extend(connection.list_disputes(purchase.id)?);
        for buyer in BUYERS {
            let holds = connection.lock_licence(&UserId::parse(buyer)?, purchase.skill_id)?;
            licences.insert((buyer.to_owned(), purchase.skill_id), holds);
        }
    }
    let mut held = BTreeSet::new();
    for buyer in BUYERS {
        let principal = Principals::find(connection, &UserId::parse(buyer)?)?;
        held.extend(principal.filter(|principal| principal.status == AccountStatus::Held).map(|_| buyer.to_owned()));
    }
    let mut audit_rows = 0;
    for kind in ["purchase", "dispute", "user"] {
        let filter = AuditFilter {
            resource_type: Some(kind.to_owned()),
            status: Some(Status::Success),
            ..AuditFilter::default()
        };
        let page = PageRequest { limit: 1, ..PageRequest::first() };
        audit_rows += AuditTrail::list(connection, &filter, &page)?.total.unwrap_or(0);
    }
    let problems = connection.check(10)?.problems;
    Ok(Snapshot { purchases, refunds, disputes, licences, held, problems, audit_rows })
}
