//! Amounts and times as this family writes them.

use std::borrow::Cow;

use aedile_billing::ledger::TransactionId;
use aedile_billing::wallets::WalletChange;
use aedile_kernel::{MicroUsd, Result, Timestamp};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// Dollars as a JSON number with at most six decimals, written and read as text, so that no float comes between.
pub(super) struct Usd(pub(super) MicroUsd);

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let number = RawValue::from_string(self.0.to_string()).map_err(serde::ser::Error::custom)?;
        number.serialize(serializer)
    }
}

impl JsonSchema for Usd {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Usd".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "examples": [12.5] })
    }
}

/// A number as it was written.
pub(super) struct UsdText(Box<RawValue>);

impl JsonSchema for UsdText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "UsdText".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "description": "Dollars with at most six decimals.", "examples": [12.5] })
    }
}

impl<'de> Deserialize<'de> for UsdText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self)
    }
}

impl UsdText {
    /// The amount that is written.
    pub(super) fn amount(&self) -> Result<MicroUsd> {
        MicroUsd::parse(self.0.get())
    }
}

/// The id of an entry of the ledger.
pub(super) fn ledger_id(id: TransactionId) -> String {
    format!("led_{id}")
}

/// An instant from milliseconds since 1970.
pub(super) fn instant(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

/// Confirms a change that has nothing else to tell.
#[derive(Serialize, JsonSchema)]
pub(super) struct DoneBody {
    /// Always true.
    pub(super) ok: bool,
}

/// The answer to whatever was posted.
#[derive(Serialize, JsonSchema)]
pub(super) struct PostedBody {
    ok: bool,
    balance_after_usd: Usd,
    ledger_id: String,
}

impl From<WalletChange> for PostedBody {
    fn from(change: WalletChange) -> Self {
        Self { ok: true, balance_after_usd: Usd(change.balance_after), ledger_id: ledger_id(change.ledger_entry) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_they_are() {
        for (micros, text) in [(12_500_000, "12.5"), (-1, "-0.000001"), (0, "0"), (290_000, "0.29"), (25_000_000, "25")]
        {
            assert_eq!(serde_json::to_string(&Usd(MicroUsd(micros))).unwrap(), text);
        }
    }

    #[test]
    fn amounts_are_read_from_their_text() {
        let read = |text: &str| serde_json::from_str::<UsdText>(text).ok().and_then(|text| text.amount().ok());
        for (text, micros) in
            [("0.29", 290_000), ("1.15", 1_150_000), ("25", 25_000_000), ("-0.000001", -1), ("1e2", 100_000_000)]
        {
            assert_eq!(read(text), Some(MicroUsd(micros)), "{text}");
        }
        for bad in ["1e308", "1e-7", "\"12\"", "NaN", "25.0000001", "null", "true", "[1]", ""] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
