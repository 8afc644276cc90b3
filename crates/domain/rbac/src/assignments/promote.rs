//! Makes an admin from the machine's own command line.

use aedile_kernel::{
    Authority, Change, Command, Context, Credential, Effect, Error, Event, Operation, Permission, Result, Topic,
    UserId, email,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{NewAssignment, Person};
use super::port::Assignments;
use crate::principal::AccountStatus;
use crate::roles::SUPER_ADMIN;

/// Makes a user an admin with the role super-admin: the only way to the first one. It is refused through every other
/// entry point, so a system without admins opens nothing to anybody who can't reach its database anyway.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PromoteFromConsole {
    /// The user's id, or the e-mail of a user who has signed in before.
    pub user: String,
}

/// Who was promoted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Promoted {
    /// ID of the user.
    pub user_id: UserId,
    /// The user's e-mail, when known.
    pub email: Option<String>,
    /// The role they hold now.
    pub role_name: String,
}

impl Operation for PromoteFromConsole {
    const NAME: &'static str = "admin.promote";
    const PERMISSION: Permission = Permission::RolesAssign;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "user";
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn Assignments;
    type Output = Promoted;

    fn resource_id(&self) -> Option<String> {
        Some(self.user.clone())
    }
}

impl Command for PromoteFromConsole {
    fn run(&self, assignments: &mut Self::Repository, cx: &Context) -> Result<Change<Promoted>> {
        if cx.caller.credential != Credential::Console {
            return Err(Error::forbidden("only the command line of the machine itself may do this"));
        }
        assignments.lock_administrators()?;
        let (user, before) = self.find(assignments)?;
        let (after, change) = make_admin(&user, before, assignments, cx)?;
        let change = change.and(make_super_admin(&user, assignments, cx)?);
        Ok(change.returning(Promoted { user_id: user, email: after.email, role_name: SUPER_ADMIN.to_owned() }))
    }
}

impl PromoteFromConsole {
    /// An id may belong to somebody who has yet to sign in; an e-mail must belong to exactly one user.
    fn find(&self, assignments: &mut dyn Assignments) -> Result<(UserId, Option<Person>)> {
        if !self.user.contains('@') {
            let user = UserId::parse(self.user.trim())?;
            let person = assignments.lock_person(&user)?;
            return Ok((user, person));
        }
        let email = email::canonical("user", &self.user)?;
        let mut people = assignments.lock_people_by_email(&email)?;
        match (people.pop(), people.is_empty()) {
            (Some(person), true) => Ok((person.user_id.clone(), Some(person))),
            (Some(_), false) => Err(Error::conflict("several users have this e-mail; name one by id")),
            (None, _) => Err(Error::not_found("User with this verified e-mail address")),
        }
    }
}

fn make_admin(
    user: &UserId,
    before: Option<Person>,
    assignments: &mut dyn Assignments,
    cx: &Context,
) -> Result<(Person, Change<()>)> {
    match before {
        Some(person) if person.status == AccountStatus::Deleted => Err(Error::conflict("this account was deleted")),
        Some(person) if person.is_full_admin() => Ok((person, Change::none())),
        before => {
            let after = assignments.set_admin(user, cx.now)?;
            let change = Change::of(PromoteFromConsole::RESOURCE, user);
            let change = match before {
                Some(before) => change.before(&before),
                None => change.emit(Event::UserRegistered { user: user.clone() }),
            };
            let change = change.after(&after).invalidate(Topic::Access);
            Ok((after, change))
        }
    }
}

fn make_super_admin(user: &UserId, assignments: &mut dyn Assignments, cx: &Context) -> Result<Change<()>> {
    let held = assignments.find(user)?;
    if held.as_ref().is_some_and(super::Assignment::is_lasting_super_admin) {
        return Ok(Change::none());
    }
    let set = assignments.set(&NewAssignment {
        clerk_user_id: user.clone(),
        role_name: SUPER_ADMIN.to_owned(),
        assigned_by: cx.caller.actor_id.clone(),
        assigned_at: cx.now,
        expires_at: None,
    })?;
    let change = Change::of("role_assignment", user).as_action("role.assign");
    let change = if let Some(held) = held { change.before(&held) } else { change };
    Ok(change.after(&set).invalidate(Topic::Access))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Caller;
    use aedile_kernel::mock::context;

    use super::super::samples::{assigned, store};
    use super::*;
    use crate::assignments::MockAssignments;
    use crate::principal::LocalRole;
    use crate::roles::samples::by_super_admin;

    fn person(id: &str, local_role: Option<LocalRole>) -> Person {
        Person {
            user_id: UserId::parse(id).unwrap(),
            email: Some("b@example.com".into()),
            is_admin: false,
            local_role,
            status: AccountStatus::Active,
        }
    }

    fn admin(person: Person) -> Person {
        Person { is_admin: true, local_role: person.local_role.map(|_| LocalRole::Admin), ..person }
    }

    fn promoting(person_before: Option<Person>, after: Person) -> MockAssignments {
        let mut assignments = store(None);
        assignments.expect_lock_person().returning(move |_| Ok(person_before.clone()));
        assignments.expect_set_admin().once().returning(move |_, _| Ok(after.clone()));
        assignments.expect_set().once().returning(|new| Ok(assigned(new)));
        assignments
    }

    fn promote(user: &str, assignments: &mut MockAssignments) -> Result<Change<Promoted>> {
        PromoteFromConsole { user: user.into() }.run(assignments, &context(Caller::console()))
    }

    #[test]
    fn c_22_no_other_door_makes_the_first_admin() {
        for caller in [Caller::system(), by_super_admin().caller, Caller::anonymous()] {
            let command = PromoteFromConsole { user: "user_b".into() };
            let error = command.run(&mut MockAssignments::new(), &context(caller)).unwrap_err();
            assert!(matches!(error, Error::Forbidden(_)), "{error}");
        }
    }

    #[test]
    fn both_rows_are_recorded() {
        let before = person("user_b", Some(LocalRole::User));
        let mut assignments = promoting(Some(before.clone()), admin(before));
        let change = promote("user_b", &mut assignments).unwrap();
        let [user, role] = change.records() else { panic!("two records") };
        assert_eq!((user.resource_type, user.action, user.resource_id.as_str()), ("user", None, "user_b"));
        assert_eq!(user.new_values, Some(serde_json::json!({"is_admin": true, "local_role": "admin"})));
        assert_eq!((role.resource_type, role.action), ("role_assignment", Some("role.assign")));
        let new = role.new_values.as_ref().unwrap();
        assert_eq!((&new["role_name"], &new["assigned_by"]), (&SUPER_ADMIN.into(), &"console".into()));
    }

    #[test]
    fn somebody_unknown_is_promoted_by_id_before_their_first_sign_in() {
        let after = admin(Person { email: None, ..person("user_new", None) });
        let change = promote("user_new", &mut promoting(None, after)).unwrap();
        assert!(change.records()[0].old_values.is_none());
        assert_eq!(change.output().user_id.as_str(), "user_new");
    }

    #[test]
    fn a_second_promotion_changes_nothing() {
        let mut assignments = store(Some((SUPER_ADMIN, None)));
        assignments.expect_lock_person().returning(|_| Ok(Some(admin(person("user_b", Some(LocalRole::User))))));
        let change = promote("user_b", &mut assignments).unwrap();
        assert!(change.records().is_empty());
    }

    #[test]
    fn an_ending_or_lesser_role_is_replaced() {
        for held in [("viewer", None), (SUPER_ADMIN, Some(60))] {
            let mut assignments = store(Some(held));
            assignments.expect_lock_person().returning(|_| Ok(Some(admin(person("user_b", None)))));
            assignments.expect_set().once().returning(|new| Ok(assigned(new)));
            let change = promote("user_b", &mut assignments).unwrap();
            let [record] = change.records() else { panic!("one record") };
            assert_eq!(record.action, Some("role.assign"), "{held:?}");
        }
    }

    #[test]
    fn an_email_must_belong_to_exactly_one_user() {
        let found = |people: Vec<Person>| {
            let mut assignments = store(Some((SUPER_ADMIN, None)));
            assignments
                .expect_lock_people_by_email()
                .withf(|email| email == "b@example.com")
                .returning(move |_| Ok(people.clone()));
            promote(" B@Example.com ", &mut assignments)
        };
        assert!(matches!(found(vec![]), Err(Error::NotFound(_))));
        assert!(matches!(found(vec![person("user_b", None), person("user_c", None)]), Err(Error::Conflict(_))));
        assert_eq!(found(vec![admin(person("user_b", None))]).unwrap().output().user_id.as_str(), "user_b");
    }

    #[test]
    fn a_deleted_account_stays_deleted() {
        let mut assignments = store(None);
        let gone = Person { status: AccountStatus::Deleted, ..person("user_b", None) };
        assignments.expect_lock_person().returning(move |_| Ok(Some(gone.clone())));
        assert!(matches!(promote("user_b", &mut assignments), Err(Error::Conflict(_))));
    }
}
