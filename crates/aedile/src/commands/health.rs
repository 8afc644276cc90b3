//! `aedile health`

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use clap::Args;

use super::{Failure, print};

/// Whoever asks for a server's health, such as a container's health check, asks again soon.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// Check whether the server on this machine is ready
///
/// Exit code 0 when it is, 1 when it is not or does not answer within 3 seconds. For health checks of containers and
/// service managers.
#[derive(Args)]
pub(super) struct Health {
    /// Where the server listens
    #[arg(long, env = "AEDILE_BIND", default_value = "127.0.0.1:8080")]
    bind: SocketAddr,
}

impl Health {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let address = reachable(self.bind);
        let not_ready = |why: String| Failure::finding(format!("the server at {address} is not ready: {why}"));
        let client = reqwest::Client::builder().timeout(ANSWER_WITHIN).no_proxy().build();
        let client = client.map_err(|error| not_ready(error.to_string()))?;
        let answer = client.get(format!("http://{address}/health/ready")).send().await;
        let answer = answer.map_err(|error| not_ready(error.without_url().to_string()))?;
        if !answer.status().is_success() {
            return Err(not_ready(format!("it answers {}", answer.status())));
        }
        print(format_args!("ready at {address}"))
    }
}

/// A server that listens on all addresses is asked on the loopback one.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_all_addresses_is_asked_on_the_loopback_one() {
        for (bind, asked) in
            [("0.0.0.0:8080", "127.0.0.1:8080"), ("[::]:80", "[::1]:80"), ("10.0.0.1:8080", "10.0.0.1:8080")]
        {
            assert_eq!(reachable(bind.parse().unwrap()), asked.parse().unwrap());
        }
    }
}
