//! The figures, and the aims they are held to.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use aedile_kernel::{Cursor, Runner};
use aedile_store::Store;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::audit_rows::{RARE_ACTOR, RARE_ROWS};
use crate::database::{Backend, Scratch};
use crate::http::{self, Request};
use crate::report::{self, Figure};
use crate::site::{self, Site};
use crate::wrk::{self, Measured, Script};
use crate::{Arguments, Name, Result, audit_rows, cold, hello, machine, seed};

const SMALL_TRAIL: u32 = 1_000;
pub(crate) const WARM_UP_SECONDS: u32 = 1;
const IDLE_MEMORY: u64 = 30 * 1024 * 1024;
const FIRST_ANSWER: Duration = Duration::from_millis(100);

/// Everything that outlives a figure.
pub(crate) struct Bench<'a> {
    pub(crate) arguments: &'a Arguments,
    pub(crate) runtime: Runtime,
    pub(crate) folder: TempDir,
    workers: u16,
    hello: SocketAddr,
}

impl<'a> Bench<'a> {
    /// Starts hello, and looks at the machine.
    pub(crate) fn new(arguments: &'a Arguments) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let cores = std::thread::available_parallelism()?.get();
        let workers = arguments.workers.map_or_else(|| u16::try_from(cores), Ok)?;
        let beside = std::env::current_exe()?.parent().map(PathBuf::from).unwrap_or_default();
        let folder = tempfile::tempdir_in(arguments.folder.as_ref().unwrap_or(&beside))?;
        let hello = hello::start(&runtime, workers)?;
        report::line(format_args!(
            "{cores} cores; {workers} workers; 32 connections; {} s a figure; the disk keeps {:.0} writes a second",
            arguments.seconds,
            machine::kept_writes_a_second(folder.path())?,
        ))?;
        Ok(Self { arguments, runtime, folder, workers, hello })
    }

    /// Measures on one database.
    pub(crate) fn on(&self, backend: &Backend) -> Result<()> {
        report::heading(backend.name())?;
        if wrk::is_installed() {
            self.requests(backend)?;
        } else {
            report::line("wrk is not installed (scripts/install-deps.sh bench), so nothing is loaded")?;
        }
        let trail = if self.wants_loaded(Name::Audit) { Some(self.audit(backend)?) } else { None };
        if self.wants_loaded(Name::Users) {
            self.users(backend)?;
        }
        if self.wants_loaded(Name::Search) {
            self.search(backend)?;
        }
        if self.wants_loaded(Name::Money) {
            self.money(backend)?;
        }
        if self.wants_loaded(Name::EntryPoints) {
            self.entry_points(backend)?;
        }
        if self.arguments.wants(Name::Idle) { self.idle(backend, trail) } else { Ok(()) }
    }

    fn wants_loaded(&self, name: Name) -> bool {
        self.arguments.wants(name) && wrk::is_installed()
    }

    fn requests(&self, backend: &Backend) -> Result<()> {
        let measured = [Name::Gateway, Name::Flags, Name::Roles, Name::Writes];
        if !measured.into_iter().any(|name| self.arguments.wants(name)) {
            return Ok(());
        }
        let database = Scratch::new(backend, self.folder.path())?;
        let site = self.open(&database, &[])?;
        self.runtime.block_on(seed::overrides(site.runner()))?;
        let first_flag = self.runtime.block_on(seed::flags(site.runner()))?;
        self.gateway(&site)?;
        self.flags(&site)?;
        self.roles(&site)?;
        if self.arguments.wants(Name::Writes) {
            let groups = self.writes("audited write, durable", &site, first_flag)?;
            if *backend == Backend::Sqlite {
                report::aim(groups >= 5_000.0, "at least 5,000 a second", format_args!("{groups:.0}"))?;
                self.writes_without_groups(backend, groups)?;
            }
        }
        site.close();
        Ok(())
    }

    fn gateway(&self, site: &Site<'_>) -> Result<()> {
        if !self.arguments.wants(Name::Gateway) {
            return Ok(());
        }
        let request = Request::get("/gateway/authorize")
            .bearer(&site.people.user)
            .header("X-Forwarded-Method", "GET")
            .header("X-Forwarded-Uri", format!("{}?page=2", seed::COVERED_PATH));
        let figure = self.figure(site, &request, "x-auth-tier: bench")?;
        report::figure("gateway decision, warm cache", &figure)?;
        let share = figure.of_hello() * 100.0;
        report::aim(share >= 50.0, "at least 50 % of hello", format_args!("{share:.1} %"))
    }

    fn flags(&self, site: &Site<'_>) -> Result<()> {
        if !self.arguments.wants(Name::Flags) {
            return Ok(());
        }
        let request = Request::get("/v1/flags").bearer(&site.people.user);
        let last = format!("bench-flag-{}", seed::FLAGS - 1);
        report::figure("evaluation of 100 flags", &self.figure(site, &request, &last)?)
    }

    fn roles(&self, site: &Site<'_>) -> Result<()> {
        if !self.arguments.wants(Name::Roles) {
            return Ok(());
        }
        let request = Request::get("/admin/system/roles").bearer(&site.people.admin);
        report::figure("roles list", &self.figure(site, &request, "super-admin")?)
    }

    /// Writes a second, each of which is seen in the audit trail.
    fn writes(&self, name: &str, site: &Site<'_>, first_flag: i64) -> Result<f64> {
        let file = self.folder.path().join("flags.lua");
        fs::write(&file, include_str!("flags.lua"))?;
        let round = |rounds: u32| {
            let arguments = [first_flag.to_string(), seed::FLAGS.to_string(), rounds.to_string()].into();
            let request = Request::get("/admin/system/flags").bearer(&site.people.admin);
            Request { script: Some(Script { file: file.clone(), arguments }), ..request }
                .header("Content-Type", "application/json")
        };
        http::expect(site.address(), &round(0), "bench-flag-0")?;
        // The first round may meet a share that was set before, which is no change.
        let figure = self.figure_of_writes(site, "flag.update", [&round(0), &round(5_000)], seed::FLAGS)?;
        report::figure(name, &figure)?;
        Ok(figure.per_second)
    }

    /// Loads a server with writes, once it is warm. Fails when fewer than the answered ones are in the audit trail, but for
    /// `unchanged` that may have changed nothing.
    pub(crate) fn figure_of_writes(
        &self,
        site: &Site<'_>,
        action: &str,
        [warm_up, load]: [&Request; 2],
        unchanged: u32,
    ) -> Result<Figure> {
        let hello = self.hello()?;
        wrk::load(site.address(), warm_up, WARM_UP_SECONDS)?;
        let before = site.audited(action)?;
        let (figure, measured) = self.loaded(site, load, hello)?;
        let rows = site.audited(action)? - before;
        if rows + u64::from(unchanged) < u64::from(measured.requests) {
            return Err(format!("{} of {action} were answered, and {rows} audited", measured.requests).into());
        }
        Ok(figure)
    }

    fn writes_without_groups(&self, backend: &Backend, groups: f64) -> Result<()> {
        let database = Scratch::new(backend, self.folder.path())?;
        let site = self.open(&database, &["--write-group", "1"])?;
        let first_flag = self.runtime.block_on(seed::flags(site.runner()))?;
        let single = self.writes("the same without groups", &site, first_flag)?;
        site.close();
        let ratio = groups / single;
        report::aim(ratio >= 4.0, "groups at least 4 times as fast", format_args!("{ratio:.1} times"))
    }

    /// Returns the large trail.
    fn audit(&self, backend: &Backend) -> Result<Scratch> {
        let (small, large) = (self.trail(backend, SMALL_TRAIL)?, self.trail(backend, self.arguments.rows)?);
        let request = |site: &Site<'_>, query: &str| {
            Request::get(format!("/admin/system/audit{query}")).bearer(&site.people.admin)
        };
        let (few, many) = (self.open(&small, &[])?, self.open(&large, &[])?);
        let (query, hits) = (format!("?actor_id={RARE_ACTOR}"), format!("\"total\":{RARE_ROWS}"));
        let at_few = self.figure(&few, &request(&few, &query), &hits)?;
        report::figure(&named("audit, few hits", SMALL_TRAIL), &at_few)?;
        let at_many = self.figure(&many, &request(&many, &query), &hits)?;
        report::figure(&named("audit, few hits", self.arguments.rows), &at_many)?;
        let ratio = at_many.p50.as_secs_f64() / at_few.p50.as_secs_f64();
        let wanted = "at most 1.3 times as long (p50) as with 1,000 rows";
        report::aim(ratio <= 1.3, wanted, format_args!("{ratio:.2} times"))?;
        few.close();

        let first = self.figure(&many, &request(&many, ""), "\"logs\"")?;
        report::figure(&named("audit, first page", self.arguments.rows), &first)?;
        let cursor = many.runner().store().installation_key().seal(&Cursor::new(0, 60));
        let deepest = self.figure(&many, &request(&many, &format!("?cursor={cursor}")), "\"id\":59,")?;
        report::figure(&named("audit, deepest page", self.arguments.rows), &deepest)?;
        many.close();
        Ok(large)
    }

    /// A database with an audit trail of so many rows.
    fn trail(&self, backend: &Backend, rows: u32) -> Result<Scratch> {
        let database = Scratch::new(backend, self.folder.path())?;
        let runner = self.migrated(&database)?;
        let started = Instant::now();
        audit_rows::fill(&database, rows)?;
        audit_rows::seal(&self.runtime, runner.store(), runner.now())?;
        self.runtime.block_on(runner.store().close());
        if rows > SMALL_TRAIL {
            report::line(format_args!("    {rows} audit rows made in {:.1} s", started.elapsed().as_secs_f64()))?;
        }
        Ok(database)
    }

    /// Makes the tables where there are none.
    pub(crate) fn migrated(&self, database: &Scratch) -> Result<Runner<Store>> {
        let settings = site::settings(&database.url, self.workers, &[])?;
        Ok(self.runtime.block_on(aedile::console(&settings.database))?)
    }

    /// A database that has its tables and no rows.
    pub(crate) fn empty(&self, backend: &Backend) -> Result<Scratch> {
        let database = Scratch::new(backend, self.folder.path())?;
        self.runtime.block_on(self.migrated(&database)?.store().close());
        Ok(database)
    }

    fn idle(&self, backend: &Backend, existing: Option<Scratch>) -> Result<()> {
        let Some(binary) = cold::binary()? else {
            return report::line("the binary is not built (cargo build --release --bin aedile), so it is not started");
        };
        let database = match existing {
            Some(database) => database,
            None => self.trail(backend, SMALL_TRAIL)?,
        };
        let cold = cold::measure(&binary, &database.url, self.folder.path())?;
        let (memory, time) = (report::memory(cold.memory), report::time(cold.first_answer));
        report::line(format_args!("idle memory {memory}, from start to first answer {time}"))?;
        report::aim(cold.memory <= IDLE_MEMORY, "at most 30 MiB idle", memory)?;
        report::aim(cold.first_answer <= FIRST_ANSWER, "at most 100 ms to the first answer", time)
    }

    pub(crate) fn open(&self, database: &Scratch, more: &[&str]) -> Result<Site<'_>> {
        Site::open(&self.runtime, &site::settings(&database.url, self.workers, more)?)
    }

    /// Loads a server with one request, once it answers as expected and is warm.
    pub(crate) fn figure(&self, site: &Site<'_>, request: &Request, expected: &str) -> Result<Figure> {
        let hello = self.hello()?;
        http::expect(site.address(), request, expected)?;
        wrk::load(site.address(), request, WARM_UP_SECONDS)?;
        Ok(self.loaded(site, request, hello)?.0)
    }

    fn hello(&self) -> Result<Measured> {
        wrk::load(self.hello, &Request::get("/"), self.arguments.seconds)
    }

    fn loaded(&self, site: &Site<'_>, request: &Request, hello: Measured) -> Result<(Figure, Measured)> {
        let before = machine::cpu_time()?;
        let measured = wrk::load(site.address(), request, self.arguments.seconds)?;
        let spent = machine::cpu_time()?.saturating_sub(before);
        let figure = Figure {
            per_second: measured.per_second,
            p50: measured.p50,
            p99: measured.p99,
            cpu: spent / measured.requests.max(1),
            memory: machine::resident_memory("self")?,
            hello: hello.per_second,
        };
        Ok((figure, measured))
    }
}

pub(crate) fn named(what: &str, rows: u32) -> String {
    format!("{what}, {rows} rows")
}
