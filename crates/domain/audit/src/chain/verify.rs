//! Checks the audit log against its digests and seals.

use aedile_kernel::digest::hex;
use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AuditChain, ChainedRow, GENESIS, Seal, Sealer};

/// Verifies every row of the audit log against its digest, and every seal against the rows it covers.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyAudit {
    /// Seal printed earlier by `aedile audit head` and kept elsewhere; verification fails unless it is in the chain.
    #[serde(default)]
    pub expected_seal: Option<String>,
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Finding {
    /// The row's content is not what was written.
    ChangedRow {
        /// The row's number.
        id: i64,
    },
    /// Rows under the seal were removed, added or reordered, or the seal itself was changed.
    BrokenSeal {
        /// The seal's place.
        id: i64,
        /// The first row it covers.
        first_audit_id: i64,
        /// The last row it covers.
        last_audit_id: i64,
    },
    /// The seal kept elsewhere is not in the chain: it was cut off or rewritten.
    MissingSeal {
        /// The seal looked for.
        seal: String,
    },
}

/// What was checked, and what does not fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// Rows checked against their digests.
    pub rows: u64,
    /// Of them, rows no seal covers yet.
    pub unsealed_rows: u64,
    /// Seals checked.
    pub seals: u64,
    /// What does not fit, at most 100.
    pub findings: Vec<Finding>,
}

impl Operation for VerifyAudit {
    const NAME: &'static str = "audit.verify";
    const PERMISSION: Permission = Permission::AuditRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const COMMAND_VERB: Option<&'static str> = Some("check");
    const RESOURCE: &'static str = "audit_log";
    type Repository = dyn AuditChain;
    type Output = Verification;
}

const BATCH: i64 = 5_000;
const MOST_FINDINGS: usize = 100;

impl Query for VerifyAudit {
    fn cost(&self) -> ReadCost {
        ReadCost::Large
    }

    fn run(&self, chain: &mut Self::Repository, _: &Context) -> Result<Verification> {
        let mut walk = Walk { rows: Vec::new(), last_read: 0, result: Verification::default() };
        let (mut previous, mut place, mut first) = (GENESIS.to_owned(), 0, 1);
        let mut is_expected_there = self.expected_seal.is_none();
        loop {
            let seals = chain.seals_after(place, 100)?;
            if seals.is_empty() {
                break;
            }
            for seal in seals {
                walk.check(chain, &previous, &seal, first)?;
                is_expected_there |= self.expected_seal.as_ref() == Some(&seal.seal);
                (place, first, previous) = (seal.id, seal.last_audit_id + 1, seal.seal);
            }
        }
        walk.finish(chain)?;
        if let Some(seal) = self.expected_seal.clone().filter(|_| !is_expected_there) {
            walk.find(Finding::MissingSeal { seal });
        }
        Ok(walk.result)
    }
}

/// Reads the rows in order, once.
struct Walk {
    /// Rows read and not yet under a checked seal, the next one last.
    rows: Vec<ChainedRow>,
    last_read: i64,
    result: Verification,
}

impl Walk {
    fn check(&mut self, chain: &mut dyn AuditChain, previous: &str, seal: &Seal, first: i64) -> Result<()> {
        let (mut sealer, mut count) = (Sealer::after(previous), 0);
        while let Some(row) = self.next(chain, seal.last_audit_id)? {
            sealer = sealer.row(row.id, &row.digest);
            count += 1;
        }
        self.result.seals += 1;
        if hex(&sealer.finish()) != seal.seal || count != seal.rows_sealed {
            let (id, last_audit_id) = (seal.id, seal.last_audit_id);
            self.find(Finding::BrokenSeal { id, first_audit_id: first, last_audit_id });
        }
        Ok(())
    }

    fn finish(&mut self, chain: &mut dyn AuditChain) -> Result<()> {
        while self.next(chain, i64::MAX)?.is_some() {
            self.result.unsealed_rows += 1;
        }
        Ok(())
    }

    /// The next row up to `last`, checked against its own digest.
    fn next(&mut self, chain: &mut dyn AuditChain, last: i64) -> Result<Option<ChainedRow>> {
        if self.rows.is_empty() {
            self.rows = chain.rows_after(self.last_read, BATCH)?;
            self.rows.reverse();
            self.last_read = self.rows.first().map_or(self.last_read, |row| row.id);
        }
        let Some(row) = self.rows.pop_if(|row| row.id <= last) else { return Ok(None) };
        self.result.rows += 1;
        if hex(&row.entry.digest()) != row.digest {
            self.find(Finding::ChangedRow { id: row.id });
        }
        Ok(Some(row))
    }

    fn find(&mut self, finding: Finding) {
        if self.result.findings.len() < MOST_FINDINGS {
            self.result.findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context_of};
    use aedile_kernel::{AuditEntry, Caller, Record, Timestamp};

    use super::*;

    /// A chain in memory: rows 1 to 10 under seals of 4, 4 and 0 more, so that two rows are unsealed.
    #[derive(Clone)]
    struct Memory {
        rows: Vec<ChainedRow>,
        seals: Vec<Seal>,
    }

    impl AuditChain for Memory {
        fn rows_after(&mut self, after: i64, limit: i64) -> Result<Vec<ChainedRow>> {
            let limit = usize::try_from(limit).unwrap();
            Ok(self.rows.iter().filter(|row| row.id > after).take(limit).cloned().collect())
        }

        fn seals_after(&mut self, after: i64, _: i64) -> Result<Vec<Seal>> {
            Ok(self.seals.iter().filter(|seal| seal.id > after).take(1).cloned().collect())
        }

        fn newest_seal(&mut self) -> Result<Option<Seal>> {
            Ok(self.seals.last().cloned())
        }
    }

    fn chain() -> Memory {
        let created_at = Timestamp::from_micros(NOW);
        let row = |id: i64| {
            let record = Record {
                action: None,
                resource_type: "flag",
                resource_id: id.to_string(),
                old_values: None,
                new_values: None,
                personal: Vec::new(),
            };
            let entry = AuditEntry::of_change(&Caller::system(), "flag.create", &record, created_at);
            ChainedRow { id, digest: hex(&entry.digest()), entry }
        };
        let rows: Vec<_> = (1..=10).map(row).collect();
        let mut seals: Vec<Seal> = Vec::new();
        for (at, covered) in rows[..8].chunks(4).enumerate() {
            let previous = seals.last().map_or(GENESIS, |seal| seal.seal.as_str());
            let sealer = covered.iter().fold(Sealer::after(previous), |s, row| s.row(row.id, &row.digest));
            let id = i64::try_from(at).unwrap() + 1;
            let seal = hex(&sealer.finish());
            seals.push(Seal { id, last_audit_id: id * 4, rows_sealed: 4, rows_total: id * 4, seal, created_at });
        }
        Memory { rows, seals }
    }

    fn verify(chain: &Memory, expected_seal: Option<String>) -> Verification {
        let cx = context_of("user_a", [Permission::AuditRead]);
        VerifyAudit { expected_seal }.run(&mut chain.clone(), &cx).unwrap()
    }

    const SECOND: Finding = Finding::BrokenSeal { id: 2, first_audit_id: 5, last_audit_id: 8 };

    #[test]
    fn an_untouched_log_verifies() {
        let head = chain().seals[0].seal.clone();
        let expected = Verification { rows: 10, unsealed_rows: 2, seals: 2, findings: vec![] };
        assert_eq!(verify(&chain(), Some(head)), expected);
    }

    #[test]
    fn a_changed_row_is_named() {
        let mut chain = chain();
        chain.rows[5].entry.actor_id = "somebody else".into();
        assert_eq!(verify(&chain, None).findings, [Finding::ChangedRow { id: 6 }]);
        chain.rows[5].digest = hex(&chain.rows[5].entry.digest());
        assert_eq!(verify(&chain, None).findings, [SECOND], "with its digest made anew, the seal tells");
    }

    #[test]
    fn removed_added_and_swapped_rows_break_their_seal() {
        let mut removed = chain();
        removed.rows.remove(5);
        assert_eq!(verify(&removed, None).findings, [SECOND]);
        let mut swapped = chain();
        swapped.rows.swap(5, 6);
        (swapped.rows[5].id, swapped.rows[6].id) = (6, 7);
        assert_eq!(verify(&swapped, None).findings, [SECOND]);
        let mut added = chain();
        added.rows[7].id = 9;
        added.rows.truncate(8);
        assert_eq!(verify(&added, None).findings, [SECOND]);
    }

    #[test]
    fn a_chain_cut_short_misses_the_seal_kept_elsewhere() {
        let mut cut = chain();
        let head = cut.seals.pop().unwrap().seal;
        cut.rows.truncate(4);
        assert_eq!(verify(&cut, None).findings, [], "by itself a shorter chain is sound");
        assert_eq!(verify(&cut, Some(head.clone())).findings, [Finding::MissingSeal { seal: head }]);
    }
}
