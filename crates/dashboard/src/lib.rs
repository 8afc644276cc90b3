#![doc = include_str!("../README.md")]

mod act_as;
mod backend;
mod change;
mod health;
mod nav;
mod page;
mod pages;
mod proof;
mod record;
mod sign_in;
mod view;

pub use act_as::{ActAs, act_as};
pub use backend::{Acting, DashboardBackend, Person};
pub use health::{Connection, Health};
pub use page::{Asked, PAGES, Page, Place, Rendered, refused};
pub use proof::{SecondFactorStep, prove, second_factor};
pub use sign_in::{own_page, sign_in};
pub use view::POLICY;
