//! The figures of money: what is given, spent, redeemed, read and listed.

use std::fs;

use aedile_billing::ledger::VerifiesLedger;
use aedile_billing::vouchers::{MintVouchers, NewVoucher, VoucherCode};
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Caller, MicroUsd};

use crate::Result;
use crate::cold::{self, Streamed};
use crate::database::Backend;
use crate::figures::{Bench, WARM_UP_SECONDS, named};
use crate::http::Request;
use crate::report;
use crate::seed::{self, Wallet};
use crate::site::Site;
use crate::wrk::Script;

/// Between how many users the load is spread.
const USERS: u32 = 256;
/// More codes than are redeemed in a second.
const CODES_A_SECOND: u32 = 12_000;
/// As many as are minted at once.
const CODES_AT_ONCE: usize = 1_000;
const CENT: MicroUsd = MicroUsd(10_000);
/// How much the streamed list may add to the memory that short answers take.
const LIST_MEMORY: u64 = 16 * 1024 * 1024;

impl Bench<'_> {
    /// Grants, spending, vouchers, a plan, and the list of all wallets.
    pub(crate) fn money(&self, backend: &Backend) -> Result<()> {
        let database = self.empty(backend)?;
        let site = self.open(&database, &["--admin-api-key", seed::ADMIN_API_KEY])?;
        let key = self.runtime.block_on(seed::api_key(site.runner()))?;
        let wallets = self.runtime.block_on(seed::wallets(site.runner(), USERS))?;
        let given = |wallet: &Wallet| line(&key, &format!(r#"{{"email":"{}","amount_usd":100}}"#, wallet.email));
        let grants = self
            .post(&site, "/api/v1/admin/credits/grant", "credits.grant", |_| Ok(wallets.iter().map(given).collect()))?;
        if *backend == Backend::Sqlite {
            report::aim(grants >= 5_000.0, "at least 5,000 a second", format_args!("{grants:.0}"))?;
        }
        let spent = |wallet: &Wallet| line(&wallet.token, r#"{"amount_usd":0.01}"#);
        self.post(&site, "/api/v1/credits/spend", "credits.spend", |_| Ok(wallets.iter().map(spent).collect()))?;
        self.post(&site, "/api/v1/vouchers/redeem", "voucher.redeem", |seconds| {
            let codes = self.codes(&site, seconds * CODES_A_SECOND)?;
            let redeemed = |(code, wallet): (&VoucherCode, &Wallet)| {
                line(&wallet.token, &format!(r#"{{"code":"{}"}}"#, code.expose()))
            };
            Ok(codes.iter().zip(wallets.iter().cycle()).map(redeemed).collect())
        })?;
        self.plan(&site, &wallets)?;
        let check = self.runtime.block_on(site.runner().verify_ledger(1))?;
        site.close();
        if let Some(problem) = check.problems.first() {
            return Err(format!("after the load the ledger does not fit: {problem}").into());
        }
        self.streamed(backend)
    }

    /// Posts a second, each of which is seen in the audit trail. `lines` makes those for so many seconds.
    fn post(&self, site: &Site<'_>, path: &str, action: &str, lines: impl Fn(u32) -> Result<String>) -> Result<f64> {
        let request = |name: &str, lines: String| -> Result<Request> {
            let (script, file) = (self.folder.path().join("posts.lua"), self.folder.path().join(name));
            fs::write(&script, include_str!("posts.lua"))?;
            fs::write(&file, lines)?;
            let arguments = vec![file.display().to_string()];
            Ok(Request { script: Some(Script { file: script, arguments }), ..Request::get(path) })
        };
        let warm_up = request("warm-up", lines(WARM_UP_SECONDS)?)?;
        let load = request("load", lines(self.arguments.seconds)?)?;
        let figure = self.figure_of_writes(site, action, [&warm_up, &load], 0)?;
        report::figure(&format!("{action}, audited and durable"), &figure)?;
        Ok(figure.per_second)
    }

    fn codes(&self, site: &Site<'_>, count: u32) -> Result<Vec<VoucherCode>> {
        let mut codes = Vec::new();
        while codes.len() < usize::try_from(count)? {
            let drawn = VoucherCode::generate(&random_bytes(site.runner().entropy().as_ref()), CODES_AT_ONCE);
            let vouchers = drawn.iter().map(NewVoucher::from).collect();
            let mint = MintVouchers { amount: CENT, max_uses: 1, expires_at: None, vouchers };
            self.runtime.block_on(site.runner().command(&Caller::console(), mint))?;
            codes.extend(drawn);
        }
        Ok(codes)
    }

    fn plan(&self, site: &Site<'_>, wallets: &[Wallet]) -> Result<()> {
        let user = &wallets.first().ok_or("there are no wallets")?.user_id;
        let request = Request::get(format!("/api/admin/users/{user}/plan")).header("X-Admin-Key", seed::ADMIN_API_KEY);
        let figure = self.figure(site, &request, "credits_balance")?;
        report::figure("one user's plan", &figure)?;
        let share = figure.of_hello() * 100.0;
        report::aim(share >= 30.0, "at least 30 % of hello", format_args!("{share:.1} %"))
    }

    /// The list of all wallets, from the binary in a process of its own: what it adds to that process's memory.
    fn streamed(&self, backend: &Backend) -> Result<()> {
        let Some(binary) = cold::binary()? else {
            return report::line("the binary is not built, so its list is not streamed");
        };
        let users = self.arguments.rows;
        let database = self.people(backend, users)?;
        let runner = self.migrated(&database)?;
        let key = self.runtime.block_on(seed::api_key(&runner))?;
        self.runtime.block_on(runner.store().close());
        let Streamed { users: read, time, before, peak } =
            cold::stream(&binary, &database.url, self.folder.path(), &key)?;
        if read < u64::from(users) {
            return Err(format!("{read} of {users} users were listed").into());
        }
        let added = peak.saturating_sub(before);
        report::line(format_args!(
            "{}: {}, {:.0} users a second, memory at most {} after {}",
            named("streamed list", users),
            report::time(time),
            f64::from(users) / time.as_secs_f64(),
            report::memory(peak),
            report::memory(before),
        ))?;
        report::aim(added <= LIST_MEMORY, "at most 16 MiB more", report::memory(added))
    }
}

fn line(token: &str, body: &str) -> String {
    format!("{token}\t{body}\n")
}
