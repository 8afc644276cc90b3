//! `voucher.mint`

use aedile_kernel::digest::{FieldDigest, hex};
use aedile_kernel::runner::Done;
use aedile_kernel::time::random_bytes;
use aedile_kernel::{
    Authority, Caller, Change, Command, Context, Effect, Entropy, Error, MicroUsd, Operation, Operations, Permission,
    Result, Timestamp,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::code::{CodeHash, VoucherCode};
use super::model::{Minted, Voucher, VoucherId};
use super::port::Vouchers;
use crate::wallets::positive;

/// The most vouchers at once.
const MOST: usize = 1_000;
/// The most uses of one.
const MOST_USES: i64 = 1_000_000;

/// Makes vouchers whose codes were drawn before. Entry points generate them and show them once; nobody else can.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MintVouchers {
    /// Value of each use in US dollars with at most 6 decimals, e.g. 12.50.
    pub amount: MicroUsd,
    /// How often each may be used, once by each user: 1 to 1,000,000.
    pub max_uses: i64,
    /// Expiry; never when omitted.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// One for each voucher, 1 to 1,000.
    pub vouchers: Vec<NewVoucher>,
}

/// Vouchers as somebody asks for them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedVouchers {
    /// Value of each use in US dollars with at most 6 decimals, e.g. 12.50.
    pub amount: MicroUsd,
    /// Number of vouchers: 1 to 1,000, default 1.
    #[serde(default = "one")]
    pub count: i64,
    /// Number of users who may redeem each voucher, once each: 1 to 1,000,000, default 1.
    #[serde(default = "one")]
    pub max_uses: i64,
    /// Expiry; never when omitted.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

const fn one() -> i64 {
    1
}

/// What is kept of a code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVoucher {
    /// Its hash.
    pub code_hash: CodeHash,
    /// Its last letters.
    pub code_hint: String,
}

impl From<&VoucherCode> for NewVoucher {
    fn from(code: &VoucherCode) -> Self {
        Self { code_hash: code.hash(), code_hint: code.hint() }
    }
}

impl MintVouchers {
    /// The vouchers that are wanted, and their codes, drawn from a seed; the same seed gives the same codes.
    ///
    /// # Errors
    /// `Invalid` for less than one and more than 1,000.
    pub fn generate(wanted: &WantedVouchers, seed: &[u8; 32]) -> Result<(Self, Vec<VoucherCode>)> {
        let count = usize::try_from(wanted.count).ok().filter(|count| (1..=MOST).contains(count));
        let count = count.ok_or_else(|| Error::invalid("count", "must be between 1 and 1000"))?;
        let codes = VoucherCode::generate(seed, count);
        let vouchers = codes.iter().map(NewVoucher::from).collect();
        let WantedVouchers { amount, max_uses, expires_at, .. } = *wanted;
        Ok((Self { amount, max_uses, expires_at, vouchers }, codes))
    }
}

impl Operation for MintVouchers {
    const NAME: &'static str = "voucher.mint";
    const PERMISSION: Permission = Permission::VouchersWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::ApiKey, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const GIVES_AWAY: &'static [&'static str] = &["amount", "count", "max_uses"];
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Vouchers;
    type Output = Minted;
}

impl Command for MintVouchers {
    fn run(&self, vouchers: &mut Self::Repository, cx: &Context) -> Result<Change<Minted>> {
        let amount = positive(self.amount)?;
        if !(1..=MOST_USES).contains(&self.max_uses) {
            return Err(Error::invalid("max_uses", "must be between 1 and 1000000"));
        }
        let vouchers_in_all = i64::try_from(self.vouchers.len()).unwrap_or(i64::MAX).saturating_mul(self.max_uses);
        if MicroUsd(amount.0.saturating_mul(vouchers_in_all)) > cx.policy.step_up.above {
            cx.require_recent_proof()?;
        }
        if self.expires_at.is_some_and(|end| end <= cx.now) {
            return Err(Error::invalid("expires_at", "must be in the future"));
        }
        let like = Voucher {
            id: VoucherId(0),
            code_hint: String::new(),
            amount,
            max_uses: self.max_uses,
            uses: 0,
            expires_at: self.expires_at,
            withdrawn_at: None,
            created_by: cx.caller.actor_id.clone(),
            api_key_id: cx.caller.credential.api_key_id().map(str::to_owned),
            created_at: cx.now,
        };
        let ids = vouchers.insert(&like, &self.vouchers)?;
        let (first, last) = (ids.first().copied(), ids.last().copied());
        let change = Change::of(Self::RESOURCE, first.unwrap_or(VoucherId(0))).after(&json!({
            "count": ids.len(),
            "last_id": last,
            "amount_micro_usd": amount.0,
            "max_uses": self.max_uses,
            "expires_at": self.expires_at,
        }));
        Ok(change.returning(Minted { ids, codes_digest: self.codes_digest() }))
    }
}

impl MintVouchers {
    /// Tells these codes from all others, and nothing about them.
    fn codes_digest(&self) -> String {
        let digest = self
            .vouchers
            .iter()
            .fold(FieldDigest::default(), |digest, voucher| digest.field(voucher.code_hash.as_str().as_bytes()));
        hex(&digest.finish())
    }
}

/// Draws codes and mints their vouchers. Nothing that is stored reveals a code. A request that comes again under its
/// `Idempotency-Key` with the same credential is answered with the same codes: they are drawn from both then, and the
/// credential is stored nowhere.
///
/// # Errors
/// Of the permission, of [`MintVouchers`], and `Conflict` for a request that comes again with another credential: its
/// codes were shown once and can't be found any more.
pub async fn mint_vouchers(
    operations: &Operations,
    entropy: &dyn Entropy,
    caller: &Caller,
    wanted: &WantedVouchers,
) -> Result<Done<Vec<VoucherCode>>> {
    let (command, codes) = MintVouchers::generate(wanted, &seed(caller, entropy))?;
    let digest = command.codes_digest();
    let Done { output, replayed } = operations.run(caller, command).await?;
    if output.codes_digest == digest {
        Ok(Done { output: codes, replayed })
    } else {
        Err(Error::conflict(
            "this request was carried out with another credential, and its codes were shown only once; \
             send it again with that credential, or withdraw its vouchers and mint new ones",
        ))
    }
}

fn seed(caller: &Caller, entropy: &dyn Entropy) -> [u8; 32] {
    match (&caller.idempotency_key, &caller.credential_secret) {
        (Some(key), Some(secret)) => {
            let parts = [caller.actor_id.as_bytes(), key.key().as_bytes(), key.fingerprint().as_slice()];
            secret.derive("voucher codes", &parts)
        }
        _ => random_bytes(entropy),
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, SeededEntropy, context_of, without_recent_proof};
    use aedile_kernel::{CredentialSecret, IdempotencyKey};

    use super::super::port::MockVouchers;
    use super::*;

    fn caller(credential: Option<&str>, key: Option<&str>) -> Caller {
        let caller = context_of("user_root", [Permission::VouchersWrite]).caller;
        let credential_secret = credential.map(|credential| CredentialSecret::of(credential.as_bytes()));
        let idempotency_key = key.map(|key| IdempotencyKey::new(key, [7; 32]).unwrap());
        Caller { credential_secret, idempotency_key, ..caller }
    }

    #[test]
    fn only_a_keyed_request_of_the_same_credential_draws_the_same_codes() {
        let entropy = SeededEntropy::default();
        let of = |credential, key| seed(&caller(credential, key), &entropy);
        assert_eq!(of(Some("a"), Some("mint-1")), of(Some("a"), Some("mint-1")));
        assert_ne!(of(Some("a"), Some("mint-1")), of(Some("b"), Some("mint-1")));
        assert_ne!(of(Some("a"), Some("mint-1")), of(Some("a"), Some("mint-2")));
        for (credential, key) in [(Some("a"), None), (None, Some("mint-1")), (None, None)] {
            assert_ne!(of(credential, key), of(credential, key), "drawn anew");
        }
    }

    fn wanted(count: i64, max_uses: i64, expires_in: Option<i64>) -> WantedVouchers {
        let expires_at = expires_in.map(|seconds| Timestamp::from_micros(NOW).plus_seconds(seconds));
        WantedVouchers { amount: MicroUsd(5_000_000), count, max_uses, expires_at }
    }

    fn mint(wanted: &WantedVouchers) -> Result<Change<Minted>> {
        mint_in(&context_of("user_root", [Permission::VouchersWrite]), wanted)
    }

    fn mint_in(cx: &Context, wanted: &WantedVouchers) -> Result<Change<Minted>> {
        let mut vouchers = MockVouchers::new();
        vouchers
            .expect_insert()
            .withf(|like, _| (like.uses, like.created_by.as_str()) == (0, "user_root"))
            .returning(|_, new| Ok((0..).map(|at| VoucherId(40 + at)).take(new.len()).collect()));
        let (command, _) = MintVouchers::generate(wanted, &[7; 32])?;
        command.run(&mut vouchers, cx)
    }

    #[test]
    fn vouchers_of_a_large_sum_ask_for_a_recent_proof() {
        let cx = without_recent_proof(context_of("user_root", [Permission::VouchersWrite]));
        for (count, max_uses, is_large) in [(20, 1, false), (21, 1, true), (10, 2, false), (3, 7, true)] {
            let minted = mint_in(&cx, &wanted(count, max_uses, None));
            assert_eq!(matches!(minted, Err(Error::ProofNeeded(_))), is_large, "{count} of 5 dollars, {max_uses} uses");
            assert_eq!(minted.is_ok(), !is_large);
        }
    }

    #[test]
    fn one_row_tells_of_all_that_were_made() {
        let change = mint(&wanted(3, 2, Some(1))).unwrap();
        assert_eq!(change.output().ids, [VoucherId(40), VoucherId(41), VoucherId(42)]);
        let [row] = change.records() else { panic!("one row") };
        let values = row.new_values.as_ref().unwrap();
        assert_eq!((row.resource_id.as_str(), &values["count"], &values["last_id"]), ("40", &json!(3), &json!(42)));
        assert_eq!((&values["amount_micro_usd"], &values["max_uses"]), (&json!(5_000_000), &json!(2)));
    }

    #[test]
    fn the_digest_tells_these_codes_from_all_others() {
        let digest = |seed: u8| MintVouchers::generate(&wanted(2, 1, None), &[seed; 32]).unwrap().0.codes_digest();
        assert_eq!(digest(7), digest(7));
        assert_ne!(digest(7), digest(8));
        assert_eq!(mint(&wanted(2, 1, None)).unwrap().output().codes_digest, digest(7));
    }

    #[test]
    fn counts_uses_and_ends_are_bounded() {
        for (count, max_uses, expires_in) in [(1, 1, None), (1_000, 1_000_000, None)] {
            assert!(mint(&wanted(count, max_uses, expires_in)).is_ok(), "{count} {max_uses}");
        }
        let refused =
            [(0, 1, None), (1_001, 1, None), (-1, 1, None), (1, 0, None), (1, 1_000_001, None), (1, 1, Some(0))];
        for (count, max_uses, expires_in) in refused {
            assert!(matches!(mint(&wanted(count, max_uses, expires_in)), Err(Error::Invalid(_))), "{count} {max_uses}");
        }
    }

    #[test]
    fn what_is_kept_of_a_code_is_its_hash_and_hint() {
        let (command, codes) = MintVouchers::generate(&wanted(2, 1, None), &[7; 32]).unwrap();
        assert_eq!((codes.len(), command.vouchers.len()), (2, 2));
        for (code, kept) in codes.iter().zip(&command.vouchers) {
            assert_eq!((kept.code_hash.clone(), kept.code_hint.clone()), (code.hash(), code.hint()));
            assert!(code.expose().ends_with(&kept.code_hint) && kept.code_hint.len() == 2);
        }
        let absent: WantedVouchers = serde_json::from_value(json!({ "amount": "5" })).unwrap();
        assert_eq!((absent.count, absent.max_uses), (1, 1));
    }
}
