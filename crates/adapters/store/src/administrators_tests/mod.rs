//! Tests of one rule across accounts and roles: somebody who can act always remains, of each kind of administrator.

mod races;
mod sequences;
mod steps;
