//! `/dashboard`: who gets in, what a form must prove, and the pages in a real browser.

mod admin_pages;
mod browser;
mod impersonation;
mod second_factor;
mod sessions;
