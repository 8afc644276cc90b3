//! Many skills, written past the store, as operations leave them.

use std::fmt::Write;

use crate::Result;
use crate::database::{Direct, Scratch};

const ROWS_A_STATEMENT: u32 = 500;
const CREATED_AT: i64 = 1_500_000_000_000_000;
const FIRST: [&str; 16] = [
    "quick", "steady", "silent", "bright", "modern", "classic", "gentle", "strict", "tiny", "grand", "clever", "plain",
    "early", "late", "open", "deep",
];
const SECOND: [&str; 16] = [
    "invoice", "header", "release", "garden", "budget", "palette", "contract", "meeting", "travel", "recipe", "query",
    "chart", "secret", "webhook", "letter", "calendar",
];
const THIRD: [&str; 16] = [
    "reader", "writer", "checker", "planner", "finder", "keeper", "builder", "sorter", "coach", "doctor", "watcher",
    "tester", "maker", "helper", "scribe", "guide",
];

/// Words that one skill in 4,096 is named by.
pub(crate) const RARE_NAME: &str = "grand palette keeper";

/// Adds so many skills in one category.
pub(crate) fn fill(database: &Scratch, skills: u32) -> Result<()> {
    let mut connection = database.connect()?;
    if let Direct::Sqlite(_) = connection {
        connection.execute("PRAGMA synchronous = OFF")?;
    }
    connection.execute(&format!(
        "INSERT INTO slugs (slug, kind) VALUES ('bench', 'category'); \
         INSERT INTO categories (id, slug, name, icon, created_at, updated_at) \
         VALUES (1, 'bench', 'Bench', 'grid', {CREATED_AT}, {CREATED_AT})"
    ))?;
    connection.execute("BEGIN")?;
    let mut next = 1;
    while next <= skills {
        let end = (skills + 1).min(next + ROWS_A_STATEMENT);
        connection.execute(&statements(next..end)?)?;
        next = end;
    }
    connection.execute("COMMIT")?;
    connection.execute(match connection {
        Direct::Sqlite(_) => {
            "INSERT INTO skills_search (skills_search) VALUES ('optimize'); ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)"
        }
        Direct::Postgres(_) => "VACUUM (ANALYZE) skills, skills_search",
    })
}

/// The name of a skill: 4,096 different ones.
fn name(number: u32) -> String {
    let word = |words: [&'static str; 16], at: u32| {
        let at = usize::try_from(at % 16).unwrap_or_default();
        words.get(at).copied().unwrap_or_default()
    };
    format!("{} {} {}", word(FIRST, number), word(SECOND, number / 16), word(THIRD, number / 256))
}

fn statements(numbers: std::ops::Range<u32>) -> Result<String> {
    let (mut slugs, mut skills, mut search) = (String::new(), String::new(), String::new());
    for number in numbers.clone() {
        let separator = if number == numbers.start { "" } else { "," };
        let (name, price) = (name(number), number % 5 * 500);
        write!(slugs, "{separator}('skill-{number}','skill')")?;
        write!(
            skills,
            "{separator}({number},'skill-{number}','{name}','Does it well, number {number}',1,{price},'native','1.0.0',\
             {CREATED_AT},{CREATED_AT})"
        )?;
        write!(search, "{separator}({number},'{name}','bench skill {number}','does it well number {number}')")?;
    }
    Ok(format!(
        "INSERT INTO slugs (slug, kind) VALUES {slugs}; \
         INSERT INTO skills (id, slug, name, description, category_id, price_cents, source, version, created_at, \
         updated_at) VALUES {skills}; \
         INSERT INTO skills_search (rowid, name, keywords, description) VALUES {search}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_after_4_096_skills() {
        let named = (0..8_192).filter(|number| name(*number) == RARE_NAME).count();
        assert_eq!(named, 2);
    }
}
