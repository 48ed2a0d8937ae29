//! What `listen` says once the port is bound: the URL, the banner, warnings.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use super::options::{CertificateSource, ListenOptions};
use super::ready_file;
use crate::commands::{Console, Verbosity};
use crate::files::{is_readable_by_others, is_seen_by_git};
use crate::flows::forwarding::ForwardStart;
use crate::flows::listening::find_tunnel;
use crate::flows::relay::PublishStart;
use crate::journal::LogInfo;
use crate::model::error::{Failure, OutputError};
use crate::receiver;
use crate::receiver::Tls;
use crate::render::listen::{Banner, ListenFormat, NextStep, headline, redelivery};
use crate::text::number::{bytes, count, counted, grouped};
use crate::wire::JsonLines;
use crate::wire::listen::ReadyJson;

/// The size from which on a log that is not rotated is mentioned.
const LARGE: u64 = 1_000_000_000;

/// What is known once the port is bound.
pub(super) struct Opened<'o> {
    pub(super) address: SocketAddr,
    /// The receiver's settings as typed.
    pub(super) receiver: &'o receiver::ReceiverOptions,
    /// How many connections there can be, if fewer than asked for.
    pub(super) fewer_connections: Option<usize>,
    pub(super) log: Option<&'o LogInfo>,
    /// Where forwarding begins, for each target that captures are queued for.
    pub(super) forward: Vec<ForwardStart>,
    /// Where publishing begins, if captures are published.
    pub(super) relay: Option<&'o PublishStart>,
    /// The URL of the inspector, if there is one.
    pub(super) inspect: Option<&'o str>,
}

/// The URL under which this machine reaches the listener, with the path if only one is served.
pub(super) fn url(receiver: &receiver::ReceiverOptions, address: SocketAddr) -> String {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    let scheme = if receiver.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let path = receiver.path.as_deref().unwrap_or_default();
    format!("{scheme}://{}{path}", SocketAddr::new(host, address.port()))
}

/// Says that the port is bound, also with `--quiet`: a script can wait for this line. The ready
/// file exists before it.
pub(super) fn ready(
    console: &mut Console,
    options: &ListenOptions,
    opened: &Opened<'_>,
) -> Result<(), Failure> {
    let receiver = opened.receiver;
    let url = url(receiver, opened.address);
    if let Some(path) = &options.ready_file {
        ready_file::write(path, &url)?;
    }
    let any_path = receiver.path.is_none();
    headline(console.err_style, &url, any_path)
        .write(&mut *console.err)
        .and_then(|()| console.err.flush())
        .map_err(OutputError::from)?;
    if let (Some(url), Verbosity::Quiet) = (opened.inspect, console.verbosity) {
        writeln!(console.err, "the inspector is at {url}").map_err(OutputError::from)?;
    }
    announce(
        console,
        options,
        &url,
        receiver.tls.as_ref(),
        opened.inspect,
    );
    Ok(())
}

/// Says so to programs.
pub(super) fn announce(
    console: &mut Console,
    options: &ListenOptions,
    url: &str,
    tls: Option<&Tls>,
    inspect: Option<&str>,
) {
    if options.format == ListenFormat::Json {
        let ready = ReadyJson {
            url,
            log: options.log.as_ref().map(|path| path.display().to_string()),
            fingerprint: tls.map(Tls::fingerprint),
            inspect,
        };
        // If stdout fails, the display says so, and receiving goes on.
        let _ = JsonLines::new(&mut *console.out).write("ready", &ready);
    }
}

/// Says what the run does and what to do next, unless `--quiet` is given; and warns.
pub(super) async fn describe(
    console: &mut Console,
    options: &ListenOptions,
    opened: &Opened<'_>,
) -> Result<(), OutputError> {
    if console.verbosity > Verbosity::Quiet {
        let log = opened.log.zip(options.log.as_deref());
        let starts = opened.forward.iter().map(Some);
        let starts = starts.chain(std::iter::repeat(None));
        let targets = options.forward.iter().zip(starts);
        let banner = Banner {
            receiver: opened.receiver,
            certificate: match &options.certificate {
                Some(CertificateSource::Files { certificate, .. }) => Some(certificate),
                _ => None,
            },
            log: log.map(|(info, path)| (info, path, options.keeping.sync)),
            replies: options.replies.as_ref(),
            forward: targets
                .map(|(target, start)| (target.to.to_string(), &target.query, start))
                .collect(),
            inspect: opened.inspect,
            relay: opened.relay,
            expect: &options.expect,
            shows_bodies: options.format == ListenFormat::Pretty,
            next: next_step(options, opened.address.port()).await,
        };
        banner.write(&mut *console.err, console.err_style)?;
    }
    warn(console, options, opened)
}

/// Warns of a log that git would take, once when it is new, and of one that grows without end.
fn warn_of_place(
    console: &mut Console,
    options: &ListenOptions,
    path: &Path,
    log: &LogInfo,
) -> Result<(), OutputError> {
    if log.last_seq == 0 && is_seen_by_git(path) {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy();
        let files = match name.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => format!("{stem}*.{ending}*"),
            _ => format!("{name}*"),
        };
        console.warn(
            &format!(
                "{} holds what senders post, and git does not ignore it",
                path.display()
            ),
            Some(&format!("add a line to .gitignore: {files}")),
        )?;
    }
    if options.keeping.rotate_at.is_none() && log.bytes > LARGE {
        console.warn(
            &format!("{} has grown to {}", path.display(), bytes(log.bytes)),
            Some("--rotate 100MiB continues in a new file from that size on; --keep N limits how many stay"),
        )?;
    }
    Ok(())
}

async fn next_step(options: &ListenOptions, port: u16) -> NextStep<'_> {
    if let Some(provider) = &options.simulate {
        return NextStep::Watch(provider);
    }
    let tunnel = match &options.ngrok_api {
        Some(api) => find_tunnel(api, port).await,
        None => None,
    };
    tunnel.map_or(NextStep::StartTunnel(port), NextStep::Paste)
}

fn warn(
    console: &mut Console,
    options: &ListenOptions,
    opened: &Opened<'_>,
) -> Result<(), OutputError> {
    if opened.forward.iter().any(|start| start.ignores_cursor) {
        console.warn(
            "the forwarding cursor is ignored, since another log stood here when it was written; \
             forwarding begins with new captures",
            Some("choose another beginning with --forward-from start or --forward-from SEQ"),
        )?;
    }
    for (target, start) in options.forward.iter().zip(&opened.forward) {
        let log = options
            .log
            .as_deref()
            .filter(|_| start.given_up.count() > 0);
        if let Some(log) = log {
            let captures = counted(start.given_up.count(), "capture", "captures");
            console.warn(
                &format!(
                    "the run before gave up {captures} for {}: #{}",
                    target.to, start.given_up
                ),
                redelivery(log, target, &start.given_up).as_deref(),
            )?;
        }
    }
    if let Some(fewer) = opened.fewer_connections {
        let wanted = count(options.receiver.max_connections);
        let wanted = counted(wanted, "connection", "connections");
        let fewer = grouped(count(fewer));
        console.warn(
            &format!("the system allows too few open files for {wanted}: there can be {fewer}"),
            Some("raise the hard limit (ulimit -Hn), or lower --max-connections"),
        )?;
    }
    if !opened.address.ip().is_loopback() && opened.receiver.credentials.is_none() {
        console.warn(
            "other machines can reach this port, and anyone who does can post",
            Some("--user NAME requires Basic Auth; without --host only this machine can connect"),
        )?;
    }
    if let Some(path) = options
        .log
        .as_deref()
        .filter(|path| is_readable_by_others(path))
    {
        console.warn(
            &format!("other users of this machine can read {}", path.display()),
            Some("chmod 600 protects it; a log keeps the mode that it has"),
        )?;
    }
    if let (Some(path), Some(log)) = (&options.log, opened.log) {
        warn_of_place(console, options, path, log)?;
    }
    if let (Some(path), Some(true)) = (&options.log, opened.log.map(|log| log.was_torn)) {
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
