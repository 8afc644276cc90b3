//! What the marketplace offers.

mod categories;
mod downloads;
mod installations;
mod reviews;
mod sellers;
mod skills;
mod skills_rows;
mod skills_search;
mod skills_shelf;

#[cfg(test)]
mod downloads_contract;
#[cfg(test)]
mod skills_contract;
#[cfg(test)]
mod skills_races;
