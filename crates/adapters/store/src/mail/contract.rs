//! What every database must do with campaigns and mail that is tried.

use aedile_accounts::campaigns::{Campaigns, NewCampaign, Words};
use aedile_accounts::mail::{MailStatus, Mails};
use aedile_kernel::mock::NOW;
use aedile_kernel::{PageRequest, Position, Timestamp, UserId};
use diesel::connection::SimpleConnection;

use crate::connection::Connection;
use crate::testing::for_each_backend;

fn campaigns(c: &mut Connection) -> &mut dyn Campaigns {
    c
}

fn mails(c: &mut Connection) -> &mut dyn Mails {
    c
}

fn words(subject: &str) -> Words {
    Words { subject: subject.into(), html: format!("<p>{subject}</p>"), text: subject.into() }
}

fn now() -> Timestamp {
    Timestamp::from_micros(NOW)
}

/// `ada` and `bob` agreed, `cleo` did not, and `dora` has no address.
fn people(c: &mut Connection) {
    c.batch_execute(
        "INSERT INTO users (id, email, sort_email, marketing_opt_in, created_at, updated_at) VALUES \
         ('ada', 'ada@example.com', 'ada@example.com', TRUE, 1, 1), ('bob', 'bob@example.com', 'bob@example.com', TRUE, 1, 1), \
         ('cleo', 'cleo@example.com', 'cleo@example.com', FALSE, 1, 1), ('dora', NULL, '', FALSE, 1, 1)",
    )
    .unwrap();
}

#[test]
fn campaigns_are_listed_with_how_far_each_has_come() {
    for_each_backend(|c| {
        people(c);
        for subject in ["One", "Two", "Three"] {
            let new = NewCampaign { words: words(subject), created_by: "root".into(), created_at: now() };
            campaigns(c).insert(&new).unwrap();
        }
        let due = mails(c).lease(now(), 3).unwrap();
        for (mail, status) in due.iter().zip([MailStatus::Sent, MailStatus::Failed, MailStatus::Sent]) {
            mails(c).settle(mail.id, status, None, now()).unwrap();
        }
        let first = PageRequest { limit: 2, position: Position::Offset(0) };
        let listed = campaigns(c).list(&first).unwrap();
        assert_eq!(listed.total, Some(3));
        let told: Vec<_> = listed.items.iter().map(|one| (one.subject.as_str(), one.sent, one.pending)).collect();
        assert_eq!(told, [("Three", 0, 2), ("Two", 1, 1)]);
        let rest = PageRequest { position: Position::After(listed.next.unwrap()), ..first };
        let rest = campaigns(c).list(&rest).unwrap();
        assert_eq!((rest.items.len(), rest.total, rest.next), (1, None, None));
        let oldest = &rest.items[0];
        assert_eq!((oldest.recipients, oldest.sent, oldest.failed, oldest.pending), (2, 1, 1, 0));
        assert_eq!(campaigns(c).find(oldest.id).unwrap().as_ref(), Some(oldest));
    });
}

#[test]
fn a_mail_that_is_tried_goes_to_one_whatever_they_agreed_to() {
    for_each_backend(|c| {
        people(c);
        let cleo = UserId::parse("cleo").unwrap();
        assert_eq!(campaigns(c).find_address(&cleo).unwrap().as_deref(), Some("cleo@example.com"));
        for nobody in ["dora", "nobody"] {
            assert_eq!(campaigns(c).find_address(&UserId::parse(nobody).unwrap()).unwrap(), None);
        }
        let id = campaigns(c).insert_test(&cleo, &words("Try"), now()).unwrap();
        let due = mails(c).lease(now(), 10).unwrap();
        let [mail] = due.as_slice() else { panic!("one mail: {due:?}") };
        assert_eq!((mail.id, mail.is_marketing, mail.html.as_deref()), (id, false, Some("<p>Try</p>")));
        assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("Try", "Try"));
        assert_eq!(campaigns(c).list(&PageRequest::first()).unwrap().total, Some(0));
    });
}
