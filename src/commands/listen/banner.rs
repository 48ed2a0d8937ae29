//! What `listen` says before the first event: where it listens, what it does, what is next.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::forward::Forward;
use super::{Console, Format, Options, tunnel};
use crate::error::OutputError;
use crate::journal::{LogInfo, SyncPolicy};
use crate::output::number::counted;
use crate::output::{JsonLines, Line, Role};

/// The URL under which this machine reaches the listener.
pub(super) fn url(address: SocketAddr) -> String {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(host, address.port()))
}

/// What the banner says besides the options.
pub(super) struct Facts<'f> {
    pub(super) address: SocketAddr,
    pub(super) log: Option<&'f LogInfo>,
    pub(super) forward: Option<&'f Forward>,
}

/// Says that the port is bound. Whoever waits for that can wait for this line; quiet does not
/// silence it.
pub(super) fn ready(
    console: &mut Console,
    options: &Options,
    address: SocketAddr,
) -> Result<(), OutputError> {
    let url = url(address);
    let version = env!("CARGO_PKG_VERSION");
    let mut line = Line::new(console.err_page.palette);
    line.push(Role::Plain, &format!("enx-hook {version} is listening on "))
        .push(Role::Heading, &url)
        .push(Role::Plain, " (any path)")
        .write(&mut *console.err)?;
    console.err.flush()?;
    if options.format == Format::Json {
        let log = options.log.as_ref().map(|path| path.display().to_string());
        JsonLines::new(&mut *console.out).write("ready", &Ready { url: &url, log })?;
    }
    Ok(())
}

/// Says what it does and what is next, unless it is to be quiet.
pub(super) async fn show(
    console: &mut Console,
    options: &Options,
    facts: &Facts<'_>,
) -> Result<(), OutputError> {
    if console.chatter > super::Chatter::Quiet {
        let next = next(options, facts.address.port()).await;
        let palette = console.err_page.palette;
        let err = &mut *console.err;
        let mut item = |name: &str, text: &str| {
            Line::indented(palette, 2)
                .push(Role::Dim, name)
                .pad_to(11)
                .show(Role::Plain, text)
                .write(err)
        };
        item("log", &log(options, facts.log))?;
        match &options.credentials {
            Some(credentials) => item("auth", &format!("Basic, user {}", credentials.user))?,
            None => item(
                "auth",
                "none: anyone who has the URL can post (--user NAME)",
            )?,
        }
        if let Some(replies) = &options.replies {
            item("reply", &replies.describe())?;
        }
        if let Some(options) = &options.forward {
            let begin = match facts.forward {
                Some(forward) => begin(forward),
                None => "its answer becomes the reply (--forward-sync)".to_owned(),
            };
            item("forward", &format!("{}, {begin}", options.url))?;
        }
        let mut name = "next";
        for line in next {
            item(name, &line)?;
            name = "";
        }
        writeln!(err)?;
        err.flush()?;
    }
    if let Some(remark) = facts.forward.and_then(|forward| forward.remark) {
        console.warn(
            &format!("what was remembered of forwarding does not count: {remark}"),
            Some("--forward-from start or --forward-from SEQ says otherwise"),
        )?;
    }
    if !facts.address.ip().is_loopback() && options.credentials.is_none() {
        console.warn(
            "other machines can reach this port, and anyone who does can post",
            Some("--user NAME asks for Basic Auth; without --host only this machine is let in"),
        )?;
    }
    if let (Some(path), Some(true)) = (&options.log, facts.log.map(|log| log.was_torn)) {
        console.warn(
            &format!(
                "{}: the last line was torn, most likely by a crash; it was closed and kept",
                path.display()
            ),
            Some("it was never answered 200; readers report it and skip it"),
        )?;
    }
    Ok(())
}

/// Where forwarding begins, and how much waits for it.
fn begin(forward: &Forward) -> String {
    match forward.waiting {
        0 => "what comes from now on".to_owned(),
        waiting => format!(
            "{} in the log, then what comes, from #{} on",
            counted(waiting, "capture", "captures"),
            forward.begins_at
        ),
    }
}

/// What the user does next, in lines.
async fn next(options: &Options, port: u16) -> Vec<String> {
    const PORTAL: &str = "My Projects > Settings > Manage Configuration > Setup Webhook";
    if let Some(provider) = &options.simulate {
        return vec![format!(
            "the events of one {provider} session come from here (--simulate)"
        )];
    }
    let tunnel = match &options.ngrok_api {
        Some(api) => tunnel::find(api, port).await,
        None => None,
    };
    match tunnel {
        Some(url) => vec![
            format!("paste {url} in the portal under"),
            PORTAL.to_owned(),
        ],
        None => vec![
            format!("ngrok http {port}, then paste the https URL in the portal under"),
            PORTAL.to_owned(),
        ],
    }
}

fn log(options: &Options, info: Option<&LogInfo>) -> String {
    match (&options.log, info) {
        (Some(path), Some(info)) => {
            let so_far = match info.captures() {
                0 => "new".to_owned(),
                captures => format!("{} so far", counted(captures, "capture", "captures")),
            };
            let sync = match options.keeping.sync {
                SyncPolicy::Each => "synced before every reply",
                SyncPolicy::Os => "not synced (--sync os)",
            };
            format!("{}, {so_far}, {sync}", path.display())
        }
        _ => "none: what is answered 200 is only shown (--no-log)".to_owned(),
    }
}

/// The first line of `--format json`.
#[derive(serde::Serialize)]
struct Ready<'r> {
    url: &'r str,
    log: Option<String>,
}
