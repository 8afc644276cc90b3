//! What joins several domains: the list of users, one user's story, and the overview.

mod directory;
#[cfg(test)]
mod directory_contract;
mod overview;
mod user_story;
