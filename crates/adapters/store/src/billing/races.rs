//! Money when many want it at once.

use std::sync::Barrier;

use aedile_billing::ledger::Ledger;
use aedile_billing::plans::{Plans, SetPlan};
use aedile_billing::vouchers::RedeemVoucher;
use aedile_billing::wallets::{GrantCredits, SpendCredits, Wallet};
use aedile_kernel::mock::context_of;
use aedile_kernel::{Command, Error, MicroUsd, Result};

use super::contract::{admin, fits, id, mint, user, vouchers, wallets};
use crate::connection::Connection;
use crate::testing::{TestDatabase, in_transaction};

/// Does the work so many times at once, each on a connection of its own.
fn at_once(
    database: &TestDatabase,
    times: usize,
    work: impl Fn(&mut Connection, usize) -> Result<()> + Sync,
) -> Vec<Result<()>> {
    let (work, start) = (&work, &Barrier::new(times));
    std::thread::scope(|scope| {
        let attempts: Vec<_> = (0..times)
            .map(|number| {
                scope.spawn(move || {
                    let mut connection = database.connect();
                    start.wait();
                    in_transaction(&mut connection, |c| work(c, number))
                })
            })
            .collect();
        attempts.into_iter().map(|attempt| attempt.join().unwrap()).collect()
    })
}

fn passed(results: &[Result<()>]) -> usize {
    results.iter().filter(|result| result.is_ok()).count()
}

#[test]
fn c_30_one_use_goes_to_one_of_fifty() {
    for database in TestDatabase::on_each_backend() {
        let code = in_transaction(&mut database.connect(), |c| {
            (0..50).for_each(|number| user(c, &format!("user_{number}")));
            Ok(mint(c, 10_000_000, 1, 1))
        })
        .unwrap();
        let results = at_once(&database, 50, |c, number| {
            let redeem = RedeemVoucher { code: code.clone() };
            redeem.run(vouchers(c), &context_of(&format!("user_{number}"), [])).map(drop)
        });
        assert_eq!(passed(&results), 1, "{results:?}");
        assert!(results.iter().all(|result| matches!(result, Ok(()) | Err(Error::Conflict(_)))), "{results:?}");
        fits(&mut database.connect());
    }
}

#[test]
fn c_30_one_user_uses_a_voucher_once() {
    for database in TestDatabase::on_each_backend() {
        let code = in_transaction(&mut database.connect(), |c| {
            user(c, "ada");
            Ok(mint(c, 10_000_000, 100, 1))
        })
        .unwrap();
        let results = at_once(&database, 20, |c, _| {
            RedeemVoucher { code: code.clone() }.run(vouchers(c), &context_of("ada", [])).map(drop)
        });
        assert_eq!(passed(&results), 1, "{results:?}");
        let mut connection = database.connect();
        assert_eq!(connection.balance(&Wallet::account(&id("ada"))).unwrap(), 10_000_000);
        fits(&mut connection);
    }
}

#[test]
fn of_a_hundred_spends_ten_are_covered() {
    for database in TestDatabase::on_each_backend() {
        in_transaction(&mut database.connect(), |c| {
            user(c, "ada");
            let grant = GrantCredits { email: "ada@example.com".into(), amount: MicroUsd(10_999_999), note: None };
            grant.run(wallets(c), &admin()).map(drop)
        })
        .unwrap();
        let mut covered = 0;
        for _ in 0..2 {
            let results = at_once(&database, 50, |c, _| {
                let spend = SpendCredits { amount: MicroUsd(1_000_000), note: None };
                spend.run(wallets(c), &context_of("ada", [])).map(drop)
            });
            covered += passed(&results);
            assert!(results.iter().all(|r| matches!(r, Ok(()) | Err(Error::PaymentRequired(_)))), "{results:?}");
        }
        assert_eq!(covered, 10);
        let mut connection = database.connect();
        assert_eq!(connection.balance(&Wallet::account(&id("ada"))).unwrap(), 999_999);
        fits(&mut connection);
    }
}

#[test]
fn plans_set_at_once_leave_one_allotment() {
    for database in TestDatabase::on_each_backend() {
        in_transaction(&mut database.connect(), |c| {
            user(c, "ada");
            Ok(())
        })
        .unwrap();
        let results = at_once(&database, 20, |c, number| {
            let tier = ["free", "starter", "pro", "enterprise"][number % 4].to_owned();
            let plans: &mut (dyn Plans + 'static) = c;
            SetPlan { user_id: id("ada"), tier }.run(plans, &admin()).map(drop)
        });
        assert_eq!(passed(&results), 20, "{results:?}");
        let mut connection = database.connect();
        let plan = Plans::find_plan(&mut connection, &id("ada")).unwrap().unwrap();
        let tiers = Plans::list_tiers(&mut connection).unwrap();
        let tier = tiers.iter().find(|tier| tier.name == plan.tier).unwrap();
        assert_eq!(plan.balance, tier.allotment);
        fits(&mut connection);
    }
}
