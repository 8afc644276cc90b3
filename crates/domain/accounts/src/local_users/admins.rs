//! Those who can administer, and the rule that the last of them stays.

use aedile_kernel::{Error, Result, UserId};

/// Somebody with a right to administer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// Who.
    pub user: UserId,
    /// Whether they can use it: not held, not leaving, not kept from the API.
    pub able: bool,
}

/// All who can administer, by where their right comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Admins {
    /// Local users with the role admin.
    pub local: Vec<Administrator>,
    /// Holders of super-admin without an end. One whom nothing but a local sign-in vouches for is able only with the
    /// local role admin, without which the assignment is worth nothing.
    pub super_admins: Vec<Administrator>,
    /// Users with the flag `is_admin`.
    pub flagged: Vec<Administrator>,
}

impl Admins {
    /// Refuses what would keep `user` from administering at all, while nobody else of their kind can.
    pub(crate) fn outlive_removal_of(&self, user: &UserId) -> Result<()> {
        self.outlive_demotion_of(user)?;
        self.outlive_unflagging_of(user)
    }

    /// Refuses what would take the flag `is_admin` from `user`, while nobody else who can act has it.
    pub(crate) fn outlive_unflagging_of(&self, user: &UserId) -> Result<()> {
        stays(&self.flagged, user, "this is the last admin; make somebody else an admin first")
    }

    /// Refuses what would take the local role admin from `user`, while nobody else has it, or who holds super-admin alone.
    pub(super) fn outlive_demotion_of(&self, user: &UserId) -> Result<()> {
        stays(&self.local, user, "this is the last admin among the local users; make somebody else one first")?;
        stays(&self.super_admins, user, "this is the last super-admin; assign the role to somebody else first")
    }
}

fn stays(admins: &[Administrator], user: &UserId, refusal: &'static str) -> Result<()> {
    let is_one = admins.iter().any(|admin| &admin.user == user);
    let is_alone = !admins.iter().any(|admin| admin.able && &admin.user != user);
    if is_one && is_alone { Err(Error::conflict(refusal)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> UserId {
        UserId::parse(name).unwrap()
    }

    fn list(admins: &[(&str, bool)]) -> Vec<Administrator> {
        admins.iter().map(|(name, able)| Administrator { user: id(name), able: *able }).collect()
    }

    #[test]
    fn c_08_the_last_of_each_kind_stays() {
        let only_ada = list(&[("ada", true)]);
        for admins in [
            Admins { local: only_ada.clone(), ..Admins::default() },
            Admins { super_admins: only_ada.clone(), ..Admins::default() },
            Admins { flagged: only_ada.clone(), ..Admins::default() },
        ] {
            assert!(matches!(admins.outlive_removal_of(&id("ada")), Err(Error::Conflict(_))), "{admins:?}");
            assert!(admins.outlive_removal_of(&id("bob")).is_ok());
        }
    }

    #[test]
    fn somebody_who_can_not_act_does_not_count() {
        let admins = Admins { local: list(&[("ada", true), ("held", false)]), ..Admins::default() };
        assert!(admins.outlive_demotion_of(&id("ada")).is_err());
        assert!(admins.outlive_demotion_of(&id("held")).is_ok());
    }

    #[test]
    fn the_flag_outlives_a_demotion() {
        let admins = Admins { flagged: list(&[("ada", true)]), ..Admins::default() };
        assert!(admins.outlive_demotion_of(&id("ada")).is_ok());
    }
}
