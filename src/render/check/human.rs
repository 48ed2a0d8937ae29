//! The table for people: one line per check under its group. A check that did not pass is
//! followed by its rule, the source of the rule, and what to change.

use std::io::Write;

use super::text::source;
use crate::catalog::{Provider, Rule};
use crate::flows::conformance::{Check, CheckResult, Checked, Group};
use crate::model::error::OutputError;
use crate::render::{Line, Role, TermStyle};
use crate::text::show;
use crate::text::width::{width, wrap};

/// Columns if the width is unknown, and the most that are used.
const WIDTH: (usize, usize) = (80, 100);
/// The fewest columns that a text gets.
const LEAST: usize = 20;
/// The column of a check's result, and the width of the result with its gap.
const MARGIN: (usize, usize) = (2, 6);
/// The column of the explanation of a failure.
const INDENT: usize = 10;
/// The width of its labels with their gap.
const LABEL: usize = 8;

/// Writes results for people.
#[derive(Debug)]
pub struct Human {
    /// Where the texts begin.
    column: usize,
    group: Option<Group>,
    /// Checks that did not run, with their common reason.
    blocked: Option<(String, Vec<&'static str>)>,
    /// Rules that were quoted, each with its check: a rule is quoted once.
    quoted: Vec<(String, &'static str)>,
}

impl Human {
    /// A writer for a run of these checks.
    pub fn new(checks: &[&'static Check]) -> Human {
        let longest = checks.iter().map(|check| width(check.name)).max();
        Human {
            column: MARGIN.0 + MARGIN.1 + longest.unwrap_or_default() + 2,
            group: None,
            blocked: None,
            quoted: Vec::new(),
        }
    }

    /// Writes a result.
    pub fn checked(
        &mut self,
        checked: &Checked,
        provider: &Provider,
        style: TermStyle,
        out: &mut dyn Write,
    ) -> Result<(), OutputError> {
        let Checked { check, finding, .. } = checked;
        if finding.is_blocked {
            match &mut self.blocked {
                Some((reason, names)) if *reason == finding.message => names.push(check.name),
                _ => {
                    self.end(style, out)?;
                    self.blocked = Some((finding.message.clone(), vec![check.name]));
                }
            }
            return Ok(());
        }
        self.end(style, out)?;
        if self.group != Some(check.group) {
            self.group = Some(check.group);
            let mut heading = Line::new(style.palette);
            heading.push(Role::Heading, check.group.word()).write(out)?;
        }
        let (word, role) = match finding.result {
            CheckResult::Pass => ("pass", Role::Valid),
            // In capitals, so that it stands out without colour.
            CheckResult::Fail => ("FAIL", Role::Invalid),
            CheckResult::Warn => ("warn", Role::Warning),
            CheckResult::Skip => ("skip", Role::Dim),
        };
        let mut line = Line::indented(style.palette, MARGIN.0);
        line.push(role, word)
            .pad_to(MARGIN.0 + MARGIN.1)
            .push(Role::Plain, check.name);
        paragraph(line, &finding.message, style, self.column, out)?;
        if !finding.result.is_bad() {
            return Ok(out.flush()?);
        }
        let (label, text) = match check.rule(provider) {
            Some(stated) => ("must", self.quote(check, stated, provider)),
            None => ("should", format!("{} Good practice.", check.text().title)),
        };
        for (label, text) in [(label, &*text), ("change", checked.change())] {
            let mut line = Line::indented(style.palette, INDENT);
            line.push(Role::Dim, label);
            paragraph(line, text, style, INDENT + LABEL, out)?;
        }
        Ok(out.flush()?)
    }

    /// A rule in the words of its document, or the check under which it was quoted.
    fn quote(&mut self, check: &Check, stated: &Rule, provider: &Provider) -> String {
        if let Some((_, above)) = self.quoted.iter().find(|(rule, _)| *rule == stated.rule) {
            return format!("The rule of `{above}` above.");
        }
        self.quoted.push((stated.rule.clone(), check.name));
        let source = source(stated, provider);
        format!("\"{}\" {source}", stated.quote)
    }

    /// Names the checks that did not run for the same reason, all at once.
    pub fn end(&mut self, style: TermStyle, out: &mut dyn Write) -> Result<(), OutputError> {
        let Some((reason, names)) = self.blocked.take() else {
            return Ok(());
        };
        self.group = None;
        let mut heading = Line::new(style.palette);
        heading.push(Role::Heading, "not run").write(out)?;
        let reason = format!("{reason}:");
        let indent = || Line::indented(style.palette, MARGIN.0);
        paragraph(indent(), &reason, style, MARGIN.0, out)?;
        paragraph(indent(), &names.join(", "), style, 2 * MARGIN.0, out)?;
        Ok(out.flush()?)
    }
}

/// Writes a text from a column on, after the existing content of the line.
pub(super) fn paragraph(
    mut line: Line,
    text: &str,
    style: TermStyle,
    column: usize,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let columns = style
        .width
        .unwrap_or(WIDTH.0)
        .clamp(column + LEAST, WIDTH.1);
    let room = columns - column;
    let shown = show(text);
    line.pad_to(column);
    for part in wrap(&shown, room, room) {
        line.push(Role::Plain, part).write(out)?;
        line = Line::indented(style.palette, column);
    }
    Ok(())
}
