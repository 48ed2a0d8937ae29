//! The public URL of a tunnel to this port, if an ngrok agent on this machine has one. Only the
//! local API of the agent is asked.

use std::time::Duration;

use serde::Deserialize;

use crate::delivery::{TargetUrl, fetch};

/// The wait for an answer: the agent is on this machine, and the user waits for the banner.
const PATIENCE: Duration = Duration::from_millis(300);

#[derive(Deserialize)]
struct Answer {
    tunnels: Vec<Tunnel>,
}

#[derive(Deserialize)]
struct Tunnel {
    public_url: String,
    config: Config,
}

#[derive(Deserialize)]
struct Config {
    addr: String,
}

/// The public URL of a tunnel to that port, HTTPS before others.
pub async fn find_tunnel(api: &TargetUrl, port: u16) -> Option<String> {
    let body = fetch(api, PATIENCE).await?;
    pick(&body, port)
}

fn pick(body: &[u8], port: u16) -> Option<String> {
    let answer: Answer = serde_json::from_slice(body).ok()?;
    answer
        .tunnels
        .into_iter()
        .filter(|tunnel| leads_to(&tunnel.config.addr, port))
        .map(|tunnel| tunnel.public_url)
        .filter(|url| url.starts_with("http"))
        .max_by_key(|url| url.starts_with("https:"))
}

/// Whether an address in the agent's notation (`http://localhost:3000` or `localhost:3000`) is
/// that port of this machine.
fn leads_to(address: &str, port: u16) -> bool {
    let url = if address.contains("://") {
        address.to_owned()
    } else {
        format!("http://{address}")
    };
    TargetUrl::parse(&url)
        .is_ok_and(|to| to.is_loopback() && to.authority().ends_with(&format!(":{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tunnel_to_this_port_is_found_https_first() {
        let body = br#"{"tunnels":[
            {"public_url":"https://other.example","proto":"https","config":{"addr":"http://localhost:8080"}},
            {"public_url":"http://mine.example","proto":"http","config":{"addr":"localhost:3000"}},
            {"public_url":"https://mine.example","proto":"https","config":{"addr":"https://127.0.0.1:3000","inspect":true}},
            {"public_url":"tcp://0.tcp.example:1","proto":"tcp","config":{"addr":"localhost:3000"}},
            {"public_url":"https://far.example","proto":"https","config":{"addr":"http://10.0.0.1:3000"}}
        ],"uri":"/api/tunnels"}"#;
        assert_eq!(pick(body, 3000).as_deref(), Some("https://mine.example"));
        assert_eq!(pick(body, 8080).as_deref(), Some("https://other.example"));
        assert_eq!(pick(body, 300), None);
        assert_eq!(pick(b"<html>", 3000), None);
    }
}
