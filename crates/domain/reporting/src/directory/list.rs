//! Lists the users.

use aedile_kernel::{
    AccountStatus, Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result,
    email, text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{DirectoryEntry, SortBy, SortOrder, UserFilter};
use super::port::Directory;

/// The most characters to look for.
const LONGEST_PART: usize = 200;

/// Lists users. Deleted ones are listed only with that status filter.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListUsers {
    /// Part of the e-mail address or the name, case-insensitive.
    #[serde(default)]
    pub q: Option<String>,
    /// Filters by account status.
    #[serde(default)]
    pub status: Option<AccountStatus>,
    /// Sort column.
    #[serde(default)]
    pub sort_by: SortBy,
    /// Sort direction.
    #[serde(default)]
    pub sort_order: SortOrder,
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListUsers {
    const NAME: &'static str = "user.list";
    const PERMISSION: Permission = Permission::UsersRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "user";
    type Repository = dyn Directory;
    type Output = Page<DirectoryEntry>;
}

impl Query for ListUsers {
    fn cost(&self) -> ReadCost {
        // Part of a name is looked for in every user.
        if self.q.is_some() { ReadCost::Large } else { self.page.cost() }
    }

    fn run(&self, users: &mut Self::Repository, _: &Context) -> Result<Page<DirectoryEntry>> {
        let part = self.q.as_deref().map(|q| text::line("q", q, LONGEST_PART)).transpose()?;
        // An address is kept in one spelling, so it is looked for in that.
        let part = part.map(|part| text::folded(&email::comparable(&part).unwrap_or(part)));
        let filter = UserFilter { part, status: self.status };
        users.list(&filter, self.sort_by, self.sort_order, &self.page)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockDirectory;
    use super::*;

    fn list(q: &str) -> ListUsers {
        ListUsers {
            q: Some(q.into()),
            status: None,
            sort_by: SortBy::default(),
            sort_order: SortOrder::default(),
            page: PageRequest::first(),
        }
    }

    #[test]
    fn looking_for_part_of_a_name_costs_much() {
        assert_eq!(list("ada").cost(), ReadCost::Large);
        assert_eq!(ListUsers { q: None, ..list("") }.cost(), ReadCost::Small);
    }

    #[test]
    fn case_and_accents_do_not_matter_and_newest_come_first() {
        for (typed, sought) in
            [(" ÄRGER ", "arger"), ("a\u{308}rger", "arger"), ("Ada@XN--BCHER-KVA.example", "ada@bucher.example")]
        {
            let mut users = MockDirectory::new();
            users
                .expect_list()
                .withf(move |filter, sort_by, order, _| {
                    filter.part.as_deref() == Some(sought) && (*sort_by, *order) == (SortBy::CreatedAt, SortOrder::Desc)
                })
                .return_once(|_, _, _, _| Ok(Page { items: Vec::new(), total: Some(0), next: None }));
            list(typed).run(&mut users, &context_of("user_root", [Permission::UsersRead])).unwrap();
        }
    }

    #[test]
    fn an_endless_search_is_refused() {
        let cx = context_of("user_root", [Permission::UsersRead]);
        assert!(list(&"a".repeat(201)).run(&mut MockDirectory::new(), &cx).is_err());
    }
}
