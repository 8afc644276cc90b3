//! `/dashboard`: who gets in, what a form must prove, and the pages in a real browser.

mod browser;
mod sessions;
