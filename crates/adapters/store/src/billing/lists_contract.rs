//! What every database must list of sales and of the ledger.

use aedile_billing::ledger::{
    Account, AccountKind, Ledger, LedgerEntry, LedgerReader, LedgerTransaction, Source, Unit,
};
use aedile_billing::purchases::{Purchase, PurchaseStatus, Purchases, SaleFilter};
use aedile_kernel::{Cursor, Page, PageRequest, Position, UserId};
use diesel::connection::SimpleConnection;

use super::contract::{admin, id, user};
use crate::connection::Connection;
use crate::testing::for_each_backend;

fn page(limit: u32, after: Option<Cursor>) -> PageRequest {
    PageRequest { limit, position: after.map_or(Position::Offset(0), Position::After) }
}

/// Purchases of two skills by two buyers: the first and third `pdf` of `ada`, the second and fourth `csv` of `bob`.
fn sold(c: &mut Connection) {
    ["ada", "bob", "sue"].into_iter().for_each(|name| user(c, name));
    c.batch_execute(
        "INSERT INTO slugs (slug, kind) VALUES ('tools', 'category'), ('pdf', 'skill'), ('csv', 'skill'); \
         INSERT INTO categories (id, slug, name, icon, created_at, updated_at) VALUES (1, 'tools', 'Tools', 'grid', 1, 1); \
         INSERT INTO skills (id, slug, name, description, category_id, price_cents, seller_id, source, created_at, updated_at) \
         VALUES (1, 'pdf', 'PDF', '', 1, 999, 'sue', 'native', 1, 1), (2, 'csv', 'CSV', '', 1, 500, 'sue', 'native', 1, 1); \
         INSERT INTO purchases (buyer_id, skill_id, seller_id, amount_cents, fee_cents, status, created_at) VALUES \
         ('ada', 1, 'sue', 999, 150, 'completed', 1), ('bob', 2, 'sue', 500, 75, 'pending', 2), \
         ('ada', 1, 'sue', 999, 150, 'refunded', 3), ('bob', 2, 'sue', 500, 75, 'completed', 4);",
    )
    .unwrap();
}

fn list(c: &mut Connection, filter: &SaleFilter, page: &PageRequest) -> Page<Purchase> {
    c.list_all(filter, page).unwrap()
}

#[test]
fn sales_are_listed_newest_first_and_narrowed() {
    for_each_backend(|c| {
        sold(c);
        let everything = SaleFilter::default();
        let first = list(c, &everything, &page(3, None));
        let instants =
            |page: &Page<Purchase>| -> Vec<i64> { page.items.iter().map(|sale| sale.created_at.as_micros()).collect() };
        assert_eq!((instants(&first), first.total), (vec![4, 3, 2], Some(4)));
        let rest = list(c, &everything, &page(3, first.next));
        assert_eq!((instants(&rest), rest.total, rest.next), (vec![1], None, None));
        for (filter, expected) in [
            (SaleFilter { status: Some(PurchaseStatus::Completed), ..everything.clone() }, vec![4, 1]),
            (SaleFilter { buyer_id: Some(id("ada")), ..everything.clone() }, vec![3, 1]),
            (SaleFilter { skill_slug: Some("csv".into()), ..everything.clone() }, vec![4, 2]),
            (SaleFilter { seller_id: Some(id("bob")), ..everything.clone() }, vec![]),
        ] {
            let found = list(c, &filter, &page(50, None));
            assert_eq!(
                (instants(&found), found.total),
                (expected.clone(), u64::try_from(expected.len()).ok()),
                "{filter:?}"
            );
            assert!(found.items.iter().all(|sale| filter.skill_slug.is_none() || sale.skill_slug == "csv"));
        }
    });
}

#[test]
fn postings_are_listed_newest_first_with_their_lines() {
    for_each_backend(|c| {
        user(c, "ada");
        user(c, "sue");
        let given = |amount| {
            let account = Account::of(&id("ada"), Unit::MicroUsd);
            LedgerTransaction::with_platform(Source::AdminAdd, account, amount, AccountKind::Platform, &admin())
                .unwrap()
        };
        c.post(&given(5).noting(Some("sorry".into()))).unwrap();
        c.post(&given(7)).unwrap();
        let lines = [(Account::of_seller(&id("sue")), 85), (Account::platform(AccountKind::Fees, Unit::MicroUsd), 15)];
        let paid = LedgerEntry { account: Account::platform(AccountKind::Stripe, Unit::MicroUsd), amount: -100 };
        let lines = lines.into_iter().map(|(account, amount)| LedgerEntry { account, amount }).chain([paid]).collect();
        c.post(&LedgerTransaction::of(Source::Sale, lines, &admin()).unwrap().once_for("sale 1".into())).unwrap();

        let first = LedgerReader::list(c, &page(2, None)).unwrap();
        assert_eq!((first.items.len(), first.total), (2, Some(3)));
        let sale = &first.items[0];
        assert_eq!(
            (sale.source, sale.reference.as_deref(), sale.actor_id.as_str()),
            (Source::Sale, Some("sale 1"), "root")
        );
        let told: Vec<_> = sale
            .lines
            .iter()
            .map(|line| (line.account, line.owner.as_ref().map(UserId::as_str), line.amount))
            .collect();
        assert_eq!(
            told,
            [(AccountKind::Seller, Some("sue"), 85), (AccountKind::Fees, None, 15), (AccountKind::Stripe, None, -100)]
        );
        let second = &first.items[1].lines[0];
        assert_eq!((second.unit, second.amount, second.balance_after), (Unit::MicroUsd, 7, 12));
        let rest = LedgerReader::list(c, &page(2, first.next.clone())).unwrap();
        assert_eq!((rest.items.len(), rest.total, rest.next), (1, None, None));
        assert_eq!((rest.items[0].note.as_deref(), rest.items[0].lines[0].balance_after), (Some("sorry"), 5));
    });
}
