//! What users are told of by mail.

use std::sync::Arc;

use aedile_kernel::{Change, Context, Event, Result, Timestamp, UserId, View, Watcher};

use super::port::Mails;

/// The watcher that tells users of their purchases, their refunds and the deletion of their accounts, and super-admins of who
/// got more rights.
#[must_use]
pub fn watch<K: View<dyn Mails>>() -> Watcher<K> {
    Arc::new(|connection, event, cx| tell(connection.view(), event, cx).map(|()| Change::none()))
}

fn tell(mails: &mut dyn Mails, event: &Event, cx: &Context) -> Result<()> {
    match event {
        Event::PurchaseCompleted { buyer, purchase, .. } => receipt(mails, buyer, *purchase, cx),
        Event::PurchaseRefunded { buyer, purchase } => refund(mails, buyer, *purchase, cx),
        Event::RightsWidened(widened) => super::security_notice::send(mails, widened, cx),
        Event::DeletionRequested { user, scheduled_for } => deletion(mails, user, *scheduled_for, cx),
        Event::UserRegistered { .. }
        | Event::AccessTaken { .. }
        | Event::AccessRestored { .. }
        | Event::RoleChanged { .. }
        | Event::ReviewWritten { .. }
        | Event::PaymentNeedsReview { .. } => Ok(()),
    }
}

fn receipt(mails: &mut dyn Mails, buyer: &UserId, purchase: i64, cx: &Context) -> Result<()> {
    let Some(line) = mails.find_purchase(purchase)? else { return Ok(()) };
    let subject = format!("Your purchase of {}", line.name);
    let text = format!(
        "Thank you. You bought {} for {}.\n\nPurchase number {purchase}, {}.\n",
        line.name,
        dollars(line.amount_cents),
        cx.now.date()
    );
    mails.insert(buyer, &subject, &text, cx.now)
}

fn refund(mails: &mut dyn Mails, buyer: &UserId, purchase: i64, cx: &Context) -> Result<()> {
    let Some(line) = mails.find_purchase(purchase)? else { return Ok(()) };
    let subject = format!("Your refund for {}", line.name);
    let rest = if line.refunded_cents == line.amount_cents { "Your licence has ended." } else { "You keep the skill." };
    let text = format!(
        "Of the {} that you paid for {}, {} were given back.\n{rest}\n\nPurchase number {purchase}.\n",
        dollars(line.amount_cents),
        line.name,
        dollars(line.refunded_cents)
    );
    mails.insert(buyer, &subject, &text, cx.now)
}

fn deletion(mails: &mut dyn Mails, user: &UserId, scheduled_for: Timestamp, cx: &Context) -> Result<()> {
    let text = format!(
        "You asked for your account to be deleted. It will be on {} (UTC).\n\nIf you change your mind before then, sign in and \
         cancel the deletion.\n",
        scheduled_for.date()
    );
    mails.insert(user, "Your account will be deleted", &text, cx.now)
}

fn dollars(cents: i64) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::{MockMails, PurchaseLine};
    use super::*;

    fn told(event: &Event) -> Vec<(String, String)> {
        let told = Arc::new(std::sync::Mutex::new(Vec::new()));
        let (mut mails, all) = (MockMails::new(), Arc::clone(&told));
        mails.expect_find_purchase().returning(|number| {
            let line = PurchaseLine { name: "PDF Tools".into(), amount_cents: 999, refunded_cents: 333 };
            Ok((number == 7).then_some(line))
        });
        mails.expect_insert().returning(move |_, subject, text, _| {
            all.lock().unwrap().push((subject.to_owned(), text.to_owned()));
            Ok(())
        });
        tell(&mut mails, event, &context_of("user_a", [])).unwrap();
        told.lock().unwrap().drain(..).collect()
    }

    #[test]
    fn buyers_are_told_what_they_paid_and_got_back() {
        let buyer = UserId::parse("user_a").unwrap();
        let bought = Event::PurchaseCompleted { buyer: buyer.clone(), seller: buyer.clone(), purchase: 7 };
        let [(subject, text)] = told(&bought).try_into().unwrap();
        assert!(subject == "Your purchase of PDF Tools" && text.contains("for $9.99"), "{text}");
        let refunded = Event::PurchaseRefunded { buyer: buyer.clone(), purchase: 7 };
        let [(_, text)] = told(&refunded).try_into().unwrap();
        assert!(text.contains("$3.33 were given back") && text.contains("You keep the skill"), "{text}");
        assert!(told(&Event::PurchaseRefunded { buyer: buyer.clone(), purchase: 8 }).is_empty());
        assert!(told(&Event::UserRegistered { user: buyer }).is_empty());
    }
}
