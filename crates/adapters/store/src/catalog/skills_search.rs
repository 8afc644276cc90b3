//! Full-text search, where the two databases have nothing in common but the words.

use aedile_catalog::skills::{IndexEntry, Term, Terms};
use aedile_kernel::Result;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::OFFERED;
use super::skills_listing::Scope;
use crate::connection::Connection;
use crate::error::{DriverResult, exactly};
use crate::schema::catalog::skills_search;

pub(super) fn insert(connection: &mut Connection, skill: i64, index: &IndexEntry) -> Result<()> {
    let inserted = diesel::insert_into(skills_search::table)
        .values((
            skills_search::rowid.eq(skill),
            skills_search::name.eq(&index.name),
            skills_search::keywords.eq(&index.keywords),
            skills_search::description.eq(&index.description),
        ))
        .execute(connection)
        .db()?;
    exactly(1, inserted)
}

pub(super) fn update(connection: &mut Connection, skill: i64, index: &IndexEntry) -> Result<()> {
    let updated = diesel::update(skills_search::table.find(skill))
        .set((
            skills_search::name.eq(&index.name),
            skills_search::keywords.eq(&index.keywords),
            skills_search::description.eq(&index.description),
        ))
        .execute(connection)
        .db()?;
    exactly(1, updated)
}

/// Names weigh ten times as much as descriptions, keywords five times. The index is walked first (`CROSS JOIN` keeps the
/// order): its hits are few, and only there can SQLite rank them.
const ON_SQLITE: &str = "\
    SELECT skills.id FROM skills_search CROSS JOIN skills ON skills.id = skills_search.rowid \
    LEFT JOIN users ON users.id = skills.seller_id WHERE skills_search MATCH $1 AND OFFERED \
    AND ($2 IS NULL OR skills.category_id = $2) AND ($3 IS NULL OR skills.seller_id = $3) \
    AND skills.price_cents BETWEEN $4 AND $5 \
    ORDER BY bm25(skills_search, 10.0, 5.0, 1.0), skills.id LIMIT $6 OFFSET $7";

/// The same in PostgreSQL's words; its weights are those of the letters D to A.
const ON_POSTGRES: &str = "\
    SELECT skills.id FROM to_tsquery('simple', $1) AS wanted \
    JOIN skills_search ON skills_search.vector @@ wanted JOIN skills ON skills.id = skills_search.rowid \
    LEFT JOIN users ON users.id = skills.seller_id WHERE OFFERED \
    AND ($2 IS NULL OR skills.category_id = $2) AND ($3 IS NULL OR skills.seller_id = $3) \
    AND skills.price_cents BETWEEN $4 AND $5 \
    ORDER BY ts_rank('{0, 0.1, 0.5, 1}', skills_search.vector, wanted) DESC, skills.id LIMIT $6 OFFSET $7";

#[derive(QueryableByName)]
struct Hit {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The numbers of the skills that hold all terms, best first.
pub(super) fn hits(
    connection: &mut Connection,
    terms: &Terms,
    scope: &Scope,
    limit: u32,
    offset: u32,
) -> Result<Vec<i64>> {
    let (sql, wanted) = match connection {
        Connection::Sqlite(_) => (ON_SQLITE, written(terms, " ", |term| (format!("\"{}\"", term.word()), "*"))),
        Connection::Postgres(_) => (ON_POSTGRES, written(terms, " & ", |term| (format!("'{}'", term.word()), ":*"))),
    };
    let hits: Vec<Hit> = diesel::sql_query(sql.replace("OFFERED", OFFERED))
        .bind::<Text, _>(wanted)
        .bind::<Nullable<BigInt>, _>(scope.category)
        .bind::<Nullable<Text>, _>(scope.seller.as_deref())
        .bind::<BigInt, _>(scope.min_price)
        .bind::<BigInt, _>(scope.max_price)
        .bind::<BigInt, _>(i64::from(limit))
        .bind::<BigInt, _>(i64::from(offset))
        .load(connection)
        .db()?;
    Ok(hits.into_iter().map(|hit| hit.id).collect())
}

/// All terms in a database's own words. A term holds letters and digits alone, so the quotes around it can't be left.
fn written(terms: &Terms, and: &str, quote: impl Fn(&Term) -> (String, &'static str)) -> String {
    let write = |term: &Term| {
        let (word, star) = quote(term);
        if term.is_prefix() { word + star } else { word }
    };
    terms.iter().map(write).collect::<Vec<_>>().join(and)
}
