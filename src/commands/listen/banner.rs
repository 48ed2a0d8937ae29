//! What `listen` says before the first event: where it listens, what it does, what is next.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{Console, Format, Options};
use crate::error::OutputError;
use crate::journal::{Journal, LogInfo};
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

/// Shows the banner. Its first line comes once the port is bound, and whoever waits for that
/// can wait for this line; quiet does not silence it.
pub(super) fn show(
    console: &mut Console,
    options: &Options,
    address: SocketAddr,
    journal: Option<&Journal>,
) -> Result<(), OutputError> {
    let url = url(address);
    let version = env!("CARGO_PKG_VERSION");
    let palette = console.err_page.palette;
    let err = &mut *console.err;
    let mut ready = Line::new(palette);
    ready.push(Role::Plain, &format!("enx-hook {version} is listening on "));
    ready
        .push(Role::Heading, &url)
        .push(Role::Plain, " (any path)")
        .write(err)?;
    if console.chatter > super::Chatter::Quiet {
        let mut item = |name: &str, text: &str| {
            let mut line = Line::indented(palette, 2);
            line.push(Role::Dim, name)
                .pad_to(11)
                .push(Role::Plain, text)
                .write(err)
        };
        item("log", &log(options, journal.map(Journal::info)))?;
        match &options.credentials {
            Some(credentials) => item("auth", &format!("Basic, user {}", credentials.user))?,
            None => item(
                "auth",
                "none: anyone who has the URL can post (--user NAME)",
            )?,
        }
        if let Some(provider) = &options.simulate {
            item(
                "next",
                &format!("the events of one {provider} session come from here (--simulate)"),
            )?;
        } else {
            item(
                "next",
                &format!(
                    "ngrok http {}, then paste the https URL in the portal under",
                    address.port()
                ),
            )?;
            item(
                "",
                "My Projects > Settings > Manage Configuration > Setup Webhook",
            )?;
        }
        writeln!(err)?;
    }
    err.flush()?;
    if !address.ip().is_loopback() && options.credentials.is_none() {
        console.warn(
            "other machines can reach this port, and anyone who does can post",
            Some("--user NAME asks for Basic Auth; without --host only this machine is let in"),
        )?;
    }
    if let (Some(path), true) = (
        &options.log,
        journal.is_some_and(|journal| journal.info().was_torn),
    ) {
        console.warn(
            &format!(
                "{}: the last line was torn, most likely by a crash; it was closed and kept",
                path.display()
            ),
            Some("it was never answered 200; readers report it and skip it"),
        )?;
    }
    if options.format == Format::Json {
        let log = options.log.as_ref().map(|path| path.display().to_string());
        JsonLines::new(&mut *console.out).write("ready", &Ready { url: &url, log })?;
    }
    Ok(())
}

fn log(options: &Options, info: Option<&LogInfo>) -> String {
    match (&options.log, info) {
        (Some(path), Some(info)) => {
            let so_far = match info.captures() {
                0 => "new".to_owned(),
                captures => format!("{} so far", counted(captures, "capture", "captures")),
            };
            format!("{}, {so_far}, synced before every reply", path.display())
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
