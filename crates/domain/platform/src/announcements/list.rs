//! `announcement.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Announcement;
use super::port::Announcements;
use crate::input::bounded;

/// Lists announcements, past and future ones too, newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListAnnouncements {
    /// Which part; the first 50 when left out.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListAnnouncements {
    const NAME: &'static str = "announcement.list";
    const PERMISSION: Permission = Permission::AdminRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Announcements;
    type Output = Page<Announcement>;
}

impl Query for ListAnnouncements {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, announcements: &mut Self::Repository, _: &Context) -> Result<Page<Announcement>> {
        announcements.list(bounded(&self.page)?)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockAnnouncements;
    use super::super::samples::announcement;
    use super::*;

    #[test]
    fn the_page_asked_for_comes() {
        let mut announcements = MockAnnouncements::new();
        announcements
            .expect_list()
            .withf(|page| *page == PageRequest::first())
            .returning(|_| Ok(Page { items: vec![announcement(1)], total: Some(1), next: None }));
        let list: ListAnnouncements = serde_json::from_str("{}").unwrap();
        assert_eq!(list.run(&mut announcements, &context_of("u", [])).unwrap().items, [announcement(1)]);
    }

    #[test]
    fn c_53_a_page_is_bounded() {
        let page = PageRequest { limit: 0, ..PageRequest::first() };
        assert!(ListAnnouncements { page }.run(&mut MockAnnouncements::new(), &context_of("u", [])).is_err());
    }

    #[test]
    fn c_45_there_is_nothing_to_sort_or_filter_by() {
        assert!(serde_json::from_str::<ListAnnouncements>(r#"{"sort_by": "created_by"}"#).is_err());
    }
}
