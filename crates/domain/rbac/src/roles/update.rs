//! Changes a role.

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, Prefill, ProofNeeded, Result, Topic,
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::edit::Edit;
use super::guard::require_all;
use super::model::{Role, RoleId};
use super::port::Roles;

/// Updates a role; at least one field is required. The name of a role never changes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRole {
    /// ID of the role.
    pub id: RoleId,
    /// Display name.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Description; null clears it.
    #[serde(default, deserialize_with = "given")]
    #[schemars(extend("x-multiline" = true))]
    pub description: Option<Option<String>>,
    /// All permissions of the role; replaces the present ones. At least one.
    #[serde(default)]
    pub permissions: Option<Vec<String>>,
    /// Whether the role is active. An inactive role gives its holders no permissions, from the next request on.
    #[serde(default)]
    pub is_active: Option<bool>,
    /// Whether its holders must have a second factor; whoever lacks one can do nothing but set one up, from the next request on.
    #[serde(default)]
    pub requires_second_factor: Option<bool>,
}

impl Operation for UpdateRole {
    const NAME: &'static str = "role.update";
    const PERMISSION: Permission = Permission::RolesWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const PREFILL: Option<Prefill> = Some(Prefill { query: "role.list", key: Some("id") });
    const RESOURCE: &'static str = "role";
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn Roles;
    type Output = Role;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for UpdateRole {
    fn run(&self, roles: &mut Self::Repository, cx: &Context) -> Result<Change<Role>> {
        let edit = Edit::checked(self)?;
        roles.lock_roles()?;
        let before = roles.find(self.id)?.ok_or_else(|| Error::not_found("Role"))?;
        require_all(cx, before.permission_set())?;
        let mut after = edit.applied_to(&before);
        if after == before {
            return Ok(Change::none().returning(before));
        }
        judge_rights(&before, &after, roles, cx)?;
        after.updated_at = cx.now;
        roles.update(&after)?;
        Ok(Change::of(Self::RESOURCE, after.id)
            .before(&before)
            .after(&after)
            .invalidate(Topic::Access)
            .returning(after))
    }
}

/// Built-in roles keep what they give; nobody changes what their own role gives, nor puts in what they lack.
fn judge_rights(before: &Role, after: &Role, roles: &mut dyn Roles, cx: &Context) -> Result<()> {
    let regranted = before.permissions != after.permissions;
    if before.is_built_in && (regranted || before.is_active != after.is_active) {
        return Err(Error::conflict("a built-in role keeps its permissions and stays active"));
    }
    if !regranted {
        return Ok(());
    }
    if let Some(user) = &cx.caller.user_id
        && roles.find_role_of(user)? == Some(before.id)
    {
        return Err(Error::forbidden("nobody changes the permissions of the role they hold themselves"));
    }
    require_all(cx, after.permission_set())
}

/// Tells a field given as null from an absent one.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use aedile_kernel::mock::context_of;
    use serde_json::json;

    use super::*;
    use crate::roles::MockRoles;
    use crate::roles::samples::{by_super_admin, custom, grantable, super_admin};

    const FLAGS: [Permission; 2] = [Permission::FlagsRead, Permission::FlagsWrite];

    fn update(fields: serde_json::Value) -> UpdateRole {
        let serde_json::Value::Object(mut input) = fields else { panic!("an object") };
        input.insert("id".into(), 4.into());
        serde_json::from_value(input.into()).unwrap()
    }

    /// A store with this one role, which `holder` holds. Nothing may be read before the lock is taken.
    fn store(role: Role, holder: &'static str) -> MockRoles {
        let mut roles = MockRoles::new();
        let id = role.id;
        let locked = Arc::new(AtomicBool::new(false));
        let lock = Arc::clone(&locked);
        roles.expect_lock_roles().returning(move || {
            lock.store(true, Ordering::Relaxed);
            Ok(())
        });
        roles.expect_find().returning(move |_| {
            assert!(locked.load(Ordering::Relaxed), "read before the lock");
            Ok(Some(role.clone()))
        });
        roles.expect_find_role_of().returning(move |user| Ok((user.as_str() == holder).then_some(id)));
        roles
    }

    fn refused(role: Role, fields: serde_json::Value, cx: &Context) -> Error {
        let mut roles = store(role, "user_own");
        roles.expect_update().never();
        update(fields).run(&mut roles, cx).unwrap_err()
    }

    #[test]
    fn a_custom_role_is_changed_and_the_difference_recorded() {
        let mut roles = store(custom("flag-manager", &FLAGS), "nobody");
        roles.expect_update().once().withf(|role| !role.is_active && role.description.is_none()).returning(|_| Ok(()));
        let fields = json!({"description": null, "permissions": ["flags:read"], "is_active": false});
        let change = update(fields).run(&mut roles, &by_super_admin()).unwrap();
        assert_eq!(change.output().updated_at, by_super_admin().now);
        let [record] = change.records() else { panic!("one record") };
        let new = json!({"description": null, "permissions": ["flags:read"], "is_active": false});
        assert_eq!(record.new_values, Some(new));
        assert_eq!(record.old_values.as_ref().unwrap()["permissions"], json!(["flags:read", "flags:write"]));
    }

    #[test]
    fn an_absent_description_stays_and_a_null_one_goes() {
        assert_eq!(update(json!({"is_active": true})).description, None);
        assert_eq!(update(json!({"description": null})).description, Some(None));
        assert_eq!(update(json!({"description": "x"})).description, Some(Some("x".into())));
    }

    #[test]
    fn an_update_without_fields_is_invalid() {
        let error = refused(custom("a", &FLAGS), json!({}), &by_super_admin());
        assert!(matches!(error, Error::Invalid(_)), "{error}");
        let error = refused(custom("a", &FLAGS), json!({"display_name": null}), &by_super_admin());
        assert!(matches!(error, Error::Invalid(_)), "{error}");
    }

    #[test]
    fn an_unknown_role_is_not_found() {
        let mut roles = MockRoles::new();
        roles.expect_lock_roles().returning(|| Ok(()));
        roles.expect_find().returning(|_| Ok(None));
        let error = update(json!({"is_active": true})).run(&mut roles, &by_super_admin()).unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{error}");
    }

    #[test]
    fn c_03_nobody_puts_in_a_permission_they_lack() {
        let cx = context_of("user_a", [&FLAGS[..], &[Permission::RolesWrite]].concat());
        let fields = json!({"permissions": ["flags:read", "flags:write", "users:write"]});
        let error = refused(custom("flag-manager", &FLAGS), fields, &cx);
        assert!(matches!(error, Error::Forbidden(_)), "{error}");
    }

    #[test]
    fn c_03_nobody_changes_the_permissions_of_their_own_role() {
        let cx = context_of("user_own", grantable());
        for names in [json!(["flags:read"]), json!(["flags:read", "flags:write", "users:write"])] {
            let error = refused(custom("flag-manager", &FLAGS), json!({"permissions": names}), &cx);
            assert!(matches!(error, Error::Forbidden(_)), "{error}");
        }
    }

    #[test]
    fn ones_own_role_may_be_described_and_sent_back_as_it_is() {
        let mut roles = store(custom("flag-manager", &FLAGS), "user_own");
        roles.expect_update().once().returning(|_| Ok(()));
        let fields = json!({"description": "Better", "permissions": ["flags:write", "flags:read"]});
        let change = update(fields).run(&mut roles, &context_of("user_own", grantable())).unwrap();
        assert_eq!(change.output().permissions, FLAGS, "another order is no change");
        assert_eq!(change.records()[0].new_values, Some(json!({"description": "Better"})));
    }

    #[test]
    fn c_04_nobody_shrinks_disables_or_describes_a_role_above_their_own() {
        let cx = context_of("user_a", [Permission::FlagsRead, Permission::RolesWrite]);
        for fields in
            [json!({"permissions": ["flags:read"]}), json!({"is_active": false}), json!({"display_name": "Harmless"})]
        {
            let error = refused(custom("flag-manager", &FLAGS), fields.clone(), &cx);
            assert!(matches!(error, Error::Forbidden(_)), "{fields}: {error}");
        }
        let error = refused(super_admin(), json!({"permissions": ["flags:read"]}), &cx);
        assert!(matches!(error, Error::Forbidden(_)), "{error}");
    }

    #[test]
    fn c_04_built_in_roles_keep_their_permissions_and_stay_active() {
        for cx in [by_super_admin(), context_of("user_own", grantable())] {
            for fields in [json!({"permissions": ["admin:read"]}), json!({"is_active": false})] {
                let error = refused(super_admin(), fields.clone(), &cx);
                assert!(matches!(error, Error::Conflict(_)), "{fields}: {error}");
            }
        }
    }

    #[test]
    fn a_built_in_role_takes_its_own_values_and_new_words() {
        let own: Vec<&str> = super_admin().permissions.iter().map(|p| p.as_str()).collect();
        let mut roles = store(super_admin(), "nobody");
        roles.expect_update().never();
        let same = update(json!({"permissions": own, "is_active": true}));
        let change = same.run(&mut roles, &by_super_admin()).unwrap();
        assert!(change.records().is_empty());

        let mut roles = store(super_admin(), "nobody");
        roles.expect_update().once().returning(|_| Ok(()));
        let change = update(json!({"display_name": "Root"})).run(&mut roles, &by_super_admin()).unwrap();
        assert_eq!(change.output().display_name, "Root");
    }

    #[test]
    fn c_06_a_role_can_not_be_renamed() {
        let error = serde_json::from_value::<UpdateRole>(json!({"id": 4, "role_name": "super-admin"})).unwrap_err();
        assert!(error.to_string().contains("role_name"), "{error}");
    }

    #[test]
    fn c_07_only_listed_permissions_may_be_put_in() {
        for names in [json!(["*"]), json!(["flags:*"]), json!(["own"]), json!([])] {
            let error = refused(custom("a", &FLAGS), json!({"permissions": names}), &by_super_admin());
            assert!(matches!(error, Error::Invalid(_)), "{names}: {error}");
        }
    }
}
