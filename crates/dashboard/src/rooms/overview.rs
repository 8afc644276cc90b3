//! What is going on.

use aedile_kernel::Result;

use crate::desk::Desk;
use crate::page::Asked;
use crate::view::{Page, Section};

pub(crate) async fn show(desk: &dyn Desk, _: &Asked) -> Result<Page> {
    let hello = format!("Hello, {}.", desk.person().name);
    Ok(Page::new("Overview").intro(hello).section(Section::bare().text("There is nothing to tell yet.")))
}
