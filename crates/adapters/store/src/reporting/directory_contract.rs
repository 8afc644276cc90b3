//! What every list of all users must do.

use std::fmt::Write as _;

use aedile_kernel::{AccountStatus, PageRequest, Position};
use aedile_reporting::directory::{Directory, SortBy, SortOrder, UserFilter};
use diesel::connection::SimpleConnection;

use crate::connection::Connection;
use crate::testing::for_each_backend;

/// So many that one state is common and the others are not.
const USERS: usize = 2_200;

/// Users with all flags and states, whose order by name is not that of their numbers.
fn fill(connection: &mut Connection) {
    let mut rows = String::new();
    for number in 1..=USERS {
        let status = match number % 40 {
            0 => "held",
            1 => "deleted",
            _ => "active",
        };
        let (is_admin, email, time) = (number % 3 == 0, number * 7919 % USERS, number * 31 % 400);
        let terms = if number % 5 == 0 { "1" } else { "NULL" };
        let account = if number % 7 == 0 { format!("'acct_{number}'") } else { "NULL".to_owned() };
        let comma = if number == 1 { "" } else { ", " };
        write!(
            rows,
            "{comma}('user_{number}', '{email}@x', '{email}@x', '{email}', {is_admin}, '{status}', {time}, 0, {terms}, {account})"
        )
        .unwrap();
    }
    let columns = "id, email, sort_email, search_text, is_admin, status, created_at, updated_at, tos_accepted_at, \
                   stripe_connect_id";
    connection.batch_execute(&format!("INSERT INTO users ({columns}) VALUES {rows}")).unwrap();
}

const SORTS: [SortBy; 5] =
    [SortBy::CreatedAt, SortBy::Email, SortBy::IsAdmin, SortBy::IsSeller, SortBy::StripeConnected];

struct List<'a> {
    connection: &'a mut Connection,
    filter: UserFilter,
    sort_by: SortBy,
    order: SortOrder,
}

impl List<'_> {
    fn page(&mut self, page: &PageRequest) -> (Vec<String>, Option<u64>, Option<PageRequest>) {
        let found = Directory::list(self.connection, &self.filter, self.sort_by, self.order, page).unwrap();
        let next = found.next.map(|next| PageRequest { position: Position::After(next), ..page.clone() });
        (found.items.into_iter().map(|entry| entry.id.to_string()).collect(), found.total, next)
    }

    /// The whole list, by cursors.
    fn whole(&mut self) -> Vec<String> {
        let (mut all, mut page) = (Vec::new(), Some(PageRequest { limit: 100, ..PageRequest::first() }));
        while let Some(asked) = page {
            let (ids, _, next) = self.page(&asked);
            all.extend(ids);
            page = next;
        }
        all
    }
}

#[test]
fn a_page_at_an_offset_is_that_part_of_the_list() {
    for_each_backend(|connection| {
        fill(connection);
        for status in [None, Some(AccountStatus::Active), Some(AccountStatus::Held), Some(AccountStatus::Deleted)] {
            for (sort_by, order) in SORTS.into_iter().flat_map(|by| [(by, SortOrder::Asc), (by, SortOrder::Desc)]) {
                let filter = UserFilter { status, part: None };
                let mut list = List { connection: &mut *connection, filter, sort_by, order };
                let whole = list.whole();
                assert!(whole.len() >= USERS / 40, "{status:?}");
                for offset in [0, 1, 20, whole.len() / 2, whole.len() - 9, whole.len() - 1, whole.len(), 1_000_000] {
                    let position = Position::Offset(u32::try_from(offset).unwrap());
                    let (ids, total, next) = list.page(&PageRequest { limit: 8, position });
                    let expected: Vec<String> = whole.iter().skip(offset).take(8).cloned().collect();
                    assert_eq!(ids, expected, "{status:?} {sort_by:?} {order:?} {offset}");
                    assert_eq!(total, u64::try_from(whole.len()).ok());
                    assert_eq!(next.is_some(), offset + 8 < whole.len());
                }
            }
        }
    });
}
