//! Limits over a real Redis, when `AEDILE_TEST_REDIS` names one, and without any.

#[cfg(test)]
mod shared;
#[cfg(test)]
mod support;
