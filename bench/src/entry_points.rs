//! The other entry points, beside the API: a page of the dashboard, an agent's call, the start of the command line.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::database::Backend;
use crate::figures::{Bench, WARM_UP_SECONDS, named};
use crate::http::Request;
use crate::site::Site;
use crate::wrk::{self, Script};
use crate::{Result, cold, report};

const STARTS: usize = 21;
const START: Duration = Duration::from_millis(15);
const LIST: &str = r#"{"page": {"limit": 50}}"#;

impl Bench<'_> {
    pub(crate) fn entry_points(&self, backend: &Backend) -> Result<()> {
        let users = self.arguments.rows / 10;
        let database = self.people(backend, users)?;
        let site = self.open(&database, &[])?;
        self.users_page(&site, users)?;
        self.agents_call(&site)?;
        site.close();
        self.start_of_the_command_line()
    }

    fn users_page(&self, site: &Site<'_>, users: u32) -> Result<()> {
        let list = Request::get("/v1/admin/users?limit=50").bearer(&site.people.admin);
        let page = Request::get("/dashboard/admin").header("Cookie", format!("aedile_session={}", site.people.admin));
        let list = self.figure(site, &list, "\"total\":")?;
        report::figure(&named("users as JSON", users), &list)?;
        let page = self.figure(site, &page, "</table>")?;
        report::figure(&named("users as a page", users), &page)?;
        let times = list.per_second / page.per_second;
        report::aim(times <= 3.0, "a page at most 3 times the cost of the list", format_args!("{times:.1} times"))
    }

    /// The same query as an operation by its name, and as an agent's tool.
    fn agents_call(&self, site: &Site<'_>) -> Result<()> {
        let call = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"user_list","arguments":{LIST}}}}}"#
        );
        let by_name = self.posted(site, "by_name", "/v1/admin/operations/user.list", LIST)?;
        let by_agent = self.posted(site, "by_agent", "/mcp", &call)?;
        report::line(format_args!("    users by name {by_name:.0} a second, by an agent {by_agent:.0}"))?;
        let times = by_name / by_agent;
        report::aim(times <= 2.0, "an agent's call at most 2 times the cost", format_args!("{times:.1} times"))
    }

    /// How often a second a body is answered.
    fn posted(&self, site: &Site<'_>, name: &str, path: &str, body: &str) -> Result<f64> {
        let (script, file) = (self.folder.path().join("calls.lua"), self.folder.path().join(name));
        fs::write(&script, include_str!("calls.lua"))?;
        fs::write(&file, body)?;
        let arguments = vec![file.display().to_string(), site.people.admin.clone()];
        let request = Request { script: Some(Script { file: script, arguments }), ..Request::get(path) };
        wrk::load(site.address(), &request, WARM_UP_SECONDS)?;
        Ok(wrk::load(site.address(), &request, self.arguments.seconds)?.per_second)
    }

    fn start_of_the_command_line(&self) -> Result<()> {
        let Some(binary) = cold::binary()? else {
            return report::line("the binary is not built (cargo build --release --bin aedile), so it is not started");
        };
        let mut starts = Vec::new();
        for _ in 0..STARTS {
            let started = Instant::now();
            Command::new(&binary).arg("--version").stdout(Stdio::null()).status()?;
            starts.push(started.elapsed());
        }
        starts.sort_unstable();
        let median = starts.get(STARTS / 2).copied().unwrap_or_default();
        report::line(format_args!("aedile --version {}, the median of {STARTS}", report::time(median)))?;
        report::aim(median <= START, "at most 15 ms", report::time(median))
    }
}
