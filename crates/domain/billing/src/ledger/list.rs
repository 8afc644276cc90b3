//! `posting.list`

use aedile_kernel::{Context, Effect, Operation, Page, PageRequest, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::port::Journal;
use super::posted::PostedEntry;

/// Lists what was posted in the ledger, the newest first, each posting with its lines.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListPostings {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListPostings {
    const NAME: &'static str = "posting.list";
    const PERMISSION: Permission = Permission::AdminRead;
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "posting";
    type Repository = dyn Journal;
    type Output = Page<PostedEntry>;
}

impl Query for ListPostings {
    fn run(&self, journal: &mut Self::Repository, _: &Context) -> Result<Page<PostedEntry>> {
        journal.list(&self.page)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockJournal;
    use super::*;

    #[test]
    fn a_part_is_listed() {
        let mut journal = MockJournal::new();
        journal.expect_list().returning(|_| Ok(Page { items: vec![], total: Some(9), next: None }));
        let listed = ListPostings { page: PageRequest::first() }.run(&mut journal, &context_of("user_root", []));
        assert_eq!(listed.unwrap().total, Some(9));
    }
}
