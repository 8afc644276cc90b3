//! What every database must do with postings, plans and vouchers.

use aedile_billing::ledger::{Account, AccountKind, Ledger, LedgerCheck, LedgerTransaction, Source, Unit};
use aedile_billing::plans::{Plans, ResetPlan, SetPlan, UserPlan};
use aedile_billing::vouchers::{MintVouchers, NewVoucher, VoucherCode, Vouchers};
use aedile_billing::wallets::{Wallet, Wallets};
use aedile_kernel::mock::{NOW, context_of};
use aedile_kernel::{Command, Context, Error, MicroUsd, PageRequest, Permission, Position, Result, Timestamp, UserId};
use diesel::connection::SimpleConnection;

use crate::connection::Connection;
use crate::testing::for_each_backend;

pub(super) fn id(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

pub(super) fn admin() -> Context {
    context_of("root", Permission::ALL.iter().copied())
}

pub(super) fn user(c: &mut Connection, name: &str) {
    c.batch_execute(&format!(
        "INSERT INTO users (id, email, sort_email, email_verified, created_at, updated_at) \
         VALUES ('{name}', '{name}@example.com', '{name}@example.com', TRUE, 1, 1)"
    ))
    .unwrap();
}

pub(super) fn plans(c: &mut Connection) -> &mut dyn Plans {
    c
}

pub(super) fn wallets(c: &mut Connection) -> &mut (dyn Wallets + 'static) {
    c
}

pub(super) fn vouchers(c: &mut Connection) -> &mut (dyn Vouchers + 'static) {
    c
}

pub(super) fn mint(c: &mut Connection, amount: i64, max_uses: i64, seed: u8) -> VoucherCode {
    let code = VoucherCode::generate(&[seed; 32], 1).remove(0);
    let amount = MicroUsd(amount);
    let mint = MintVouchers { amount, max_uses, expires_at: None, vouchers: vec![NewVoucher::from(&code)] };
    let minted = mint.run(vouchers(c), &admin()).unwrap();
    assert_eq!(minted.output().ids.len(), 1);
    code
}

/// Fails unless the books fit.
#[track_caller]
pub(super) fn fits(c: &mut Connection) {
    let check = c.check(10).unwrap();
    assert_eq!(check.problems, Vec::<String>::new());
    assert!(check.transactions > 0);
}

fn give(c: &mut Connection, name: &str, amount: i64) -> Result<Option<i64>> {
    let account = Wallet::account(&id(name));
    let posting =
        LedgerTransaction::with_platform(Source::Adjustment, account, amount, AccountKind::Platform, &admin())?;
    Ok(c.post(&posting)?.map(|posted| posted.balance_after))
}

#[test]
fn a_posting_moves_both_balances_or_none() {
    for_each_backend(|c| {
        user(c, "ada");
        let (ada, platform) =
            (Account::of(&id("ada"), Unit::MicroUsd), Account::platform(AccountKind::Platform, Unit::MicroUsd));
        assert_eq!(c.balance(&ada).unwrap(), 0);
        assert_eq!(give(c, "ada", 5).unwrap(), Some(5));
        assert_eq!(give(c, "ada", -2).unwrap(), Some(3));
        assert_eq!(give(c, "ada", -4).unwrap(), None, "no user's balance is negative");
        assert_eq!((c.balance(&ada).unwrap(), c.balance(&platform).unwrap()), (3, -3));
        assert_eq!(c.balance(&Account::of(&id("ada"), Unit::Credits)).unwrap(), 0);
        fits(c);
    });
}

#[test]
fn a_balance_never_leaves_its_range() {
    for_each_backend(|c| {
        user(c, "ada");
        assert_eq!(give(c, "ada", i64::MAX).unwrap(), Some(i64::MAX));
        assert!(matches!(give(c, "ada", 1), Err(Error::Invalid(_))));
        fits(c);
    });
}

#[test]
fn what_happens_once_is_posted_once() {
    for_each_backend(|c| {
        user(c, "ada");
        let account = Wallet::account(&id("ada"));
        let posting =
            LedgerTransaction::with_platform(Source::Voucher, account, 1, AccountKind::Promotions, &admin()).unwrap();
        let posting = posting.once_for("voucher:1:ada".to_owned());
        assert!(c.post(&posting).unwrap().is_some());
        crate::testing::in_transaction_refused(c, |c| c.post(&posting).map(drop));
    });
}

#[test]
fn the_ledger_is_append_only() {
    for sql in [
        "UPDATE ledger_lines SET amount = 7",
        "DELETE FROM ledger_lines",
        "UPDATE ledger_postings SET note = 'x'",
        "UPDATE ledger_postings SET note = NULL, actor_id = 'other'",
        "UPDATE ledger_postings SET note = NULL, api_key_id = 'other'",
        "DELETE FROM ledger_postings",
    ] {
        for_each_backend(|c| {
            user(c, "ada");
            give(c, "ada", 5).unwrap();
            let refused = c.batch_execute(&format!("SAVEPOINT here; {sql}")).unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{refused}");
            c.batch_execute("ROLLBACK TO SAVEPOINT here").unwrap();
            c.batch_execute("UPDATE ledger_postings SET note = NULL").unwrap();
        });
    }
}

#[test]
fn what_does_not_fit_is_named() {
    for (sql, told) in [
        ("UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 'user'", "holds 6, and its lines are 5"),
        (
            "INSERT INTO ledger_lines (posting_id, account_id, amount, balance_after) \
          SELECT MIN(posting_id), MIN(account_id), 9, 9 FROM ledger_lines",
            "does not sum to zero",
        ),
        ("INSERT INTO ledger_postings (source, actor_id, created_at) VALUES ('spend', 'x', 1)", "fewer than two lines"),
        ("UPDATE vouchers SET uses = 1", "counts 1 uses, and has 0 postings"),
        ("INSERT INTO ledger_postings (source, actor_id, created_at) VALUES ('voucher', 'x', 1)", "nobody used"),
    ] {
        for_each_backend(|c| {
            user(c, "ada");
            give(c, "ada", 5).unwrap();
            mint(c, 1, 1, 7);
            fits(c);
            c.batch_execute(sql).unwrap();
            let problems = c.check(10).unwrap().problems.join("; ");
            assert!(problems.contains(told), "{sql}: {problems}");
        });
    }
}

#[test]
fn a_plan_is_set_and_reset_once_a_month() {
    for_each_backend(|c| {
        user(c, "ada");
        assert_eq!(plans(c).list_without_plan(10).unwrap(), [id("ada")]);
        let at = |text| Context { now: Timestamp::parse("t", text).unwrap(), ..admin() };
        let started = at("2026-01-31T10:00:00Z");
        let set = SetPlan { user_id: id("ada"), tier: "pro".into() }.run(c, &started).unwrap();
        assert_eq!(set.output().granted, 100_000);
        let plan = plans(c).find_plan(&id("ada")).unwrap().unwrap();
        assert_eq!((plan.tier.as_str(), plan.balance), ("pro", 100_000));
        assert_eq!(plan.reset_date.to_rfc3339(), "2026-02-28T10:00:00Z");
        assert!(plans(c).list_without_plan(10).unwrap().is_empty());

        let due = |c: &mut Connection, now: &Context| plans(c).list_due(now.now, 10).unwrap();
        assert!(due(c, &at("2026-02-28T09:59:59Z")).is_empty());
        let first = at("2026-02-28T10:00:00Z");
        assert_eq!(due(c, &first), [id("ada")]);
        for (now, records) in
            [(&first, 1), (&first, 0), (&at("2026-03-31T12:00:00Z"), 1), (&at("2026-07-01T00:00:00Z"), 1)]
        {
            let change = ResetPlan { user_id: id("ada") }.run(c, now).unwrap();
            assert_eq!(change.records().len(), records, "{}", now.now);
        }
        let plan = plans(c).find_plan(&id("ada")).unwrap().unwrap();
        assert_eq!((plan.balance, plan.reset_date.to_rfc3339().as_str()), (100_000, "2026-07-31T10:00:00Z"));
        let mut events = |position| plans(c).list_events(&id("ada"), &PageRequest { limit: 3, position }).unwrap();
        let first = events(Position::Offset(0));
        let reasons: Vec<&str> = first.items.iter().map(|event| event.reason.as_str()).collect();
        assert_eq!(reasons, ["plan_reset", "plan_expire", "plan_reset"]);
        let (mut all, mut next) = (first.items, first.next);
        while let Some(cursor) = next {
            let page = events(Position::After(cursor));
            all.extend(page.items);
            next = page.next;
        }
        let whole =
            plans(c).list_events(&id("ada"), &PageRequest { limit: 200, position: Position::Offset(0) }).unwrap();
        assert!(whole.next.is_none() && whole.items.len() > 3);
        assert_eq!(all, whole.items, "no event is left out or told twice");
        fits(c);
    });
}

#[test]
fn wallets_are_listed_by_number_and_found_by_address() {
    for_each_backend(|c| {
        for name in ["ada", "bob", "cleo"] {
            user(c, name);
        }
        give(c, "bob", 12_500_000).unwrap();
        let all = wallets(c).list_wallets(0, 10).unwrap();
        assert_eq!(all.iter().map(|wallet| wallet.balance.0).collect::<Vec<_>>(), [0, 12_500_000, 0]);
        let rest = wallets(c).list_wallets(all[0].number, 1).unwrap();
        assert_eq!(rest, all[1..2]);
        assert_eq!(wallets(c).find_by_email("cleo@example.com").unwrap(), [id("cleo")]);
        assert!(wallets(c).find_by_email("nobody@example.com").unwrap().is_empty());
        wallets(c).set_frozen(&id("ada"), true).unwrap();
        assert!(wallets(c).find_wallet(&id("ada")).unwrap().unwrap().is_frozen);
        assert_eq!(NOW, admin().now.as_micros());
        assert_eq!(UserPlan::account(&id("ada")), Account::of(&id("ada"), Unit::Credits));
    });
}
