//! Real proxies with the documented configurations, and the service behind them.

use std::fs::File;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Map, Value, json};

use crate::support::{Port, eventually, needed};

/// A program for which operators are given a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Nginx,
    Caddy,
    Haproxy,
}

/// A proxy while it lives.
pub(super) struct Proxy {
    child: Child,
    pub(super) url: String,
    _folder: tempfile::TempDir,
    _port: Port,
}

/// What is written in a documented file, and what stands there in its place.
type Replaced<'a> = (&'a str, String);

/// A documented file with its addresses replaced; fails when the file no longer says what is replaced here.
fn documented(text: &str, replaced: &[Replaced<'_>]) -> String {
    replaced.iter().fold(text.to_owned(), |text, (documented, here)| {
        assert_eq!(text.matches(documented).count(), 1, "the documented file has no {documented}");
        text.replace(documented, here)
    })
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Nginx, Self::Caddy, Self::Haproxy];

    /// The program, where it is installed.
    pub(super) fn program(self) -> Option<String> {
        needed(match self {
            Self::Nginx => "AEDILE_TEST_NGINX",
            Self::Caddy => "AEDILE_TEST_CADDY",
            Self::Haproxy => "AEDILE_TEST_HAPROXY",
        })
    }

    /// Starts the documented proxy between these two.
    pub(super) async fn start(self, program: &str, aedile: &str, service: &str) -> Proxy {
        let folder = tempfile::tempdir().unwrap();
        let reserved = Port::reserve();
        let port = reserved.number;
        let (aedile, service) = (aedile.trim_start_matches("http://"), service.trim_start_matches("http://"));
        let mut command = Command::new(program);
        match self {
            Self::Nginx => nginx(&mut command, folder.path(), port, aedile, service),
            Self::Caddy => caddy(&mut command, folder.path(), port, aedile, service),
            Self::Haproxy => haproxy(&mut command, folder.path(), port, aedile, service),
        }
        let log = File::create(folder.path().join("stderr")).unwrap();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let listens = || async { TcpStream::connect(("127.0.0.1", port)).is_ok() };
        let proxy = Proxy { child, url: format!("http://127.0.0.1:{port}"), _folder: folder, _port: reserved };
        eventually(Duration::from_secs(20), "the proxy listens", listens).await;
        proxy
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// One process that needs no rights and writes nowhere but into its folder.
fn nginx(command: &mut Command, folder: &Path, port: u16, aedile: &str, service: &str) {
    let server = documented(
        include_str!("../../docs/examples/nginx.conf"),
        &[
            ("server 127.0.0.1:8080;", format!("server {aedile};")),
            ("server 127.0.0.1:3000;", format!("server {service};")),
            ("listen 80;", format!("listen 127.0.0.1:{port};")),
        ],
    );
    std::fs::write(folder.join("service.conf"), server).unwrap();
    let folder = folder.display();
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let paths: String = kinds.iter().map(|kind| format!("    {kind}_temp_path {folder}/{kind};\n")).collect();
    let around = format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n\
         http {{\n    access_log off;\n{paths}    include {folder}/service.conf;\n}}\n"
    );
    let main = format!("{folder}/nginx.conf");
    std::fs::write(&main, around).unwrap();
    command.arg("-p").arg(folder.to_string()).arg("-c").arg(main);
}

/// Without its admin endpoint, which is the same for all, and without certificates.
fn caddy(command: &mut Command, folder: &Path, port: u16, aedile: &str, service: &str) {
    let server = documented(
        include_str!("../../docs/examples/Caddyfile"),
        &[
            ("forward_auth 127.0.0.1:8080 {", format!("forward_auth {aedile} {{")),
            ("reverse_proxy 127.0.0.1:3000", format!("reverse_proxy {service}")),
            (":80 {", format!("http://:{port} {{\n\tbind 127.0.0.1")),
        ],
    );
    std::fs::write(folder.join("Caddyfile"), format!("{{\n\tadmin off\n\tauto_https off\n}}\n{server}")).unwrap();
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(folder.join("Caddyfile"));
    command.envs(["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"].map(|name| (name, folder)));
}

fn haproxy(command: &mut Command, folder: &Path, port: u16, aedile: &str, service: &str) {
    let script = folder.join("aedile.lua");
    let question = documented(include_str!("../../docs/examples/aedile.lua"), &[("127.0.0.1:8080", aedile.to_owned())]);
    std::fs::write(&script, question).unwrap();
    let server = documented(
        include_str!("../../docs/examples/haproxy.cfg"),
        &[
            ("lua-load /etc/haproxy/aedile.lua", format!("lua-load {}", script.display())),
            ("server service 127.0.0.1:3000", format!("server service {service}")),
            ("bind :80", format!("bind 127.0.0.1:{port}")),
        ],
    );
    std::fs::write(folder.join("haproxy.cfg"), server).unwrap();
    command.arg("-db").arg("-f").arg(folder.join("haproxy.cfg"));
}

/// A service that tells what reached it.
pub(super) struct Service {
    handle: ServerHandle,
    pub(super) url: String,
}

async fn echo(request: HttpRequest, body: String) -> HttpResponse {
    let headers: Map<String, Value> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    if request.path() == "/broken" {
        return HttpResponse::InternalServerError().body("the service's own error");
    }
    HttpResponse::Ok().json(json!({
        "method": request.method().as_str(), "uri": request.uri().to_string(), "headers": headers, "body": body,
    }))
}

impl Service {
    pub(super) fn start() -> Self {
        let server = HttpServer::new(|| App::new().default_service(web::to(echo))).workers(1).disable_signals();
        let server = server.bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { handle, url }
    }

    pub(super) async fn stop(&self) {
        self.handle.stop(false).await;
    }
}
