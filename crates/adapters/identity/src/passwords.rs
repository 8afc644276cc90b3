//! Password hashes: PBKDF2-HMAC-SHA256 (RFC 8018), in the PHC string format.

use std::num::NonZeroU32;
use std::sync::Arc;

use aedile_accounts::{Password, PasswordHash, PasswordHasher};
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Entropy, Error, Result};
use async_trait::async_trait;
use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::sync::Semaphore;

const ROUNDS: u32 = 600_000;
/// A stored hash that asks for more rounds than this asks for an outage.
const MAX_ROUNDS: u32 = 10_000_000;
const SALT: usize = 16;
const KEY: usize = 32;

/// Hashes and verifies passwords on threads of their own, no more at once than there are cores.
pub struct Pbkdf2Hasher {
    rounds: NonZeroU32,
    entropy: Arc<dyn Entropy>,
    cores: Arc<Semaphore>,
}

impl Pbkdf2Hasher {
    /// A hasher with 600,000 rounds.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self::of(ROUNDS, entropy)
    }

    /// A hasher with so many rounds, for tests that would else wait.
    #[cfg(any(test, feature = "mock"))]
    pub fn with_rounds(rounds: u32, entropy: Arc<dyn Entropy>) -> Self {
        Self::of(rounds, entropy)
    }

    fn of(rounds: u32, entropy: Arc<dyn Entropy>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, Into::into);
        let rounds = NonZeroU32::new(rounds).unwrap_or(NonZeroU32::MIN);
        Self { rounds, entropy, cores: Arc::new(Semaphore::new(cores)) }
    }

    /// Runs work that takes a core for a while. A caller who goes away leaves the core taken until the work is done.
    async fn at_leisure<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let core = Arc::clone(&self.cores).acquire_owned().await.map_err(Error::internal)?;
        let work = move || {
            let result = work();
            drop(core);
            result
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

#[async_trait]
impl PasswordHasher for Pbkdf2Hasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash> {
        let (rounds, salt) = (self.rounds, random_bytes::<SALT>(self.entropy.as_ref()));
        let text = self
            .at_leisure(move || {
                let mut key = vec![0; KEY];
                pbkdf2::derive(PBKDF2_HMAC_SHA256, rounds, &salt, password.expose(), &mut key);
                Stored { rounds, salt: salt.to_vec(), key }.to_text()
            })
            .await?;
        PasswordHash::parse(&text)
    }

    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool> {
        let is_somebody = hash.is_some();
        let stored = match hash {
            Some(hash) => {
                Stored::read(hash.expose()).ok_or_else(|| Error::internal("a stored password hash is unreadable"))?
            }
            None => Stored { rounds: self.rounds, salt: vec![0; SALT], key: vec![0; KEY] },
        };
        let fits = self
            .at_leisure(move || {
                let Stored { rounds, salt, key } = stored;
                pbkdf2::verify(PBKDF2_HMAC_SHA256, rounds, &salt, password.expose(), &key).is_ok()
            })
            .await?;
        Ok(fits && is_somebody)
    }

    fn is_outdated(&self, hash: &PasswordHash) -> bool {
        Stored::read(hash.expose()).is_some_and(|stored| stored.rounds < self.rounds)
    }
}

/// `$pbkdf2-sha256$i=600000,l=32$salt$hash`, salt and hash in Base64 without padding.
struct Stored {
    rounds: NonZeroU32,
    salt: Vec<u8>,
    key: Vec<u8>,
}

impl Stored {
    fn to_text(&self) -> String {
        let (salt, key) = (STANDARD_NO_PAD.encode(&self.salt), STANDARD_NO_PAD.encode(&self.key));
        format!("$pbkdf2-sha256$i={},l={}${salt}${key}", self.rounds, self.key.len())
    }

    fn read(text: &str) -> Option<Self> {
        let (parameters, rest) = text.strip_prefix("$pbkdf2-sha256$i=")?.split_once('$')?;
        let (rounds, length) = parameters.split_once(",l=")?;
        let (salt, key) = rest.split_once('$')?;
        let rounds: NonZeroU32 = rounds.parse().ok()?;
        let (salt, key) = (STANDARD_NO_PAD.decode(salt).ok()?, STANDARD_NO_PAD.decode(key).ok()?);
        let is_sound = rounds.get() <= MAX_ROUNDS && key.len() >= KEY && length == key.len().to_string();
        is_sound.then_some(Self { rounds, salt, key })
    }
}

impl std::fmt::Debug for Pbkdf2Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pbkdf2Hasher").field("rounds", &self.rounds).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemEntropy;

    fn hasher(rounds: u32) -> Pbkdf2Hasher {
        Pbkdf2Hasher::with_rounds(rounds, Arc::new(SystemEntropy))
    }

    fn password(text: &str) -> Password {
        Password::new(text.into())
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let hasher = hasher(10);
        let hash = hasher.hash(password("correct horse")).await.unwrap();
        assert!(hash.expose().starts_with("$pbkdf2-sha256$i=10,l=32$"));
        assert!(hasher.verify(password("correct horse"), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify(password("Correct horse"), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify(password("correct horse"), None).await.unwrap());
        assert_ne!(hash, hasher.hash(password("correct horse")).await.unwrap(), "a salt of its own");
    }

    #[tokio::test]
    async fn a_hash_keeps_its_own_rounds() {
        let hash = hasher(7).hash(password("correct horse")).await.unwrap();
        assert!(hasher(10).verify(password("correct horse"), Some(hash)).await.unwrap());
    }

    /// RFC 7914, section 11: PBKDF2-HMAC-SHA-256 of "passwd" and "salt", one round, the first 32 bytes.
    #[tokio::test]
    async fn the_hash_is_the_standard_one() {
        let bytes: [u8; 32] = [
            0x55, 0xac, 0x04, 0x6e, 0x56, 0xe3, 0x08, 0x9f, 0xec, 0x16, 0x91, 0xc2, 0x25, 0x44, 0xb6, 0x05, 0xf9, 0x41,
            0x85, 0x21, 0x6d, 0xde, 0x04, 0x65, 0xe6, 0x8b, 0x9d, 0x57, 0xc2, 0x0d, 0xac, 0xbc,
        ];
        let hash =
            format!("$pbkdf2-sha256$i=1,l=32${}${}", STANDARD_NO_PAD.encode("salt"), STANDARD_NO_PAD.encode(bytes));
        assert!(hasher(1).verify(password("passwd"), PasswordHash::parse(&hash).ok()).await.unwrap());
    }

    #[tokio::test]
    async fn unreadable_hashes_are_a_defect_and_no_match() {
        let sound = hasher(1).hash(password("correct horse")).await.unwrap();
        let (head, key) = sound.expose().rsplit_once('$').unwrap();
        for text in [
            sound.expose().replace("i=1,", "i=0,"),
            sound.expose().replace("i=1,", "i=10000001,"),
            sound.expose().replace("i=1,", "i=99999999999,"),
            sound.expose().replace("l=32", "l=31"),
            sound.expose().replace("sha256", "sha1"),
            format!("{head}${}", &key[..4]),
            format!("{head}$!{}", &key[1..]),
        ] {
            let hash = PasswordHash::parse(&text).unwrap();
            let refused = hasher(1).verify(password("correct horse"), Some(hash)).await;
            assert!(matches!(refused, Err(Error::Internal(_))), "{text}");
        }
    }

    #[tokio::test]
    async fn c_41_nobody_costs_what_somebody_costs() {
        let hasher = hasher(400_000);
        let hash = hasher.hash(password("correct horse")).await.unwrap();
        let mut took = Vec::new();
        for hash in [Some(hash), None] {
            let started = std::time::Instant::now();
            hasher.verify(password("wrong horse"), hash).await.unwrap();
            took.push(started.elapsed().as_secs_f64());
        }
        assert!(took[1] > took[0] / 4.0, "{took:?}");
    }
}
