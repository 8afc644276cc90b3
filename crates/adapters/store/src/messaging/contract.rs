//! What every database must do with campaigns and mail that is tried.

use aedile_kernel::mock::NOW;
use aedile_kernel::{PageRequest, Position, Timestamp, UserId};
use aedile_messaging::campaigns::{Campaigns, NewCampaign, Words};
use aedile_messaging::mail::{MailStatus, Mails, Settlement, WaitingMail};
use aedile_reporting::overview::{Figures, MailTrouble};
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

/// What `owner` leases for a minute at this time.
fn leased(c: &mut Connection, owner: &str, at: Timestamp) -> Option<WaitingMail> {
    mails(c).lease(owner, at, at.plus_seconds(60)).unwrap()
}

#[test]
fn campaigns_are_listed_with_how_far_each_has_come() {
    for_each_backend(|c| {
        people(c);
        for subject in ["One", "Two", "Three"] {
            let new = NewCampaign { words: words(subject), created_by: "root".into(), created_at: now() };
            campaigns(c).insert(&new).unwrap();
        }
        for status in [MailStatus::Sent, MailStatus::Failed, MailStatus::Sent] {
            let mail = leased(c, "a", now()).unwrap();
            assert!(mails(c).settle(mail.id, "a", &Settlement::of(status, now())).unwrap());
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
        let mail = leased(c, "a", now()).unwrap();
        assert_eq!((mail.id, mail.is_marketing, mail.html.as_deref()), (id, false, Some("<p>Try</p>")));
        assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("Try", "Try"));
        assert_eq!(campaigns(c).list(&PageRequest::first()).unwrap().total, Some(0));
    });
}

#[test]
fn a_lease_is_one_workers_until_it_ends() {
    for_each_backend(|c| {
        people(c);
        let ada = UserId::parse("ada").unwrap();
        assert!(!mails(c).is_due(now()).unwrap());
        mails(c).insert(&ada, "Hello", "Text", now()).unwrap();
        assert!(mails(c).is_due(now()).unwrap() && !mails(c).is_due(now().plus_seconds(-1)).unwrap());
        let mail = leased(c, "a", now()).unwrap();
        assert_eq!((mail.address.as_deref(), mail.attempts, mail.created_at), (Some("ada@example.com"), 0, now()));
        assert_eq!(leased(c, "b", now().plus_seconds(59)), None);

        assert!(!mails(c).renew(mail.id, "b", now().plus_seconds(500)).unwrap(), "it is another's");
        assert!(mails(c).renew(mail.id, "a", now().plus_seconds(90)).unwrap());
        assert_eq!(leased(c, "b", now().plus_seconds(89)), None);
        assert_eq!(leased(c, "b", now().plus_seconds(90)).map(|mail| mail.id), Some(mail.id));

        let sent = Settlement::of(MailStatus::Sent, now());
        assert!(!mails(c).renew(mail.id, "a", now().plus_seconds(500)).unwrap());
        assert!(!mails(c).settle(mail.id, "a", &sent).unwrap(), "it was lost to b");
        assert!(mails(c).settle(mail.id, "b", &sent).unwrap());
        assert!(!mails(c).settle(mail.id, "b", &sent).unwrap() && !mails(c).renew(mail.id, "b", now()).unwrap());
        assert_eq!(leased(c, "a", now().plus_seconds(1_000)), None);
    });
}

#[test]
fn consent_and_address_are_read_when_a_mail_is_leased() {
    for_each_backend(|c| {
        people(c);
        campaigns(c)
            .insert(&NewCampaign { words: words("News"), created_by: "root".into(), created_at: now() })
            .unwrap();
        let wants = |c: &mut Connection, at: i64| {
            let mail = leased(c, "a", now().plus_seconds(at)).unwrap();
            (mail.user_id.unwrap().as_str().to_owned(), mail.wants_marketing, mail.address)
        };
        assert_eq!(wants(c, 0), ("ada".into(), true, Some("ada@example.com".into())));
        c.batch_execute("UPDATE users SET marketing_opt_in = FALSE WHERE id = 'ada'").unwrap();
        c.batch_execute("UPDATE users SET status = 'deleted' WHERE id = 'bob'").unwrap();
        assert_eq!(wants(c, 0), ("bob".into(), false, None));
        assert_eq!(wants(c, 60), ("ada".into(), false, Some("ada@example.com".into())));
    });
}

#[test]
fn the_text_of_a_mail_is_kept_only_while_it_may_be_sent() {
    for_each_backend(|c| {
        people(c);
        mails(c).insert(&UserId::parse("ada").unwrap(), "Choose a new password", "a link", now()).unwrap();
        let failed = leased(c, "a", now()).unwrap();
        assert!(mails(c).settle(failed.id, "a", &Settlement::of(MailStatus::Failed, now())).unwrap());
        mails(c).requeue(failed.id, now()).unwrap();
        let again = leased(c, "a", now()).unwrap();
        assert_eq!(again.text, "a link");
        assert!(mails(c).settle(again.id, "a", &Settlement::of(MailStatus::Sent, now())).unwrap());
        c.batch_execute("UPDATE mails SET status = 'pending', due_at = 0").unwrap();
        let sent = leased(c, "a", now()).unwrap();
        assert_eq!((sent.subject.as_str(), sent.text.as_str()), ("Choose a new password", ""));
    });
}

#[test]
fn an_attempt_that_met_trouble_of_the_server_does_not_count() {
    for_each_backend(|c| {
        people(c);
        mails(c).insert(&UserId::parse("ada").unwrap(), "Hello", "Text", now()).unwrap();
        assert_eq!(c.mail_trouble().unwrap(), None);
        let trouble = Settlement {
            error: Some("535 no".into()),
            troubled_since: Some(now()),
            ..Settlement::of(MailStatus::Pending, now().plus_seconds(5))
        };
        let later = Settlement { troubled_since: None, ..trouble.clone() };
        let mail = leased(c, "a", now()).unwrap();
        assert!(mails(c).settle(mail.id, "a", &trouble).unwrap());
        let told = MailTrouble { waiting: 1, since: now(), error: "535 no".into() };
        assert_eq!(c.mail_trouble().unwrap(), Some(told));

        let mail = leased(c, "a", now().plus_seconds(5)).unwrap();
        assert_eq!((mail.attempts, mail.troubled_since), (0, Some(now())));
        assert!(mails(c).settle(mail.id, "a", &later).unwrap());
        assert_eq!(c.mail_trouble().unwrap(), None);
        let mail = leased(c, "a", now().plus_seconds(5)).unwrap();
        assert_eq!((mail.attempts, mail.troubled_since), (1, None));

        assert!(mails(c).settle(mail.id, "a", &Settlement { troubled_since: Some(now()), ..later }).unwrap());
        mails(c).requeue(mail.id, now()).unwrap();
        let mail = leased(c, "a", now()).unwrap();
        assert_eq!((mail.attempts, mail.troubled_since), (0, None), "as if it had never been tried");
    });
}

#[test]
fn super_admins_who_can_act_are_told_of_widened_rights() {
    for_each_backend(|c| {
        people(c);
        c.batch_execute(
            "UPDATE users SET status = 'held' WHERE id = 'cleo'; \
             INSERT INTO role_assignments (user_id, role_id, assigned_by, assigned_at, expires_at) \
             SELECT 'ada', id, 'root', 1, NULL FROM roles WHERE role_name = 'super-admin' UNION ALL \
             SELECT 'bob', id, 'root', 1, 5 FROM roles WHERE role_name = 'super-admin' UNION ALL \
             SELECT 'cleo', id, 'root', 1, NULL FROM roles WHERE role_name = 'super-admin' UNION ALL \
             SELECT 'dora', id, 'root', 1, NULL FROM roles WHERE role_name = 'editor'",
        )
        .unwrap();
        assert_eq!(mails(c).list_super_admins(now()).unwrap(), [UserId::parse("ada").unwrap()]);
        let earlier = Timestamp::from_micros(4);
        assert_eq!(mails(c).list_super_admins(earlier).unwrap().len(), 2, "before the end of an assignment");
    });
}
