#![doc = include_str!("../README.md")]

pub mod account;
pub mod administrators;
pub mod audit;
pub mod caller;
mod carry_out;
pub mod change;
pub mod context;
pub mod digest;
pub mod error;
pub mod event;
pub mod fields;
pub mod id;
#[cfg(any(test, feature = "mock"))]
pub mod mock;
pub mod money;
pub mod news;
pub mod operation;
pub mod page;
pub mod permission;
pub mod rate;
pub mod registry;
pub mod rehearsal;
pub mod runner;
pub mod text;
pub mod time;
pub mod unit_of_work;

pub use account::{AccountStatus, LocalRole};
pub use administrators::{Administrator, Administrators};
pub use audit::{AuditEntry, Status};
pub use caller::{Caller, Credential, CredentialSecret, IdempotencyKey, Request};
pub use change::{Change, Message, Record};
pub use context::Context;
pub use error::{Error, FieldError, Result};
pub use event::{Event, Watcher};
pub use id::UserId;
pub use money::{Cents, Credits, MicroUsd};
pub use news::{Epochs, Topic};
pub use operation::{Admits, Command, Effect, Operation, Query};
pub use page::{Cursor, CursorKey, Page, PageRequest, Position, SortKey};
pub use permission::{Permission, PermissionSet};
pub use registry::{Operations, Registry};
pub use runner::{Done, Preview, Runner};
pub use time::{Clock, Entropy, Timestamp};
pub use unit_of_work::{Fate, Journal, Journaled, UnitOfWork, View};
