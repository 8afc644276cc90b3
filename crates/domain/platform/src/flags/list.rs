//! `flag.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Flag;
use super::port::Flags;
use crate::input::bounded;

/// Lists the feature flags, oldest first: all of them, or one page.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListFlags {
    /// Which part; all of them when left out.
    #[serde(default)]
    pub page: Option<PageRequest>,
}

impl Operation for ListFlags {
    const NAME: &'static str = "flag.list";
    const PERMISSION: Permission = Permission::AdminRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Flags;
    type Output = Page<Flag>;
}

impl Query for ListFlags {
    fn run(&self, flags: &mut Self::Repository, _: &Context) -> Result<Page<Flag>> {
        if let Some(page) = &self.page {
            return flags.list(bounded(page)?);
        }
        let items = flags.list_all()?;
        let total = u64::try_from(items.len()).ok();
        Ok(Page { items, total, next: None })
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockFlags;
    use super::super::samples::flag;
    use super::*;

    #[test]
    fn without_a_page_all_come() {
        let mut flags = MockFlags::new();
        flags.expect_list_all().returning(|| Ok(vec![flag("a"), flag("b")]));
        let page = ListFlags::default().run(&mut flags, &context_of("u", [])).unwrap();
        assert_eq!((page.items.len(), page.total, page.next), (2, Some(2), None));
    }

    #[test]
    fn c_53_a_page_is_bounded() {
        let page = Some(PageRequest { limit: 101, ..PageRequest::first() });
        assert!(ListFlags { page }.run(&mut MockFlags::new(), &context_of("u", [])).is_err());
    }

    #[test]
    fn c_18_an_unknown_filter_is_refused() {
        for json in [r#"{"sort_by": "created_by"}"#, r#"{"target_users": "x"}"#] {
            assert!(serde_json::from_str::<ListFlags>(json).is_err(), "{json}");
        }
    }
}
