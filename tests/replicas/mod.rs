//! Two instances on one database.

mod changes;
mod outage;
mod pair;
mod pooler;
mod rates;
