//! A body in the user's editor, until it is well or the user gives up.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Command, ExitStatus, Stdio};

use bytes::Bytes;
use tempfile::NamedTempFile;

use crate::commands::Console;
use crate::commands::signals::reaches_terminal;
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::model::report::Verdict;
use crate::render::request::word;

/// The editor where none is named.
const DEFAULT: &str = if cfg!(windows) { "notepad" } else { "vi" };

/// The body was not edited.
#[derive(Debug, thiserror::Error)]
enum EditError {
    #[error("the editor `{0}` cannot be started")]
    Start(String, #[source] io::Error),
    #[error("the editor `{0}` ended with an error, and nothing was sent")]
    Ended(String),
    #[error("there is no terminal for an editor")]
    NoTerminal,
    #[error("the body cannot be handed to the editor")]
    File(#[source] io::Error),
    #[error("the edited body is invalid, and nothing was sent")]
    Invalid,
}

impl Explain for EditError {
    fn category(&self) -> Category {
        match self {
            EditError::Start(..) | EditError::NoTerminal | EditError::Invalid => Category::Usage,
            EditError::Ended(_) => Category::Interrupted,
            EditError::File(_) => Category::Undone,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            EditError::Start(..) | EditError::Ended(_) => {
                Some("name another in the variable VISUAL or EDITOR".to_owned())
            }
            EditError::NoTerminal => {
                Some("name an editor that needs none in VISUAL or EDITOR, or use --set".to_owned())
            }
            EditError::Invalid => Some("--no-validate sends it all the same".to_owned()),
            EditError::File(_) => None,
        }
    }
}

/// What looks at an edited body, and says what is odd about it.
type Judge<'j> = dyn FnMut(&[u8], &mut Console) -> Result<Verdict, Failure> + 'j;

/// The files with edited bodies. Those that are not sent are kept.
#[derive(Default)]
pub(super) struct EditedFiles(Vec<NamedTempFile>);

impl EditedFiles {
    /// Keeps the files, and names them: nobody wants to type it again.
    pub(super) fn keep(self, console: &mut Console) -> Result<(), OutputError> {
        for file in self.0 {
            let Ok((_, path)) = file.keep() else { continue };
            let advice = format!("--data @{} sends it", word(&path.to_string_lossy()));
            let text = format!("the edited body is in {}", path.display());
            console.warn(&text, Some(&advice))?;
        }
        Ok(())
    }
}

/// Opens the body in `$VISUAL` or `$EDITOR`; as long as it is invalid, asks whether to go on.
pub(super) fn edit(
    body: &[u8],
    event: Option<&str>,
    edited_files: &mut EditedFiles,
    console: &mut Console,
    judge: &mut Judge<'_>,
) -> Result<Bytes, Failure> {
    let variables = ["VISUAL", "EDITOR"];
    let named = variables
        .iter()
        .find_map(|name| console.environment.variable(name));
    let has_terminal = console.environment.stdin_is_terminal || reaches_terminal();
    if named.is_none() && !has_terminal {
        return Err(EditError::NoTerminal.into());
    }
    let typed = named.unwrap_or(DEFAULT).to_owned();
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
    let before = pretty.as_deref().unwrap_or(body);
    file.write_all(before)
        .and_then(|()| file.flush())
        .map_err(EditError::File)?;
    let edited = until_well(&typed, &file, console, judge);
    // By its path: many editors put a new file in its place.
    if std::fs::read(file.path()).is_ok_and(|now| now != before) {
        edited_files.0.push(file);
    }
    edited
}

/// Opens the editor until the body is well or the user gives up.
fn until_well(
    typed: &str,
    file: &NamedTempFile,
    console: &mut Console,
    judge: &mut Judge<'_>,
) -> Result<Bytes, Failure> {
    loop {
        let status = open(typed, file);
        let status = status.map_err(|source| EditError::Start(typed.to_owned(), source))?;
        if !status.success() {
            return Err(EditError::Ended(typed.to_owned()).into());
        }
        let edited = std::fs::read(file.path()).map_err(EditError::File)?;
        if judge(&edited, console)? != Verdict::Invalid {
            return Ok(edited.into());
        }
        if !console.environment.can_ask() || !super::ask::confirm("Edit it again?")? {
            return Err(EditError::Invalid.into());
        }
    }
}

/// Runs the editor through the shell, so that quotes and variables in its line count. It gets the
/// terminal, also if stdin or stdout is redirected.
fn open(typed: &str, file: &NamedTempFile) -> io::Result<ExitStatus> {
    let path = file.path();
    #[cfg(windows)]
    let mut command = {
        use std::os::windows::process::CommandExt as _;
        let mut command = Command::new("cmd");
        // `cmd` removes the outer quotes.
        command.raw_arg(format!("/S /C \"{typed} \"{}\"\"", path.display()));
        command
    };
    #[cfg(not(windows))]
    let mut command = {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{typed} \"$@\""), "sh"])
            .arg(path);
        command
    };
    let [input, output] = if cfg!(windows) {
        ["CONIN$", "CONOUT$"]
    } else {
        ["/dev/tty"; 2]
    };
    if !io::stdin().is_terminal() {
        let terminal = File::open(input).map_or_else(|_| Stdio::null(), Stdio::from);
        command.stdin(terminal);
    }
    if !io::stdout().is_terminal()
        && let Ok(terminal) = File::options().write(true).open(output)
    {
        command.stdout(terminal);
    }
    command.status()
}
