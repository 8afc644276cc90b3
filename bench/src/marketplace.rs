//! The figures of people and of the catalog.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use aedile_kernel::Cursor;

use crate::database::{Backend, Scratch};
use crate::figures::{Bench, named};
use crate::http::{self, Request};
use crate::report::{self, Figure};
use crate::site::Site;
use crate::wrk::Script;
use crate::{Result, people_rows, skill_rows};

const FEW_USERS: u32 = 1_000;
const SKILLS: u32 = 100_000;
const PAGE: u32 = 50;
/// How many search at once.
const SEARCHES: usize = 10;

impl Bench<'_> {
    /// Lists of users, few and many; one of them; a change of one.
    pub(crate) fn users(&self, backend: &Backend) -> Result<()> {
        let few = self.people(backend, FEW_USERS)?;
        let few = self.open(&few, &[])?;
        let at_few = self.deepest_by_cursor(&few, FEW_USERS)?;
        few.close();
        let mut last = None;
        for users in [self.arguments.rows / 10, self.arguments.rows] {
            let database = self.people(backend, users)?;
            let site = self.open(&database, &[])?;
            last = Some(self.lists(&site, users)?);
            if users == self.arguments.rows {
                self.one_user(&site, users)?;
            }
            site.close();
        }
        let ratio = last.unwrap_or_default() / at_few;
        let wanted = "a page by cursor at most 1.2 times as long (p50) as with 1,000 users";
        report::aim(ratio <= 1.2, wanted, format_args!("{ratio:.2} times"))
    }

    fn lists(&self, site: &Site<'_>, users: u32) -> Result<f64> {
        let list = |query: &str| Request::get(format!("/v1/admin/users?{query}")).bearer(&site.people.admin);
        let first = self.figure(site, &list("limit=50"), "\"total\":")?;
        report::figure(&named("users, first page and total", users), &first)?;
        let share = first.of_hello() * 100.0;
        report::aim(share >= 5.0, "at least 5 % of hello", format_args!("{share:.1} %"))?;
        for (what, offset) in [("users, middle by offset", users / 2), ("users, deepest by offset", users - PAGE)] {
            let by_offset = list(&format!("limit=50&sort_order=asc&offset={offset}"));
            let deep = self.figure(site, &by_offset, "\"users\"")?;
            report::figure(&named(what, users), &deep)?;
            let ratio = deep.cpu.as_secs_f64() / first.cpu.as_secs_f64();
            report::aim(ratio <= 30.0, "at most 30 times the CPU of the first page", format_args!("{ratio:.1} times"))?;
        }
        self.deepest_by_cursor(site, users)
    }

    /// The p50 in seconds.
    fn deepest_by_cursor(&self, site: &Site<'_>, users: u32) -> Result<f64> {
        // The newest users are the two who call; the page begins where 50 of the others are left.
        let seen = users - PAGE - 1;
        let cursor = Cursor::new(people_rows::created_at(seen), i64::from(seen) + 1);
        let cursor = site.runner().store().installation_key().seal(&cursor);
        let path = format!("/v1/admin/users?limit=50&sort_by=created_at&sort_order=asc&cursor={cursor}");
        let expected = format!("\"{}\"", people_rows::id(users - 1));
        let figure = self.figure(site, &Request::get(path).bearer(&site.people.admin), &expected)?;
        report::figure(&named("users, deepest by cursor", users), &figure)?;
        Ok(figure.p50.as_secs_f64())
    }

    fn one_user(&self, site: &Site<'_>, users: u32) -> Result<()> {
        let id = people_rows::id(users / 2);
        let request = Request::get(format!("/v1/admin/users/{id}")).bearer(&site.people.admin);
        let figure = self.figure(site, &request, &format!("\"{id}\""))?;
        report::figure(&named("one user", users), &figure)?;
        self.beside_searches(site, &request, &figure, users)?;
        let share = figure.of_hello() * 100.0;
        report::aim(share >= 30.0, "at least 30 % of hello", format_args!("{share:.1} %"))?;

        let file = self.folder.path().join("profile.lua");
        fs::write(&file, include_str!("profile.lua"))?;
        let request = Request::get("/v1/users/profile").bearer(&site.people.user);
        let request = Request { script: Some(Script { file, arguments: Vec::new() }), ..request };
        let figure = self.figure(site, &request.header("Content-Type", "application/json"), "\"id\"")?;
        report::figure("profile change, audited and durable", &figure)
    }

    /// The same while others look for part of a name, which reads every user.
    fn beside_searches(&self, site: &Site<'_>, request: &Request, quiet: &Figure, users: u32) -> Result<()> {
        let search = Request::get("/v1/admin/users?q=no-such-name").bearer(&site.people.admin);
        let (address, is_over) = (site.address(), AtomicBool::new(false));
        let busy = thread::scope(|scope| {
            for _ in 0..SEARCHES {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        // Some are told to come again later.
                        http::expect(address, &search, "").ok();
                    }
                });
            }
            let busy = self.figure(site, request, "\"id\"");
            is_over.store(true, Ordering::Relaxed);
            busy
        })?;
        report::figure(&named("one user, beside ten searches", users), &busy)?;
        let ratio = busy.p99.as_secs_f64() / quiet.p99.as_secs_f64();
        report::aim(ratio <= 2.0, "at most twice the p99 without them", format_args!("{ratio:.1} times"))
    }

    /// Ranked searches.
    pub(crate) fn search(&self, backend: &Backend) -> Result<()> {
        let database =
            self.prepared(backend, &format!("{SKILLS} skills"), |database| skill_rows::fill(database, SKILLS))?;
        let site = self.open(&database, &[])?;
        for (what, query) in [("search, few hits", skill_rows::RARE_NAME), ("search, many hits", "palette")] {
            let request = Request::get(format!("/v1/search?q={}", query.replace(' ', "+")));
            report::figure(&named(what, SKILLS), &self.figure(&site, &request, "palette")?)?;
        }
        site.close();
        Ok(())
    }

    pub(crate) fn people(&self, backend: &Backend, users: u32) -> Result<Scratch> {
        self.prepared(backend, &format!("{users} users"), |database| people_rows::fill(database, users))
    }

    /// A database with its tables, and rows in them.
    fn prepared(&self, backend: &Backend, what: &str, fill: impl Fn(&Scratch) -> Result<()>) -> Result<Scratch> {
        let database = self.empty(backend)?;
        let started = Instant::now();
        fill(&database)?;
        report::line(format_args!("    {what} made in {:.1} s", started.elapsed().as_secs_f64()))?;
        Ok(database)
    }
}
