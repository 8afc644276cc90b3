//! The figures.

use aedile_kernel::{Day, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What there is now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Users who were not deleted.
    pub users: i64,
    /// Users who accepted the terms for sellers.
    pub sellers: i64,
    /// Skills that are offered.
    pub skills: i64,
    /// Abuse flags that wait for a decision.
    pub open_abuse_flags: i64,
    /// Claims that wait for a decision.
    pub open_claims: i64,
    /// Mail that could not be delivered.
    pub failed_mail: i64,
}

/// What was new on a day in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DayFigures {
    /// Which day.
    pub date: Day,
    /// Users who were first seen.
    pub new_users: i64,
    /// Purchases that were paid.
    pub sales: i64,
    /// What was paid for them, in hundredths of a US dollar.
    pub sold_cents: i64,
    /// What was put into wallets, in millionths of a US dollar.
    pub credited_micro_usd: i64,
    /// Abuse flags that were raised.
    pub abuse_flags: i64,
}

impl DayFigures {
    /// A day on which nothing was new.
    #[must_use]
    pub const fn nothing_on(date: Day) -> Self {
        Self { date, new_users: 0, sales: 0, sold_cents: 0, credited_micro_usd: 0, abuse_flags: 0 }
    }
}

/// Mail that waits because the mail server can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MailTrouble {
    /// How many mails were tried and wait.
    pub waiting: i64,
    /// When the first of them met the trouble.
    pub since: Timestamp,
    /// What went wrong, with what the mail server said.
    pub error: String,
}

/// What is going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overview {
    /// What there is now.
    pub counts: Counts,
    /// What keeps mail from being sent; `None` when nothing does.
    pub mail_trouble: Option<MailTrouble>,
    /// Each of the last 30 days, today the last.
    pub days: Vec<DayFigures>,
}
