//! What `send` and `replay` share: how a target is posted to, and what is said of it and of
//! its answers.

use std::io::Write;
use std::time::Duration;

use super::{Console, Origin, Target};
use crate::delivery::{Answer, Proxies};
use crate::model::error::OutputError;
use crate::render::payload::{write_body, write_payload};
use crate::render::{Layout, Line, Role, TermStyle};
use crate::text::{number, show};
use crate::{delivery, json};

/// What is known of a body besides its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Label<'l> {
    /// The event, if that could be told.
    pub(super) event: Option<&'l str>,
    /// The session it belongs to.
    pub(super) session: Option<&'l str>,
    /// The file it comes from, and the line of it.
    pub(super) place: Option<(&'l str, u64)>,
    /// The number of the record it comes from.
    pub(super) seq: Option<u64>,
}

impl Label<'_> {
    /// How a line about it begins: `#17  roomdrop  7700123  `. What has no number is told by
    /// its place.
    pub(super) fn line(&self, style: TermStyle) -> Line {
        let mut line = Line::new(style.palette);
        self.push(&mut line);
        line
    }

    /// The same as a part of a line.
    pub(super) fn push(&self, line: &mut Line) {
        if let Some(seq) = self.seq {
            line.push(Role::Dim, &format!("#{seq}")).space(2);
        } else if let Some((file, number)) = self.place {
            line.push(Role::Dim, &show(&format!("{file}:{number}")))
                .space(2);
        }
        line.push(Role::Event, &show(self.event.unwrap_or("(no event)")))
            .space(2);
        if let Some(session) = self.session {
            line.push(Role::Session, &show(session)).space(2);
        }
    }
}

/// How a target is posted to.
pub(super) fn delivery_options(target: &Target, console: &Console) -> delivery::Options {
    delivery::Options {
        timeout: target.timeout,
        credentials: target.credentials.clone(),
        headers: target.headers.clone(),
        proxies: Proxies::of(&console.environment),
        trust: target.trust.clone(),
    }
}

/// Where a post goes, and who says so.
pub(super) fn target_line(target: &Target) -> String {
    let origin = match &target.origin {
        Origin::Flag => "--url".to_owned(),
        Origin::Named(name) => format!("--to {name}"),
        Origin::Variable(name) => (*name).to_owned(),
        Origin::File(path) => path.display().to_string(),
        Origin::Default => "the default: where `enx-hook listen` listens".to_owned(),
    };
    format!("{} ({origin})", target.url)
}

/// What was answered, indented: where a redirect points, then the body.
pub(super) fn write_answer(
    answer: &Answer,
    out: &mut dyn Write,
    style: TermStyle,
) -> Result<(), OutputError> {
    let layout = Layout {
        margin: 2,
        ..Layout::default()
    };
    if let Some(place) = answer.redirect() {
        let text = format!("to {}, not followed", show(&String::from_utf8_lossy(place)));
        Line::indented(style.palette, 2)
            .push(Role::Plain, &text)
            .write(out)?;
    }
    if answer.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(());
    }
    let reading = json::read(&answer.body);
    match reading.root {
        // Short JSON stays on its line, as the server wrote it.
        Some(root) if reading.faults.is_empty() && answer.body.len() > 60 => {
            write_payload(out, style, layout, &root, &|_| None)?;
        }
        _ => write_body(out, style, layout, &answer.body)?,
    }
    if answer.truncated {
        let shown = number::bytes(answer.body.len() as u64);
        let text = format!("only the first {shown} of the answer were read");
        Line::indented(style.palette, 2)
            .push(Role::Dim, &text)
            .write(out)?;
    }
    Ok(())
}

/// For machines: with three places.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
