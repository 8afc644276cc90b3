#![doc = include_str!("../README.md")]

mod change;
mod desk;
mod health;
mod nav;
mod page;
mod record;
mod rooms;
mod sign_in;
mod view;

pub use desk::{Desk, Person};
pub use health::{Connection, Health};
pub use page::{Asked, PAGES, Page, Place, Rendered, refused};
pub use sign_in::{own_page, sign_in};
pub use view::POLICY;
