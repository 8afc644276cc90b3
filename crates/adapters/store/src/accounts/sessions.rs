//! Tokens of local sign-ins that were signed out.

use aedile_accounts::sessions::RevokedTokens;
use aedile_kernel::{Result, Timestamp};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;

use crate::connection::{Connection, Portable};
use crate::error::DriverResult;
use crate::schema::sign_ins::revoked_tokens;

impl RevokedTokens for Connection {
    fn revoke(&mut self, token_id: &str, expires_at: Timestamp) -> Result<bool> {
        let row = (revoked_tokens::token_id.eq(token_id), revoked_tokens::expires_at.eq(expires_at.as_micros()));
        let insert = diesel::insert_into(revoked_tokens::table).values(row).on_conflict_do_nothing();
        Ok(Portable(insert).execute(self).db()? == 1)
    }

    fn is_revoked(&mut self, token_id: &str) -> Result<bool> {
        select(exists(revoked_tokens::table.find(token_id))).get_result(self).db()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::for_each_backend;

    #[test]
    fn a_token_is_revoked_once() {
        for_each_backend(|c| {
            let at = Timestamp::from_seconds;
            let tokens: &mut dyn RevokedTokens = c;
            assert!(!tokens.is_revoked("a").unwrap());
            assert!(tokens.revoke("a", at(100)).unwrap());
            assert!(!tokens.revoke("a", at(100)).unwrap());
            assert!(tokens.revoke("b", at(200)).unwrap());
            assert!(tokens.is_revoked("a").unwrap() && !tokens.is_revoked("A").unwrap());
        });
    }
}
