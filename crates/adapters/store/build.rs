//! The migrations are embedded at build time; a changed one must build this crate anew.

fn main() {
    println!("cargo:rerun-if-changed=../../../migrations");
}
