//! Who may have a key act for whom, and with which scopes. Minting, rotating and updating apply the same guard.

use aedile_kernel::{Context, Error, Permission, PermissionSet, Result};

use super::model::{ApiKey, KeyOwner};
use super::port::ApiKeys;

/// Refuses a caller who may not mint such a key for its owner.
pub(super) fn may_mint_again(keys: &mut dyn ApiKeys, key: &ApiKey, cx: &Context) -> Result<()> {
    may_give(&key.scopes, cx)?;
    let owner = keys.find_owner(&key.owner_id)?;
    may_act_for(&owner.ok_or_else(|| Error::not_found("User"))?, cx)
}

/// Refuses scopes that the caller, or that imply what the caller, lacks.
pub(super) fn may_give(scopes: &[Permission], cx: &Context) -> Result<()> {
    let given = scopes.iter().copied().collect::<PermissionSet>().with_implied();
    match cx.caller.permissions.first_missing(given) {
        Some(lacking) => Err(Error::forbidden(format!("nobody gives a key what they lack themself: {lacking}"))),
        None => Ok(()),
    }
}

/// Refuses an owner whom no key may act for, or none of this caller's.
pub(super) fn may_act_for(owner: &KeyOwner, cx: &Context) -> Result<()> {
    if !cx.caller.is(&owner.user_id) {
        // A key reads, and may spend, what is its owner's.
        cx.caller.require_all(PermissionSet::of_admin_flag())?;
    }
    if owner.may_own_keys {
        Ok(())
    } else {
        Err(Error::forbidden("only admins and owners whose accounts are in use own keys"))
    }
}
