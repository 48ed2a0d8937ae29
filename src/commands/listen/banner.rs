//! What `listen` says before the first event: where it listens, what it does, what is next.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::forward::Forward;
use super::{Certificate, Console, Format, Options, ready_file, tunnel};
use crate::journal::{LogInfo, SyncPolicy};
use crate::model::error::{Failure, OutputError};
use crate::receiver;
use crate::receiver::Tls;
use crate::render::{Line, Role, TermStyle};
use crate::text::number::{bytes, count, counted, grouped};
use crate::text::width::wrap;
use crate::text::{show, time};
use crate::wire::JsonLines;

/// Where the text behind a name begins.
const TEXT_COLUMN: usize = 11;
/// The fewest columns that a text gets.
const LEAST: usize = 24;

/// The URL under which this machine reaches the listener, with the path if only one is served.
pub(super) fn url(options: &Options, address: SocketAddr) -> String {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    let scheme = scheme(options);
    let path = options.path.as_deref().unwrap_or_default();
    format!("{scheme}://{}{path}", SocketAddr::new(host, address.port()))
}

fn scheme(options: &Options) -> &'static str {
    match options.certificate {
        Some(_) => "https",
        None => "http",
    }
}

/// What the banner says besides the options.
pub(super) struct Facts<'f> {
    pub(super) address: SocketAddr,
    pub(super) tls: Option<&'f Tls>,
    /// How many connections there can be, if fewer than asked for.
    pub(super) fewer_connections: Option<usize>,
    pub(super) log: Option<&'f LogInfo>,
    pub(super) forward: Option<&'f Forward>,
}

/// Says that the port is bound. Whoever waits for that can wait for this line, and finds the
/// file with the URL then; quiet does not silence it.
pub(super) fn ready(
    console: &mut Console,
    options: &Options,
    facts: &Facts<'_>,
) -> Result<(), Failure> {
    let url = url(options, facts.address);
    if let Some(path) = &options.ready_file {
        ready_file::write(path, &url)?;
    }
    let version = env!("CARGO_PKG_VERSION");
    let mut line = Line::new(console.err_style.palette);
    line.push(Role::Plain, &format!("enx-hook {version} is listening on "))
        .show(Role::Heading, &url);
    if options.path.is_none() {
        line.push(Role::Plain, " (any path)");
    }
    line.write(&mut *console.err).map_err(OutputError::from)?;
    console.err.flush().map_err(OutputError::from)?;
    if options.format == Format::Json {
        let log = options.log.as_ref().map(|path| path.display().to_string());
        let ready = Ready {
            url: &url,
            log,
            fingerprint: facts.tls.map(Tls::fingerprint),
        };
        JsonLines::new(&mut *console.out).write("ready", &ready)?;
    }
    Ok(())
}

/// Says what it does and what is next, unless it is to be quiet.
pub(super) async fn describe(
    console: &mut Console,
    options: &Options,
    facts: &Facts<'_>,
) -> Result<(), OutputError> {
    if console.verbosity > super::Verbosity::Quiet {
        let next = next(options, facts.address).await;
        let style = console.err_style;
        let err = &mut *console.err;
        let mut item = |name: &str, text: &str| item(err, style, name, text);
        item("log", &log(options, facts.log))?;
        match &options.credentials {
            Some(credentials) => item("auth", &format!("Basic, user {}", credentials.user))?,
            None => item(
                "auth",
                "none: anyone who has the URL can post (--user NAME)",
            )?,
        }
        if let Some(tls) = facts.tls {
            let from = match &options.certificate {
                Some(Certificate::Files { certificate, .. }) => certificate.display().to_string(),
                _ => "made for this run: senders must be told to trust it".to_owned(),
            };
            item("tls", &from)?;
            item("", &format!("SHA-256 {}", fingerprint(tls, style)))?;
        }
        if let Some(limits) = limits(options) {
            item("limits", &limits)?;
        }
        if options.trust_proxy {
            item(
                "peer",
                "as a proxy of this machine or a private network says (--trust-proxy)",
            )?;
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
    if let Some(fewer) = facts.fewer_connections {
        console.warn(
            &format!(
                "the system allows too few open files for {}: there can be {}",
                counted(
                    count(options.limits.max_connections),
                    "connection",
                    "connections"
                ),
                grouped(count(fewer))
            ),
            Some("raise the hard limit (ulimit -Hn), or lower --max-connections"),
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

/// A fingerprint, with a place to break it in the middle if it does not fit.
fn fingerprint(tls: &Tls, style: TermStyle) -> String {
    let whole = tls.fingerprint();
    let room = style
        .width
        .map_or(usize::MAX, |width| width.saturating_sub(TEXT_COLUMN));
    let fits = "SHA-256 ".len() + whole.len() <= room;
    match whole.split_at_checked(whole.len() / 2 + 1) {
        Some((first, second)) if !fits => format!("{first} {second}"),
        _ => whole.to_owned(),
    }
}

/// One thing that the banner says, on as many lines as it takes.
fn item(err: &mut dyn Write, style: TermStyle, name: &str, text: &str) -> io::Result<()> {
    let room = style.width.map_or(usize::MAX, |width| {
        width.saturating_sub(TEXT_COLUMN).max(LEAST)
    });
    let mut name = name;
    for part in wrap(&show(text), room, room) {
        Line::indented(style.palette, 2)
            .push(Role::Dim, name)
            .pad_to(TEXT_COLUMN)
            .push(Role::Plain, part)
            .write(err)?;
        name = "";
    }
    Ok(())
}

/// The limits that are not the usual ones.
fn limits(options: &Options) -> Option<String> {
    let limits = options.limits;
    let mut told = Vec::new();
    if limits.max_body != receiver::DEFAULT_MAX_BODY {
        told.push(format!("bodies up to {}", bytes(count(limits.max_body))));
    }
    if limits.max_header != receiver::DEFAULT_MAX_HEAD {
        told.push(format!("headers up to {}", bytes(count(limits.max_header))));
    }
    if limits.header_timeout != receiver::DEFAULT_HEAD_TIMEOUT {
        told.push(format!(
            "headers within {}",
            time::duration(limits.header_timeout)
        ));
    }
    if limits.body_timeout != receiver::DEFAULT_TIMEOUT {
        told.push(format!(
            "bodies within {}",
            time::duration(limits.body_timeout)
        ));
    }
    if limits.idle_timeout != receiver::DEFAULT_TIMEOUT {
        told.push(format!("idle for {}", time::duration(limits.idle_timeout)));
    }
    if limits.max_connections != receiver::DEFAULT_MAX_CONNECTIONS {
        let most = count(limits.max_connections);
        told.push(format!(
            "{} at a time",
            counted(most, "connection", "connections")
        ));
    }
    (!told.is_empty()).then(|| told.join(", "))
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
async fn next(options: &Options, address: SocketAddr) -> Vec<String> {
    const PORTAL: &str = "My Projects > Settings > Manage Configuration > Setup Webhook";
    if let Some(provider) = &options.simulate {
        return vec![format!(
            "the events of one {provider} session come from here (--simulate)"
        )];
    }
    let port = address.port();
    let path = options.path.as_deref().unwrap_or_default();
    let tunnel = match &options.ngrok_api {
        Some(api) => tunnel::find(api, port).await,
        None => None,
    };
    if let Some(url) = tunnel {
        let paste = format!("paste {url}{path} in the portal under");
        return vec![paste, PORTAL.to_owned()];
    }
    // An agent speaks plain HTTP to a port unless it is told otherwise.
    let upstream = match scheme(options) {
        "https" => format!("https://localhost:{port}"),
        _ => port.to_string(),
    };
    let behind = match path {
        "" => String::new(),
        path => format!(" with {path} behind it"),
    };
    vec![
        format!("ngrok http {upstream}, then paste the https URL{behind} in the portal under"),
        PORTAL.to_owned(),
    ]
}

fn log(options: &Options, info: Option<&LogInfo>) -> String {
    match (&options.log, info) {
        (Some(path), Some(info)) => {
            let so_far = match info.captures() {
                0 => "new".to_owned(),
                captures => format!(
                    "{} so far ({}, up to #{})",
                    counted(captures, "capture", "captures"),
                    bytes(info.bytes),
                    info.last_seq
                ),
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
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<&'r str>,
}
