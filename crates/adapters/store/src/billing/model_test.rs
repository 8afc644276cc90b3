//! Thousands of random operations against a model that is too simple to be wrong.

use std::collections::{BTreeMap, BTreeSet};

use aedile_billing::ledger::Ledger;
use aedile_billing::plans::{AdjustPlanCredits, Plans, SetPlan, UserPlan};
use aedile_billing::vouchers::{RedeemVoucher, VoucherCode};
use aedile_billing::wallets::{FreezeCredits, GrantCredits, SpendCredits, Wallet};
use aedile_kernel::mock::context_of;
use aedile_kernel::{Command, MicroUsd};

use super::contract::{admin, fits, id, mint, user, vouchers, wallets};
use crate::connection::Connection;
use crate::testing::for_each_backend;

const OPERATIONS: usize = 4_000;
const USERS: [&str; 6] = ["ada", "bob", "cleo", "dora", "emil", "fay"];
const TIERS: [(&str, i64); 4] = [("free", 5_000), ("starter", 25_000), ("pro", 100_000), ("enterprise", 1_000_000)];

/// Steele, Lea and Flood's SplitMix64: the same numbers each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn amount(&mut self) -> i64 {
        i64::try_from(self.below(20_000_000)).unwrap() + 1
    }
}

#[derive(Default)]
struct Account {
    dollars: i64,
    credits: Option<i64>,
    is_frozen: bool,
}

struct Voucher {
    code: VoucherCode,
    amount: i64,
    left: u64,
    users: BTreeSet<&'static str>,
}

#[derive(Default)]
struct Model {
    accounts: BTreeMap<&'static str, Account>,
    vouchers: Vec<Voucher>,
}

impl Model {
    /// Does the same to the model and the store; both must say yes or both no.
    fn step(&mut self, c: &mut Connection, dice: &mut Dice, number: usize) {
        let name = USERS[usize::try_from(dice.below(6)).unwrap()];
        let email = format!("{name}@example.com");
        let account = self.accounts.entry(name).or_default();
        let (ours, theirs) = match dice.below(7) {
            0 => {
                let amount = if dice.below(2) == 0 { dice.amount() } else { -dice.amount() };
                let fits = account.dollars + amount >= 0;
                account.dollars += if fits { amount } else { 0 };
                let grant = GrantCredits { email, amount: MicroUsd(amount), note: None };
                (fits, grant.run(wallets(c), &admin()).is_ok())
            }
            1 => {
                let amount = dice.amount() / 3;
                let fits = amount > 0 && account.dollars >= amount && !account.is_frozen;
                account.dollars -= if fits { amount } else { 0 };
                let spend = SpendCredits { amount: MicroUsd(amount), note: None };
                (fits, spend.run(wallets(c), &context_of(name, [])).is_ok())
            }
            2 => {
                account.is_frozen = dice.below(4) == 0;
                let freeze = FreezeCredits { email, frozen: account.is_frozen };
                (true, freeze.run(wallets(c), &admin()).is_ok())
            }
            3 => {
                let (tier, allotment) = TIERS[usize::try_from(dice.below(4)).unwrap()];
                account.credits = Some(allotment);
                let plans: &mut (dyn Plans + 'static) = c;
                (true, SetPlan { user_id: id(name), tier: tier.into() }.run(plans, &admin()).is_ok())
            }
            4 => {
                let amount = i64::try_from(dice.below(20_001)).unwrap() - 10_000;
                let before = account.credits.unwrap_or(5_000);
                let fits = amount != 0 && before + amount >= 0;
                // A refusal takes back the plan that was opened for it; here all is one transaction.
                let is_opened = amount != 0;
                account.credits =
                    if is_opened { Some(before + if fits { amount } else { 0 }) } else { account.credits };
                let plans: &mut (dyn Plans + 'static) = c;
                let adjust = AdjustPlanCredits { user_id: id(name), amount, reason: None };
                (fits, adjust.run(plans, &admin()).is_ok())
            }
            5 => {
                let (amount, left) = (dice.amount(), dice.below(4) + 1);
                let mut seed = [0; 32];
                seed[..8].copy_from_slice(&(dice.0 ^ u64::try_from(number).unwrap()).to_be_bytes());
                let code = mint_seeded(c, amount, left, seed);
                self.vouchers.push(Voucher { code, amount, left, users: BTreeSet::new() });
                (true, true)
            }
            _ => {
                let count = u64::try_from(self.vouchers.len()).unwrap();
                let Some(at) = count.checked_sub(1).map(|last| last - dice.below(count.min(5))) else { return };
                let voucher = &mut self.vouchers[usize::try_from(at).unwrap()];
                let fits = !account.is_frozen && voucher.left > 0 && voucher.users.insert(name);
                voucher.left -= u64::from(fits);
                account.dollars += if fits { voucher.amount } else { 0 };
                let redeem = RedeemVoucher { code: voucher.code.clone() };
                (fits, redeem.run(vouchers(c), &context_of(name, [])).is_ok())
            }
        };
        assert_eq!(ours, theirs, "operation {number}, of {name}");
    }

    fn agrees(&self, c: &mut Connection) {
        for (name, account) in &self.accounts {
            assert_eq!(c.balance(&Wallet::account(&id(name))).unwrap(), account.dollars, "{name}");
            assert_eq!(c.balance(&UserPlan::account(&id(name))).unwrap(), account.credits.unwrap_or(0), "{name}");
        }
    }
}

fn mint_seeded(c: &mut Connection, amount: i64, uses: u64, seed: [u8; 32]) -> VoucherCode {
    use aedile_billing::vouchers::{MintVouchers, NewVoucher};
    let code = VoucherCode::generate(&seed, 1).remove(0);
    let max_uses = i64::try_from(uses).unwrap();
    let vouchers_of = vec![NewVoucher::from(&code)];
    let mint = MintVouchers { amount: MicroUsd(amount), max_uses, expires_at: None, vouchers: vouchers_of };
    assert_eq!(mint.run(vouchers(c), &admin()).unwrap().output().ids.len(), 1);
    code
}

#[test]
fn twelve_thousand_operations_leave_what_the_model_says() {
    for seed in [1, 2, 3] {
        for_each_backend(|c| {
            USERS.iter().for_each(|name| user(c, name));
            mint(c, 1, 1, 255);
            let (mut model, mut dice) = (Model::default(), Dice(seed));
            for number in 0..OPERATIONS {
                model.step(c, &mut dice, number);
                if number % 500 == 0 {
                    model.agrees(c);
                }
            }
            model.agrees(c);
            fits(c);
        });
    }
}
