//! What the marketplace offers.

mod skills;
mod skills_rows;
mod skills_search;
mod skills_shelf;
mod skills_versions;

#[cfg(test)]
mod skills_contract;
#[cfg(test)]
mod skills_races;
