//! The banner of `listen`: where it listens, what it does, what to do next.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use crate::flows::expectation::ExpectOptions;
use crate::flows::forwarding::ForwardStart;
use crate::flows::listening::ReplyOptions;
use crate::flows::relay::PublishStart;
use crate::journal::{LogInfo, SyncPolicy};
use crate::model::report::Verdict;
use crate::receiver;
use crate::receiver::Tls;
use crate::render::{Line, Role, TermStyle};
use crate::selection::Query;
use crate::text::number::{bytes, count, counted, grouped};
use crate::text::width::wrap;
use crate::text::{show, time};

/// The column where the texts begin.
const TEXT_COLUMN: usize = 11;
/// The fewest columns of a text.
const LEAST: usize = 24;
/// Where the portal of `EnableX` takes the URL.
const PORTAL: &str = "My Projects > Settings > Manage Configuration > Setup Webhook";

/// What is known before the first event.
#[derive(Debug)]
pub struct Banner<'b> {
    /// The receiver's settings: path, credentials, certificate, limits.
    pub receiver: &'b receiver::ReceiverOptions,
    /// The file of the certificate; nothing if it was made for this run.
    pub certificate: Option<&'b Path>,
    /// The log, what it holds, and when it is synced.
    pub log: Option<(&'b LogInfo, &'b Path, SyncPolicy)>,
    /// The replies of `--reply`.
    pub replies: Option<&'b ReplyOptions>,
    /// The targets of `--forward`, which captures they get, and where forwarding begins; nothing
    /// with `--forward-sync`.
    pub forward: Vec<(String, &'b Query, Option<&'b ForwardStart>)>,
    /// The URL of the inspector.
    pub inspect: Option<&'b str>,
    /// The relay that captures are published to.
    pub relay: Option<&'b PublishStart>,
    /// What is expected, and when the run ends.
    pub expect: &'b ExpectOptions,
    /// Whether people see every body.
    pub shows_bodies: bool,
    /// What to do next.
    pub next: NextStep<'b>,
}

/// What the user does next.
#[derive(Debug)]
pub enum NextStep<'b> {
    /// Watch: the listener itself sends the events of this provider.
    Watch(&'b str),
    /// Paste the public URL of a tunnel in the portal.
    Paste(String),
    /// Start a tunnel to this port.
    StartTunnel(u16),
}

/// The first line. It appears once the port is bound.
pub fn headline(style: TermStyle, url: &str, any_path: bool) -> Line {
    let version = env!("CARGO_PKG_VERSION");
    let mut line = Line::new(style.palette);
    line.push(Role::Plain, &format!("enx-hook {version} is listening on "))
        .show(Role::Heading, url);
    if any_path {
        line.push(Role::Plain, " (any path)");
    }
    line
}

impl Banner<'_> {
    /// Writes everything but the first line.
    pub fn write(&self, err: &mut dyn Write, style: TermStyle) -> io::Result<()> {
        let mut item = |name: &str, text: &str| item(err, style, name, text);
        item("log", &self.log())?;
        match &self.receiver.credentials {
            Some(credentials) => item("auth", &format!("Basic, user {}", credentials.user))?,
            None => item(
                "auth",
                "none: anyone who has the URL can post (--user NAME)",
            )?,
        }
        if let Some(tls) = &self.receiver.tls {
            match self.certificate {
                Some(file) => item("tls", &file.display().to_string())?,
                None => item("tls", "made for this run: senders must be told to trust it")?,
            }
            item("", &format!("SHA-256 {}", fingerprint(tls, style)))?;
        }
        if let Some(limits) = limits(self.receiver) {
            item("limits", &limits)?;
        }
        if self.receiver.trust_proxy.is_some() {
            item(
                "peer",
                "as a proxy of this machine or a private network says (--trust-proxy)",
            )?;
        }
        if let Some(options) = self.replies {
            item("reply", &replies(options))?;
        }
        for (target, query, start) in &self.forward {
            let start = start.map_or_else(
                || "its answer becomes the reply (--forward-sync)".to_owned(),
                forward_start,
            );
            let which = if query.is_everything() {
                String::new()
            } else {
                format!(", {query}")
            };
            item("forward", &format!("{target}{which}, {start}"))?;
        }
        if let Some(url) = self.inspect {
            item("inspect", url)?;
        }
        if let Some(relay) = self.relay {
            item("relay", &published(relay))?;
        }
        if let Some((name, text)) = expected(self.expect) {
            item(name, &text)?;
        }
        if self.shows_bodies {
            item(
                "shown",
                "every body; --format line shows one line per event",
            )?;
        }
        let mut name = "next";
        for line in self.next() {
            item(name, &line)?;
            name = "";
        }
        writeln!(err)?;
        err.flush()
    }

    fn log(&self) -> String {
        let Some((info, path, sync)) = self.log else {
            return "none: what is answered 200 is only shown (--no-log)".to_owned();
        };
        let sync = match sync {
            SyncPolicy::Each => "synced before every reply",
            SyncPolicy::Os => "not synced (--sync os)",
        };
        format!("{}, {sync}", log(info, path))
    }

    /// What the user does next, in lines.
    fn next(&self) -> Vec<String> {
        let path = self.receiver.path.as_deref().unwrap_or_default();
        match &self.next {
            NextStep::Watch(provider) => vec![format!(
                "the events of one {provider} session come from here (--simulate)"
            )],
            NextStep::Paste(url) => {
                let paste = format!("paste {url}{path} in the portal under");
                vec![paste, PORTAL.to_owned()]
            }
            NextStep::StartTunnel(port) => {
                // An agent speaks plain HTTP to a port unless it is told otherwise.
                let upstream = match self.receiver.tls {
                    Some(_) => format!("https://localhost:{port}"),
                    None => port.to_string(),
                };
                let behind = match path {
                    "" => String::new(),
                    path => format!(" with {path} behind it"),
                };
                vec![
                    format!(
                        "ngrok http {upstream}, then paste the https URL{behind} in the portal under"
                    ),
                    PORTAL.to_owned(),
                ]
            }
        }
    }
}

/// A fingerprint; if it does not fit, with a space in the middle so that it can wrap.
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

/// An item of the banner, wrapped over several lines if needed.
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

/// The limits that differ from the defaults.
fn limits(options: &receiver::ReceiverOptions) -> Option<String> {
    let defaults = receiver::ReceiverOptions::new("", 0);
    let size = |name, size: usize, default| {
        (size != default).then(|| format!("{name} up to {}", bytes(count(size))))
    };
    let wait = |name, wait: Duration, default| {
        (wait != default).then(|| format!("{name} {}", time::duration(wait)))
    };
    let connections = options.max_connections;
    let limits = [
        size("bodies", options.max_body, defaults.max_body),
        size("headers", options.max_head, defaults.max_head),
        wait(
            "headers within",
            options.head_timeout,
            defaults.head_timeout,
        ),
        wait("bodies within", options.body_timeout, defaults.body_timeout),
        wait("idle for", options.idle_timeout, defaults.idle_timeout),
        (connections != defaults.max_connections).then(|| {
            let connections = counted(count(connections), "connection", "connections");
            format!("{connections} at a time")
        }),
    ];
    let limits: Vec<String> = limits.into_iter().flatten().collect();
    (!limits.is_empty()).then(|| limits.join(", "))
}

/// What is expected, or else when the run ends: `roomdrop at least 1; the run ends once all have come
/// or after 60 s`.
fn expected(options: &ExpectOptions) -> Option<(&'static str, String)> {
    let events = options.events.iter().map(|expected| {
        let how = if expected.or_more {
            "at least"
        } else {
            "exactly"
        };
        format!("{} {how} {}", expected.name, grouped(expected.count))
    });
    let verdict = options.verdict.map(|verdict| match verdict {
        Verdict::Valid => "every capture valid".to_owned(),
        verdict => format!("every capture {verdict} or better"),
    });
    let wanted: Vec<String> = events.chain(verdict).collect();
    let captures = options
        .max_events
        .map(|most| format!("after {}", counted(most, "capture", "captures")));
    let once = (!options.events.is_empty()).then(|| "once all have come".to_owned());
    let mut ends: Vec<String> = captures.into_iter().chain(once).collect();
    let period = options.period.map(time::duration);
    ends.extend(period.map(|period| format!("after {period}")));
    let ends = (!ends.is_empty()).then(|| ends.join(" or "));
    match (wanted.is_empty(), ends) {
        (true, ends) => Some(("ends", ends?)),
        (false, None) => Some(("expect", wanted.join(", "))),
        (false, Some(ends)) => {
            let wanted = wanted.join(", ");
            Some(("expect", format!("{wanted}; the run ends {ends}")))
        }
    }
}

/// A log, and what it holds.
fn log(info: &LogInfo, path: &Path) -> String {
    let so_far = match info.captures() {
        0 => "new".to_owned(),
        captures => format!(
            "{} so far ({}, up to #{})",
            counted(captures, "capture", "captures"),
            bytes(info.bytes),
            info.last_seq
        ),
    };
    format!("{}, {so_far}", path.display())
}

/// `nats://box/demo as box-a, 0 behind`
fn published(start: &PublishStart) -> String {
    format!(
        "{} as {}, {} behind",
        start.relay,
        start.name,
        grouped(start.behind)
    )
}

/// What `follow` says before it begins: its first line, and what it does unless it is to be quiet.
pub fn following(
    err: &mut dyn Write,
    style: TermStyle,
    (relay, name): (&str, &str),
    rest: Option<(&LogInfo, &Path)>,
    forward: &[(String, ForwardStart)],
    inspect: Option<&str>,
) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let mut line = Line::new(style.palette);
    line.push(Role::Plain, &format!("enx-hook {version} follows "))
        .show(Role::Heading, relay)
        .push(Role::Plain, &format!(" as {name}"))
        .write(err)?;
    if let Some((info, path)) = rest {
        item(err, style, "log", &log(info, path))?;
        for (target, start) in forward {
            let text = format!("{target}, {}", forward_start(start));
            item(err, style, "forward", &text)?;
        }
        if let Some(url) = inspect {
            item(err, style, "inspect", url)?;
        }
        writeln!(err)?;
    } else if let Some(url) = inspect {
        writeln!(err, "the inspector is at {url}")?;
    }
    err.flush()
}

/// Where forwarding begins, and how many captures are waiting.
fn forward_start(start: &ForwardStart) -> String {
    if start.left_out > 0 {
        return format!(
            "what comes from now on; {} in the log left out (--forward-from start)",
            counted(start.left_out, "earlier capture", "earlier captures")
        );
    }
    match start.waiting {
        0 => "what comes from now on".to_owned(),
        waiting => format!(
            "{} in the log, then what comes, from #{} on",
            counted(waiting, "capture", "captures"),
            start.seq
        ),
    }
}

/// What senders get: `503, 503, then always 200; after 2 s`.
fn replies(options: &ReplyOptions) -> String {
    let rules = options.rules.iter().map(|rule| {
        let statuses = rule
            .replies
            .iter()
            .filter_map(|reply| Some(reply.status?.as_u16()));
        let statuses: Vec<String> = statuses.map(|status| status.to_string()).collect();
        let statuses = match statuses.split_last() {
            Some((last, [])) => format!("always {last}"),
            Some((last, first)) => format!("{}, then always {last}", first.join(", ")),
            None => String::new(),
        };
        match options.rules.len() {
            1 => statuses,
            _ if rule.query.is_everything() => format!("all others {statuses}"),
            _ => format!("{} {statuses}", rule.query),
        }
    });
    let mut parts: Vec<String> = rules.collect();
    let first = options.rules.first().and_then(|rule| rule.replies.first());
    let headers = first.map_or(0, |reply| reply.headers.len());
    if headers > 0 {
        let headers = counted(count(headers), "header", "headers");
        parts.push(format!("with {headers}"));
    }
    if !options.delay.is_zero() {
        parts.push(format!("after {}", time::duration(options.delay)));
    }
    if options.drop_rate > 0.0 {
        parts.push(format!(
            "{} % of the connections closed without a reply (--seed {})",
            options.drop_rate * 100.0,
            options.seed
        ));
    }
    parts.join("; ")
}
