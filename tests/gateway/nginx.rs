//! A real nginx with the documented configuration, and the service behind it.

use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Map, Value, json};

use crate::support::eventually;

/// The file that operators are given.
const DOCUMENTED: &str = include_str!("../../docs/examples/nginx.conf");
const AEDILE: &str = "server 127.0.0.1:8080;";
const SERVICE: &str = "server 127.0.0.1:3000;";
const LISTEN: &str = "listen 80;";

/// nginx while it lives.
pub(super) struct Nginx {
    child: Child,
    pub(super) url: String,
    _folder: tempfile::TempDir,
}

impl Nginx {
    /// The documented nginx between these two; fails when the file no longer says what is replaced here.
    pub(super) async fn start(program: &str, aedile: &str, service: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = DOCUMENTED.to_owned();
        let address = |url: &str| url.trim_start_matches("http://").to_owned();
        for (documented, here) in [
            (AEDILE, format!("server {};", address(aedile))),
            (SERVICE, format!("server {};", address(service))),
            (LISTEN, format!("listen 127.0.0.1:{port};")),
        ] {
            assert_eq!(server.matches(documented).count(), 1, "the documented file has no {documented}");
            server = server.replace(documented, &here);
        }
        std::fs::write(folder.path().join("service.conf"), server).unwrap();
        std::fs::write(folder.path().join("nginx.conf"), around(folder.path())).unwrap();
        let log = File::create(folder.path().join("stderr")).unwrap();
        let mut command = Command::new(program);
        command.arg("-p").arg(folder.path()).arg("-c").arg(folder.path().join("nginx.conf"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let listens = || async { TcpStream::connect(("127.0.0.1", port)).is_ok() };
        let nginx = Self { child, url: format!("http://127.0.0.1:{port}"), _folder: folder };
        eventually(Duration::from_secs(10), "nginx listens", listens).await;
        nginx
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// One process that needs no rights and writes nowhere but into its folder.
fn around(folder: &Path) -> String {
    let folder = folder.display();
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let paths: String = kinds.iter().map(|kind| format!("    {kind}_temp_path {folder}/{kind};\n")).collect();
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n\
         http {{\n    access_log off;\n{paths}    include {folder}/service.conf;\n}}\n"
    )
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
