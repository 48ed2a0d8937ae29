//! Annotations for GitHub Actions: one workflow command a line.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
//! The runner reads commands from every line of the log, so what came over the network is
//! escaped twice: for people, as everywhere, and for the runner.

use std::io::Write;

use crate::model::error::OutputError;
use crate::text::show;

/// How much an annotation weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Marks the run red.
    Error,
    /// Marks it yellow.
    Warning,
    /// Only says something.
    Notice,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        }
    }
}

/// Something to say beside a run, and where it belongs.
#[derive(Clone, Debug, Default)]
pub struct Place<'p> {
    /// The file in the repository, if it is about one.
    pub file: Option<&'p str>,
    /// The line of it, from 1.
    pub line: Option<u64>,
    /// The column of that line, from 1.
    pub column: Option<u64>,
}

/// Writes an annotation: a title, and lines of text as they came.
pub fn annotate(
    out: &mut dyn Write,
    level: Level,
    place: &Place<'_>,
    title: &str,
    lines: &[&str],
) -> Result<(), OutputError> {
    let mut properties = Vec::new();
    if let Some(file) = place.file {
        properties.push(format!("file={}", property(&show(file))));
    }
    if let Some(line) = place.line {
        properties.push(format!("line={line}"));
    }
    if let Some(column) = place.column {
        properties.push(format!("col={column}"));
    }
    properties.push(format!("title={}", property(&show(title))));
    let shown: Vec<String> = lines.iter().map(|line| data(&show(line))).collect();
    let properties = properties.join(",");
    writeln!(
        out,
        "::{} {properties}::{}",
        level.word(),
        shown.join("%0A")
    )?;
    Ok(())
}

/// A text where the runner takes any text.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A text where colons and commas divide.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(place: &Place<'_>, title: &str, lines: &[&str]) -> String {
        let mut out = Vec::new();
        annotate(&mut out, Level::Error, place, title, lines).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_annotation_is_one_line_whose_text_may_have_several() {
        let place = Place {
            file: Some("a,b.json"),
            line: Some(3),
            column: Some(7),
        };
        assert_eq!(
            written(&place, "check: x", &["100 %", "second, line"]),
            "::error file=a%2Cb.json,line=3,col=7,title=check%3A x::100 %25%0Asecond, line\n"
        );
    }

    proptest! {
        #[test]
        fn no_text_can_begin_a_command_of_its_own(title in "\\PC{0,10}[\r\n]?(::error::x)?", text in "\\PC{0,10}[\r\n]?(::stop-commands::x)?") {
            let written = written(&Place::default(), &title, &[&text]);
            prop_assert_eq!(written.matches('\n').count(), 1);
            prop_assert!(!written.contains('\r'));
            let head = &written["::error ".len()..];
            prop_assert!(!head[..head.find("::").unwrap()].contains(','));
        }
    }
}
