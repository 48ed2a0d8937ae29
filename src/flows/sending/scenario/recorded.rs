//! Writes captures as a scenario: the same bytes in the same order, with the same pauses.

use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::at::one_line;
use super::steps::{LONGEST, MOST_STEPS};
use crate::delivery::OutgoingRequest;
use crate::json::{quoted, read};

/// Captures as a scenario, one step a line.
#[derive(Debug, Default)]
pub struct Recording {
    steps: Vec<String>,
    /// Captures beyond the most steps of a scenario.
    pub left_out: u64,
    /// Header fields that are no UTF-8.
    pub lost_headers: u64,
    /// Pauses of more than a day.
    pub long_pauses: u64,
}

impl Recording {
    /// Adds a capture. `after`: how long after the one before it. An invalid one is sent all the
    /// same.
    pub fn add(
        &mut self,
        name: &str,
        after: Duration,
        request: &OutgoingRequest,
        is_invalid: bool,
    ) {
        if self.steps.len() >= MOST_STEPS {
            self.left_out += 1;
            return;
        }
        let mut members = vec![format!("\"name\": {}", quoted(name))];
        if !after.is_zero() {
            self.long_pauses += u64::from(after > LONGEST);
            let after = humantime::format_duration(after.min(LONGEST)).to_string();
            members.push(format!("\"after\": {}", quoted(&after)));
        }
        members.push(content(request.body()));
        if is_invalid {
            members.push("\"validate\": false".to_owned());
        }
        let fields: Vec<_> = request.fields().collect();
        if fields != [("content-type", &b"application/json"[..])] {
            let lines = fields.iter().filter_map(|(name, value)| {
                Some(match std::str::from_utf8(value).ok()? {
                    "" => format!("{name};"),
                    value => format!("{name}: {}", escaped(value)),
                })
            });
            let lines: Vec<String> = lines.map(|line| quoted(&line)).collect();
            self.lost_headers += (fields.len() - lines.len()) as u64;
            members.push(format!("\"headers\": [{}]", lines.join(", ")));
        }
        self.steps.push(format!("    {{ {} }}", members.join(", ")));
    }

    /// How many captures it has.
    pub fn count(&self) -> u64 {
        self.steps.len() as u64
    }

    /// The scenario.
    pub fn text(&self, title: &str) -> String {
        let (title, steps) = (quoted(title), self.steps.join(",\n"));
        format!("{{\n  \"title\": {title},\n  \"steps\": [\n{steps}\n  ]\n}}\n")
    }
}

/// The member of a step that sends exactly this body, in the form that is easiest to change.
fn content(body: &[u8]) -> String {
    match std::str::from_utf8(body) {
        Ok(text) if is_sent_as_it_is(text) => format!("\"body\": {text}"),
        Ok(text) => format!("\"text\": {}", quoted(&escaped(text))),
        Err(_) => format!("\"base64\": \"{}\"", BASE64_STANDARD.encode(body)),
    }
}

/// Whether a text is JSON that a scenario sends byte for byte: without blanks, variables, and
/// escapes that may stand for a variable.
fn is_sent_as_it_is(text: &str) -> bool {
    // As deep as it will stand in the scenario, since depth is limited.
    let nested = || read(format!("[[[{text}]]]").as_bytes());
    !text.contains(['$', '\u{feff}'])
        && !text.contains("\\u")
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        && one_line(text) == text
        && nested().faults.is_empty()
}

/// A text without variables.
fn escaped(text: &str) -> String {
    text.replace("${", "$${")
}
