//! The downloads that are not written down yet.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::port::DownloadCount;
use crate::SkillId;

/// Counts downloads in memory, so that none waits for a write. A worker drains it now and then, writes the batch down, and
/// puts it back when that failed.
#[derive(Debug, Default)]
pub struct DownloadMeter(Mutex<BTreeMap<SkillId, i64>>);

impl DownloadMeter {
    /// Counts one download.
    pub fn record(&self, skill_id: SkillId) {
        add(&mut self.counts(), DownloadCount { skill_id, count: 1 });
    }

    /// Takes everything that was counted, in the order of the skills.
    #[must_use]
    pub fn drain(&self) -> Vec<DownloadCount> {
        let counts = std::mem::take(&mut *self.counts());
        counts.into_iter().map(|(skill_id, count)| DownloadCount { skill_id, count }).collect()
    }

    /// Puts a drained batch back, to be drained again.
    pub fn restore(&self, batch: Vec<DownloadCount>) {
        let mut counts = self.counts();
        batch.into_iter().for_each(|count| add(&mut counts, count));
    }

    /// A count is whole at every moment, so a thread that died while it held the lock did no harm.
    fn counts(&self) -> MutexGuard<'_, BTreeMap<SkillId, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add(counts: &mut BTreeMap<SkillId, i64>, DownloadCount { skill_id, count }: DownloadCount) {
    let sum = counts.entry(skill_id).or_default();
    *sum = sum.saturating_add(count);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn total(batch: &[DownloadCount]) -> i64 {
        batch.iter().map(|download| download.count).sum()
    }

    #[test]
    fn downloads_add_up_by_skill() {
        let meter = DownloadMeter::default();
        [2, 1, 2, 2].into_iter().for_each(|skill| meter.record(SkillId(skill)));
        let batch = meter.drain();
        let seen: Vec<_> = batch.iter().map(|download| (download.skill_id, download.count)).collect();
        assert_eq!(seen, [(SkillId(1), 1), (SkillId(2), 3)]);
        assert!(meter.drain().is_empty(), "a count is given out once");
    }

    proptest! {
        #[test]
        fn no_download_is_lost_or_counted_twice(calls in prop::collection::vec((0i64..5, any::<bool>(), any::<bool>()), 0..300)) {
            let (meter, mut written) = (DownloadMeter::default(), 0);
            for (skill, drains, fails) in &calls {
                meter.record(SkillId(*skill));
                let batch = if *drains { meter.drain() } else { Vec::new() };
                if *fails { meter.restore(batch) } else { written += total(&batch) }
            }
            written += total(&meter.drain());
            prop_assert_eq!(written, i64::try_from(calls.len()).unwrap());
        }
    }
}
