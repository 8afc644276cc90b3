//! How a flag is raised.

use aedile_kernel::{Change, Result};

use super::port::AbuseSignals;
use crate::flags::{NewFlag, RESOURCE};

/// The audit action.
const ACTION: &str = "abuse_flag.raise";

/// Raises the flag, unless one of its type about the same people is open.
pub(super) fn raise(signals: &mut dyn AbuseSignals, flag: &NewFlag) -> Result<Change<()>> {
    Ok(match signals.insert_flag(flag)? {
        Some(raised) => Change::of(RESOURCE, raised.id).after(&raised).as_action(ACTION),
        None => Change::none(),
    })
}
