//! What must hold after every write.

use std::collections::BTreeMap;

use aedile_billing::refunds::RefundStatus;
use aedile_fake_stripe::Refund;

use crate::rng::locked;
use crate::snapshot::Snapshot;
use crate::world::World;

/// What was broken.
pub(crate) type Judgement = Result<(), String>;

impl World {
    /// Judges the database and the provider as they are now.
    pub(crate) async fn judge(&mut self) -> Judgement {
        let after = Snapshot::of(&self.store)
            .await
            .map_err(|error| format!("the database can't be read: {}", aedile_kernel::runner::Chain(&error)))?;
        self.judge_provider()?;
        withdrawn_is_not_made(&after, locked(&self.provider.books).refunds())?;
        licences_follow_purchases(&after)?;
        books_verify(&after)?;
        changes_are_audited(&self.snapshot, &after)?;
        held_accounts_buy_nothing(&self.snapshot, &after)?;
        self.judge_mail()?;
        self.snapshot = after;
        Ok(())
    }

    /// No e-mail is sent twice but for those whose answer was lost or whose worker was killed.
    pub(crate) fn judge_mail(&self) -> Judgement {
        let taken = locked(&self.mail_server.taken);
        match (taken.repeated(), taken.excused) {
            (repeated, excused) if repeated > excused => {
                Err(format!("{repeated} e-mails were sent again, and {excused} may have been"))
            }
            _ => Ok(()),
        }
    }

    /// Judges what the provider has made.
    pub(crate) fn judge_provider(&mut self) -> Judgement {
        let made = locked(&self.provider.books).refunds().to_vec();
        made_once(&made)?;
        withdrawn_is_not_made(&self.snapshot, &made)?;
        self.asked_for(&made)
    }

    /// The provider makes a refund only while ours is pending.
    fn asked_for(&mut self, made: &[Refund]) -> Judgement {
        for refund in made.iter().filter(|refund| !self.judged.contains(&refund.id)) {
            let Some(reference) = refund.metadata.get("reference") else { continue };
            let ours = self.snapshot.refunds.iter().find(|ours| ours.reference.as_str() == reference);
            match ours {
                Some(ours) if ours.status == RefundStatus::Pending => {}
                Some(ours) => {
                    return Err(format!("{} was made though refund {} is {:?}", refund.id, ours.id, ours.status));
                }
                None => return Err(format!("{} was made, and no refund of ours asked for it", refund.id)),
            }
        }
        self.judged.extend(made.iter().map(|refund| refund.id.clone()));
        Ok(())
    }
}

/// No refund of ours is made twice.
fn made_once(made: &[Refund]) -> Judgement {
    let mut counts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for refund in made.iter().filter(|refund| refund.state.counts()) {
        let Some(reference) = refund.metadata.get("reference") else { continue };
        counts.entry(reference).or_default().push(&refund.id);
    }
    match counts.values().find(|made| made.len() > 1) {
        Some(made) => Err(format!("one refund was made several times: {made:?}")),
        None => Ok(()),
    }
}

/// No refund of ours is withdrawn that the provider has made: whoever sees it withdrawn asks for another one.
fn withdrawn_is_not_made(ours: &Snapshot, made: &[Refund]) -> Judgement {
    let withdrawn = ours.refunds.iter().filter(|refund| refund.status == RefundStatus::Withdrawn);
    for refund in withdrawn {
        let is_it = |made: &&Refund| made.metadata.get("reference").is_some_and(|r| r == refund.reference.as_str());
        if let Some(made) = made.iter().filter(|made| made.state.counts()).find(is_it) {
            return Err(format!("refund {} is withdrawn, and {} was made for it", refund.id, made.id));
        }
    }
    Ok(())
}

/// Who has paid and did not get all of it back holds a licence, and nobody else.
fn licences_follow_purchases(after: &Snapshot) -> Judgement {
    for ((buyer, skill), holds) in &after.licences {
        let mut of_both = after.purchases.iter().filter(|p| p.buyer_id.as_str() == buyer && p.skill_id == *skill);
        let has_paid = of_both.any(aedile_billing::purchases::Purchase::is_standing);
        if has_paid != *holds {
            return Err(format!("{buyer} has paid for skill {skill}: {has_paid}, and holds a licence: {holds}"));
        }
    }
    Ok(())
}

/// Rights are judged by the rows when a change is made: an account on hold begins no purchase.
fn held_accounts_buy_nothing(before: &Snapshot, after: &Snapshot) -> Judgement {
    let is_new = |id| before.purchases.iter().all(|known| known.id != id);
    let mut new = after.purchases.iter().filter(|purchase| is_new(purchase.id));
    match new.find(|purchase| before.held.contains(purchase.buyer_id.as_str())) {
        Some(purchase) => Err(format!("{} is on hold, and began purchase {}", purchase.buyer_id, purchase.id)),
        None => Ok(()),
    }
}

fn books_verify(after: &Snapshot) -> Judgement {
    if let Some(problem) = after.problems.first() {
        return Err(format!("the ledger does not verify: {problem}"));
    }
    for purchase in &after.purchases {
        if !(0..=purchase.amount_cents).contains(&purchase.refunded_cents) {
            return Err(format!("purchase {} was refunded {} cents", purchase.id, purchase.refunded_cents));
        }
    }
    Ok(())
}

/// Whoever changes something leaves an audit row, and nobody else does.
fn changes_are_audited(before: &Snapshot, after: &Snapshot) -> Judgement {
    let (has_changed, is_told) = (before.state() != after.state(), after.audit_rows > before.audit_rows);
    if has_changed == is_told {
        return Ok(());
    }
    Err(format!("something has changed: {has_changed}, and the audit log tells of it: {is_told}"))
}
