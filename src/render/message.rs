//! Messages on stderr: errors, warnings, hints.
//!
//! The message comes first, and the advice is indented below it. A message can contain text from
//! the network or from files, and several lines.

use std::io::Write;

use crate::model::error::{Category, Failure, OutputError};
use crate::render::line::Line;
use crate::render::style::{Role, TermStyle};
use crate::text::escape_lines;
use crate::text::mask::mask;
use crate::text::width::wrap;

/// Indentation of all lines but the first, in columns.
const INDENT: usize = 2;

/// The minimum width of the text, even on a narrower page.
const LEAST: usize = 16;

/// The kind of a message, which is the word before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// `error`
    Error,
    /// `warning`
    Warning,
    /// `hint`
    Hint,
    /// `note`
    Note,
}

impl Label {
    fn word(self) -> &'static str {
        match self {
            Label::Error => "error",
            Label::Warning => "warning",
            Label::Hint => "hint",
            Label::Note => "note",
        }
    }

    fn role(self) -> Role {
        match self {
            Label::Error => Role::ErrorLabel,
            Label::Warning => Role::Warning,
            Label::Hint => Role::HelpLabel,
            Label::Note => Role::Note,
        }
    }
}

/// Writes the error that ended a run. A closed pipe is not an error: it writes nothing.
pub fn write_failure(
    out: &mut dyn Write,
    style: TermStyle,
    failure: &Failure,
) -> Result<(), OutputError> {
    if failure.category() == Category::ClosedPipe {
        return Ok(());
    }
    let advice = failure.advice();
    write_message(
        out,
        style,
        Label::Error,
        &failure.message(),
        advice.as_deref(),
    )
}

/// Writes a message with its advice indented below it.
pub fn write_message(
    out: &mut dyn Write,
    style: TermStyle,
    label: Label,
    message: &str,
    advice: Option<&str>,
) -> Result<(), OutputError> {
    let mut line = Line::new(style.palette);
    line.push(label.role(), label.word())
        .push(Role::Plain, ":")
        .space(1);
    write_lines(out, style, line, message)?;
    match advice {
        Some(advice) => write_lines(out, style, Line::indented(style.palette, INDENT), advice),
        None => Ok(()),
    }
}

/// Writes the lines of a text; the first is appended to `line`.
fn write_lines(
    out: &mut dyn Write,
    style: TermStyle,
    mut line: Line,
    text: &str,
) -> Result<(), OutputError> {
    let text = mask(text);
    let text = escape_lines(text.trim_end_matches('\n'));
    let room = |taken: usize| {
        style
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(taken).max(LEAST))
    };
    for text_line in text.split('\n') {
        for part in wrap(text_line, room(line.width()), room(INDENT)) {
            line.push(Role::Plain, part).write(out)?;
            line = Line::indented(style.palette, INDENT);
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::model::error::Explain;

    fn written(style: TermStyle, message: &str, advice: Option<&str>) -> String {
        let mut out = Vec::new();
        write_message(&mut out, style, Label::Error, message, advice).unwrap();
        String::from_utf8(out).unwrap().replace('\u{1b}', "␛")
    }

    #[test]
    fn the_advice_stands_below_the_message() {
        let message = "roomdrop has no field `confnum`";
        let advice = Some("did you mean `conf_num`? --force sends it all the same");
        insta::assert_snapshot!(written(TermStyle::default(), message, advice), @r#"
        error: roomdrop has no field `confnum`
          did you mean `conf_num`? --force sends it all the same
        "#);
        insta::assert_snapshot!(written(TermStyle::new(true, None), message, advice), @r#"
        ␛[1;31merror␛[0m: roomdrop has no field `confnum`
          did you mean `conf_num`? --force sends it all the same
        "#);
        insta::assert_snapshot!(written(TermStyle::new(false, Some(40)), message, advice), @r#"
        error: roomdrop has no field `confnum`
          did you mean `conf_num`? --force sends
          it all the same
        "#);
    }

    #[test]
    fn lines_of_a_message_stay_lines_and_its_text_is_made_harmless() {
        let message = "enx-hook.toml: not TOML\n  |\n3 | port = x\u{1b}[2J\n  |        ^\n";
        let advice = Some("see https://u:secret@h/\n\u{202e}");
        insta::assert_snapshot!(written(TermStyle::new(false, Some(80)), message, advice), @r#"
        error: enx-hook.toml: not TOML
            |
          3 | port = x\u{1b}[2J
            |        ^
          see https://u:***@h/
          \u{202e}
        "#);
    }

    #[derive(Debug, thiserror::Error)]
    #[error("port {0} is taken")]
    struct Taken(u16);

    impl Explain for Taken {
        fn category(&self) -> Category {
            Category::Undone
        }
        fn advice(&self) -> Option<String> {
            Some("choose another with --port".into())
        }
    }

    #[test]
    fn a_failure_is_written_with_its_advice_and_a_closed_pipe_is_not() {
        let mut out = Vec::new();
        write_failure(&mut out, TermStyle::default(), &Taken(3000).into()).unwrap();
        write_failure(
            &mut out,
            TermStyle::default(),
            &OutputError::ClosedPipe.into(),
        )
        .unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "error: port 3000 is taken\n  choose another with --port\n"
        );
    }
}
