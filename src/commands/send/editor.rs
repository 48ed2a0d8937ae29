//! A body in the user's editor, until it is well or the user gives up.

use std::io::Write as _;
use std::process::Command;

use bytes::Bytes;

use crate::commands::Console;
use crate::model::error::{Category, Explain, Failure};
use crate::model::report::Verdict;

/// The editor where none is named.
const DEFAULT: &str = if cfg!(windows) { "notepad" } else { "vi" };

/// The body was not edited.
#[derive(Debug, thiserror::Error)]
enum EditError {
    #[error("the editor `{0}` cannot be started")]
    Start(String, #[source] std::io::Error),
    #[error("the editor `{0}` ended with an error, and nothing was sent")]
    Ended(String),
    #[error("the body cannot be handed to the editor")]
    File(#[source] std::io::Error),
    #[error("the edited body is invalid, and nothing was sent")]
    Invalid,
}

impl Explain for EditError {
    fn category(&self) -> Category {
        match self {
            EditError::Start(..) | EditError::Invalid => Category::Usage,
            EditError::Ended(_) => Category::Interrupted,
            EditError::File(_) => Category::Undone,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            EditError::Start(..) => {
                Some("name another in the variable VISUAL or EDITOR".to_owned())
            }
            EditError::Invalid => Some("--no-validate sends it all the same".to_owned()),
            EditError::Ended(_) | EditError::File(_) => None,
        }
    }
}

/// What looks at an edited body, and says what is odd about it.
type Judge<'j> = dyn FnMut(&[u8], &mut Console) -> Result<Verdict, Failure> + 'j;

/// Opens the body in `$VISUAL` or `$EDITOR`; as long as it is invalid, asks whether to go on.
pub(super) fn edit(
    body: &[u8],
    event: Option<&str>,
    console: &mut Console,
    judge: &mut Judge<'_>,
) -> Result<Bytes, Failure> {
    let variables = ["VISUAL", "EDITOR"];
    let typed = variables
        .iter()
        .find_map(|name| console.environment.variable(name))
        .unwrap_or(DEFAULT)
        .to_owned();
    // The name shows in the editor's title.
    let letters = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let prefix: String = event
        .unwrap_or("body")
        .chars()
        .filter(letters)
        .take(60)
        .collect();
    let mut file = tempfile::Builder::new()
        .prefix(&format!("{prefix}-"))
        .suffix(".json")
        .tempfile()
        .map_err(EditError::File)?;
    let pretty = serde_json::from_slice::<serde_json::Value>(body)
        .ok()
        // Only what says the same when it is parsed and printed again is laid out anew.
        .filter(|value| value.to_string().as_bytes() == body)
        .map(|value| format!("{value:#}\n").into_bytes());
    file.write_all(pretty.as_deref().unwrap_or(body))
        .and_then(|()| file.flush())
        .map_err(EditError::File)?;
    loop {
        let mut words = typed.split_whitespace();
        let status = Command::new(words.next().unwrap_or(DEFAULT))
            .args(words)
            .arg(file.path())
            .status()
            .map_err(|source| EditError::Start(typed.clone(), source))?;
        if !status.success() {
            return Err(EditError::Ended(typed).into());
        }
        // By its path: many editors put a new file in its place.
        let edited = std::fs::read(file.path()).map_err(EditError::File)?;
        if judge(&edited, console)? != Verdict::Invalid {
            return Ok(edited.into());
        }
        let environment = &console.environment;
        if !environment.can_ask() {
            return Err(EditError::Invalid.into());
        }
        if !super::ask::confirm("Edit it again?")? {
            return Err(EditError::Invalid.into());
        }
    }
}
