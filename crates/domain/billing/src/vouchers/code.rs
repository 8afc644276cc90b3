//! The code of a voucher: what it looks like, how it is drawn, and what is kept of it.

use std::fmt;

use aedile_kernel::digest::{hex, sha256};
use aedile_kernel::text;
use schemars::JsonSchema;
use serde::Deserialize;

/// Letters and digits that nobody takes for each other: no 0, 1, B, I, O.
const ALPHABET: &[u8; 31] = b"ACDEFGHJKLMNPQRSTUVWXYZ23456789";
const PREFIX: &str = "VFC";
const LETTERS: usize = 12;
const GROUP: usize = 4;
/// How many letters are shown of a code that nobody may know. With two and [`ROUNDS`] it takes one graphics card ten years
/// to find a code from what is kept of it.
const SHOWN: usize = 2;
/// How often a code is hashed for the store: a millisecond.
const ROUNDS: usize = 4_096;

/// A code such as `VFC-ACDE-FGHJ-KLMN`. It is a secret: whoever has it has the money.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(from = "String")]
pub struct VoucherCode(String);

impl VoucherCode {
    /// So many codes, drawn from a random seed; the same seed gives the same codes. Each letter is as likely as any other:
    /// bytes that the alphabet does not divide are passed over.
    #[must_use]
    pub fn generate(seed: &[u8; 32], count: usize) -> Vec<Self> {
        let fair = u8::try_from(ALPHABET.len() * (256 / ALPHABET.len())).unwrap_or(u8::MAX);
        let blocks = (0_u64..).map(|number| sha256(&[seed.as_slice(), &number.to_be_bytes()].concat()));
        let bytes = blocks.flatten().filter(|byte| *byte < fair);
        let mut letters =
            bytes.filter_map(|byte| ALPHABET.get(usize::from(byte) % ALPHABET.len()).copied().map(char::from));
        (0..count).map(|_| Self::of_letters(&letters.by_ref().take(LETTERS).collect::<String>())).collect()
    }

    /// As people type or paste it: in any case and width, with whatever dashes and spaces. What can't be a code is kept as
    /// it is, and is nobody's.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        // No code is longer than this, however it is spelled, and what is need not be looked at as a whole.
        let plain = text::code(&text.chars().take(256).collect::<String>());
        match plain.strip_prefix(PREFIX) {
            Some(letters) if letters.len() == LETTERS && letters.bytes().all(|b| ALPHABET.contains(&b)) => {
                Self::of_letters(letters)
            }
            _ => Self(plain.chars().take(64).collect()),
        }
    }

    fn of_letters(letters: &str) -> Self {
        let groups = (0..LETTERS / GROUP).filter_map(|at| letters.get(at * GROUP..(at + 1) * GROUP));
        Self(std::iter::once(PREFIX).chain(groups).collect::<Vec<_>>().join("-"))
    }

    /// The whole code, for whom it was made.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its last letters, by which people tell their vouchers apart.
    #[must_use]
    pub fn hint(&self) -> String {
        self.0.chars().skip(self.0.chars().count().saturating_sub(SHOWN)).collect()
    }

    /// What is kept of it. Hashing is slow on purpose: a code has fewer letters than a guesser has guesses.
    #[must_use]
    pub fn hash(&self) -> CodeHash {
        let digest = (1..ROUNDS).fold(sha256(self.0.as_bytes()), |digest, _| sha256(&digest));
        CodeHash(format!("{ROUNDS}:{}", hex(&digest)))
    }

    /// What earlier versions kept of a code; such codes are still redeemed.
    #[must_use]
    pub fn former_hash(&self) -> CodeHash {
        CodeHash(hex(&sha256(self.0.as_bytes())))
    }
}

impl From<String> for VoucherCode {
    fn from(text: String) -> Self {
        Self::typed(&text)
    }
}

impl fmt::Debug for VoucherCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VoucherCode(…)")
    }
}

/// The slow hash of a code, with the number of its rounds.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct CodeHash(String);

impl CodeHash {
    /// The hash as text, for the store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_look_as_documented_and_none_comes_twice() {
        let codes = VoucherCode::generate(&[7; 32], 1_000);
        for code in &codes {
            let groups: Vec<&str> = code.expose().split('-').collect();
            let [mark, groups @ ..] = groups.as_slice() else { panic!() };
            assert_eq!((*mark, groups.len()), (PREFIX, 3));
            assert!(groups.iter().all(|group| group.len() == 4 && group.bytes().all(|b| ALPHABET.contains(&b))));
        }
        let different: HashSet<&str> = codes.iter().map(VoucherCode::expose).collect();
        assert_eq!(different.len(), 1_000);
        assert_eq!(codes, VoucherCode::generate(&[7; 32], 1_000));
        assert_ne!(codes[0], VoucherCode::generate(&[8; 32], 1)[0]);
    }

    #[test]
    fn each_letter_is_as_likely_as_any_other() {
        let codes = VoucherCode::generate(&[1; 32], 10_000);
        let mut counts = [0_i32; 256];
        let letters = codes.iter().flat_map(|code| code.expose().trim_start_matches(PREFIX).bytes());
        letters.filter(|byte| *byte != b'-').for_each(|byte| counts[usize::from(byte)] += 1);
        // 120,000 letters over 31: 3,871 each, with a standard deviation of 61.
        for letter in ALPHABET {
            assert!((counts[usize::from(*letter)] - 3_871).abs() < 310, "{}", char::from(*letter));
        }
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = &VoucherCode::generate(&[7; 32], 1)[0];
        let plain = code.expose().replace('-', "");
        for typed in [
            code.expose().to_lowercase(),
            format!(" {plain} "),
            plain.clone(),
            plain.replace("VFC", "vfc "),
            code.expose().replace('-', "\u{2013}\u{200b}"),
        ] {
            assert_eq!(&VoucherCode::typed(&typed), code, "{typed}");
        }
        for other in ["", "VFC-BBBB-BBBB-BBBB", "VFC-ACDE", "ACDEFGHJKLMN", "VFC-ACDE-FGHJ-KLM€"] {
            assert_ne!(VoucherCode::typed(other).hash(), code.hash(), "{other}");
        }
        assert_eq!(format!("{code:?} {:?}", code.hash()), "VoucherCode(…) CodeHash(…)");
    }

    #[test]
    fn what_is_kept_of_a_code_takes_long_to_turn_back() {
        let code = &VoucherCode::generate(&[7; 32], 1)[0];
        assert!(code.hash().as_str().starts_with("4096:"));
        assert_ne!(code.hash().as_str().split_once(':').unwrap().1, code.former_hash().as_str());
        assert_eq!(code.hint().len(), 2);
        assert!(code.expose().ends_with(&code.hint()));
    }
}
