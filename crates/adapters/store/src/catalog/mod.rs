//! What the marketplace offers.

mod downloads;
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
