//! The server to compare with: one that does nothing but answer.

use std::net::SocketAddr;

use actix_web::{App, HttpServer, web};
use tokio::runtime::Runtime;

use crate::Result;

/// Starts it, until the process ends.
pub(crate) fn start(runtime: &Runtime, workers: u16) -> Result<SocketAddr> {
    let _entered = runtime.enter();
    let server = HttpServer::new(|| App::new().route("/", web::get().to(|| async { "hello" })))
        .workers(workers.into())
        .disable_signals()
        .bind("127.0.0.1:0")?;
    let address = server.addrs().first().copied().ok_or("hello has no address")?;
    runtime.spawn(server.run());
    Ok(address)
}
