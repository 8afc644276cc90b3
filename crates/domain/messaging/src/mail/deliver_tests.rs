use aedile_kernel::UserId;

use super::*;

const NOW: i64 = 1_770_000_000_000_000;

fn now() -> Timestamp {
    Timestamp::from_micros(NOW)
}

fn mail() -> WaitingMail {
    WaitingMail {
        id: MailId(7),
        user_id: Some(UserId::parse("user_ada").unwrap()),
        address: Some("ada@example.com".into()),
        is_marketing: true,
        wants_marketing: true,
        attempts: 0,
        troubled_since: None,
        subject: "News".into(),
        text: "Hello".into(),
        html: None,
        created_at: now(),
    }
}

fn worker(key: u8) -> MailWorker {
    MailWorker::new("a".into(), InstallationKey::new([key; 32]))
}

fn after(mail: &WaitingMail, error: MailError) -> Settlement {
    let email = worker(1).email(mail).unwrap();
    judge(mail, &email, Err(error), now())
}

#[test]
fn what_a_mail_server_said_is_kept_in_short_and_without_the_address() {
    let said_so = |text: &str| said(&MailError::Never(text.into()), "ada@example.com");
    assert_eq!(said_so("550 no\r\n such user"), "the mail server refused it: 550 no such user");
    assert_eq!(said_so(&"x".repeat(1_000)).len(), LONGEST_ERROR);
    let named = said_so("550 <Ada@Example.COM>: no such user, ada@example.com");
    assert_eq!(named, "the mail server refused it: 550 <(the recipient)>: no such user, (the recipient)");
    assert_eq!(said_so("550 näin ei käy"), "the mail server refused it: 550 näin ei käy");
}

#[test]
fn a_recipients_server_may_put_a_mail_off_for_four_days() {
    let pauses: Vec<i64> = (0..).map_while(pause_after).collect();

    assert_eq!(pauses[..3], [5, 10, 20]);
    assert!(pauses.iter().all(|pause| (5..=3_600).contains(pause)), "{pauses:?}");
    assert!((4..=5).contains(&(pauses.iter().sum::<i64>() / 86_400)), "{pauses:?}");
    let last = WaitingMail { attempts: MOST_ATTEMPTS - 1, ..mail() };
    assert_eq!(after(&last, MailError::Later("451".into())).status, MailStatus::Failed);
}

#[test]
fn trouble_of_the_server_kills_no_mail_until_it_has_lasted_five_days() {
    let tried_often = WaitingMail { attempts: MOST_ATTEMPTS * 2, ..mail() };
    let first = after(&tried_often, MailError::Server("535".into()));
    assert_eq!((first.status, first.troubled_since), (MailStatus::Pending, Some(now())));
    assert_eq!(first.due_at, now().plus_seconds(FIRST_PAUSE));

    let lasting = |seconds: i64| {
        let mail = WaitingMail { troubled_since: Some(now().plus_seconds(-seconds)), ..mail() };
        after(&mail, MailError::Server("535".into()))
    };
    assert_eq!(lasting(60).due_at, now().plus_seconds(60));
    assert_eq!(lasting(86_400).due_at, now().plus_seconds(LONGEST_TROUBLE_PAUSE));
    assert_eq!(lasting(LONGEST_TROUBLE - 1).status, MailStatus::Pending);
    let given_up = lasting(LONGEST_TROUBLE);
    assert_eq!((given_up.status, given_up.troubled_since), (MailStatus::Failed, None));
}

#[test]
fn what_the_server_says_of_one_mail_ends_its_trouble() {
    let troubled = WaitingMail { troubled_since: Some(now().plus_seconds(-60)), ..mail() };
    for error in [MailError::Later("451".into()), MailError::Never("550".into())] {
        assert_eq!(after(&troubled, error).troubled_since, None);
    }
}

#[test]
fn a_worker_pauses_while_the_server_is_in_trouble() {
    let worker = worker(1);
    let trouble = after(&mail(), MailError::Server("535".into()));
    worker.heed(&trouble, now());
    assert!(worker.is_paused(now().plus_seconds(FIRST_PAUSE - 1)));
    assert!(!worker.is_paused(now().plus_seconds(FIRST_PAUSE)));
    worker.heed(&trouble, now().plus_seconds(100));
    assert!(worker.is_paused(now().plus_seconds(199)) && !worker.is_paused(now().plus_seconds(200)));
    worker.heed(&Settlement::of(MailStatus::Sent, now()), now().plus_seconds(100));
    assert!(!worker.is_paused(now().plus_seconds(101)));
}

#[test]
fn a_message_id_is_the_mails_own_wherever_its_number_is_used_again() {
    let id = |key: u8, mail: &WaitingMail| worker(key).email(mail).unwrap().message_id;
    let first = id(1, &mail());
    assert_eq!(first, id(1, &WaitingMail { attempts: 3, ..mail() }));
    assert_ne!(first, id(2, &mail()), "another installation");
    assert_ne!(first, id(1, &WaitingMail { created_at: now().plus_seconds(1), ..mail() }), "after a restored backup");
    assert_ne!(first, id(1, &WaitingMail { id: MailId(8), ..mail() }));
}

#[test]
fn who_does_not_want_it_or_is_gone_gets_nothing() {
    for unwanted in [
        WaitingMail { wants_marketing: false, ..mail() },
        WaitingMail { address: None, ..mail() },
        WaitingMail { address: None, is_marketing: false, ..mail() },
    ] {
        assert_eq!(worker(1).email(&unwanted), None);
    }
    let receipt = WaitingMail { is_marketing: false, wants_marketing: false, ..mail() };
    assert_eq!(worker(1).email(&receipt).unwrap().unsubscribe_token, None);
}
