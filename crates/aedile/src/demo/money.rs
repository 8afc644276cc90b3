//! The demo's money: plans that were bought, dollars that were given and spent, and vouchers.

use aedile_billing::plans::{AdjustPlanCredits, SetPlan};
use aedile_billing::vouchers::{MintVouchers, NewVoucher, RedeemVoucher, VoucherCode};
use aedile_billing::wallets::{FreezeCredits, GrantCredits, SpendCredits};
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Caller, Credential, MicroUsd, PermissionSet, Result, Runner, UserId};
use aedile_store::Store;

use super::stage::Stage;

const CENT: i64 = 10_000;
/// How many users have dollars to spend.
const SPENDERS: usize = 24;

/// Fills wallets and plans in the name of `admin`.
pub(super) async fn fill(stage: &Stage, admin: &Caller) -> Result<()> {
    let runner = stage.runner.as_ref();
    for (number, tier) in
        (1..=36).zip(["starter", "pro", "starter", "enterprise", "starter", "pro"].into_iter().cycle())
    {
        stage.clock.pass();
        let user_id = user(number * 5)?;
        runner.command(admin, SetPlan { user_id: user_id.clone(), tier: tier.to_owned() }).await?;
        if number % 4 == 0 {
            let reason = Some("courtesy_grant".to_owned());
            runner.command(admin, AdjustPlanCredits { user_id, amount: 2_500, reason }).await?;
        }
    }
    let codes = VoucherCode::generate(&random_bytes(runner.entropy().as_ref()), 4);
    let vouchers = codes.iter().map(NewVoucher::from).collect();
    let mint = MintVouchers { amount: MicroUsd(1_000 * CENT), max_uses: 5, expires_at: None, vouchers };
    runner.command(admin, mint).await?;
    for (number, code) in (1..=SPENDERS).zip(codes.iter().cycle()) {
        stage.clock.pass();
        let id = user(number * 7)?;
        let caller = Caller::user(&id, None, Credential::ProviderToken, PermissionSet::USER);
        let cents = i64::try_from(number).unwrap_or(1) * 137;
        if number % 3 == 0 {
            runner.command(&caller, RedeemVoucher { code: code.clone() }).await?;
        } else {
            let email = email(runner, &caller).await?;
            let note = Some("compensation for an outage".to_owned());
            runner.command(admin, GrantCredits { email, amount: MicroUsd(2_500 * CENT + cents * CENT), note }).await?;
        }
        let note = Some("renders".to_owned());
        runner.command(&caller, SpendCredits { amount: MicroUsd(cents.min(900) * CENT), note }).await?;
    }
    let id = user(7)?;
    let caller = Caller::user(&id, None, Credential::ProviderToken, PermissionSet::USER);
    runner.command(admin, FreezeCredits { email: email(runner, &caller).await?, frozen: true }).await.map(drop)
}

fn user(number: usize) -> Result<UserId> {
    UserId::parse(&format!("user_{number:03}"))
}

async fn email(runner: &Runner<Store>, caller: &Caller) -> Result<String> {
    let wallet = runner.query(caller, aedile_billing::wallets::GetWallet {}).await?;
    Ok(wallet.email.unwrap_or_default())
}
