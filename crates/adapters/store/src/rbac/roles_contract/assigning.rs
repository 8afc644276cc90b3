//! Assignments.

use aedile_kernel::{Administrators, Error};
use aedile_rbac::assignments::{AssignmentFilter, NewAssignment};
use aedile_rbac::roles::RoleId;

use super::{assign, assignments, now, roles, user};
use crate::testing::for_each_backend;

#[test]
fn another_assignment_takes_the_place_of_the_first() {
    for_each_backend(|c| {
        roles(c).lock_roles().unwrap();
        assert_eq!(assignments(c).lock_administrators().unwrap(), Administrators::default());
        let first = assign(c, "user_a", "viewer", None);
        assert_eq!(assignments(c).find(&user("user_a")).unwrap().as_ref(), Some(&first));
        let second = assign(c, "user_a", "editor", Some(60));
        assert_eq!((second.id, second.role_name.as_str()), (first.id, "editor"));
        assert_eq!(second.expires_at, Some(now().plus_seconds(60)));
        assert_eq!(assignments(c).find(&user("user_a")).unwrap(), Some(second));
        assert_eq!(roles(c).find_role_of(&user("user_a")).unwrap(), Some(RoleId(2)));
        assert_eq!(assign(c, "user_a", "editor", None).expires_at, None, "an end can be taken away");
        assignments(c).delete(&user("user_a")).unwrap();
        assignments(c).delete(&user("user_a")).unwrap();
        assert_eq!(assignments(c).find(&user("user_a")).unwrap(), None);
        assert_eq!(roles(c).find_role_of(&user("user_a")).unwrap(), None);
    });
}

#[test]
fn only_an_existing_role_can_be_assigned() {
    for_each_backend(|c| {
        let new = NewAssignment {
            clerk_user_id: user("user_a"),
            role_name: "unheard-of".into(),
            assigned_by: "user_boss".into(),
            assigned_at: now(),
            expires_at: None,
        };
        assert!(matches!(assignments(c).set(&new), Err(Error::NotFound(_))));
        assert_eq!(assignments(c).find_role("unheard-of").unwrap(), None);
        assert_eq!(assignments(c).find_role("editor").unwrap().unwrap().id, RoleId(2));
    });
}

#[test]
fn assignments_are_listed_by_user_and_by_role() {
    for_each_backend(|c| {
        for (id, role) in [("user_a", "viewer"), ("user_b", "editor"), ("user_c", "viewer")] {
            assign(c, id, role, None);
        }
        let mut listed = |id: Option<&str>, role: Option<&str>| -> Vec<String> {
            let filter = AssignmentFilter { clerk_user_id: id.map(user), role_name: role.map(Into::into) };
            let found = assignments(c).list(&filter).unwrap();
            found.iter().map(|a| format!("{}:{}", a.clerk_user_id, a.role_name)).collect()
        };
        assert_eq!(listed(None, None), ["user_a:viewer", "user_b:editor", "user_c:viewer"]);
        assert_eq!(listed(None, Some("viewer")), ["user_a:viewer", "user_c:viewer"]);
        assert_eq!(listed(Some("user_b"), None), ["user_b:editor"]);
        assert!(listed(Some("user_b"), Some("viewer")).is_empty());
    });
}
