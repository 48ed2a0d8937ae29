//! Questions on a terminal, which is left as it was: whatever ends them, what is typed shows
//! again afterwards, and so does the cursor.

use std::io::{self, ErrorKind};

use dialoguer::console::{Key, Term};
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{Confirm, FuzzySelect};

use super::signals::Interrupts;
use super::{Console, Origin, Target};
use crate::delivery::TargetUrl;
use crate::model::error::{Category, Explain, Failure};
use crate::text::{show, width as text};

/// Rows of a list that are shown at a time.
const ROWS: usize = 12;
/// Columns that a list itself needs beside its items.
const MARGIN: usize = 4;

/// A question was left, or could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// The user left it; what that means.
    #[error("{0}")]
    Left(&'static str),
    /// The terminal does not play along.
    #[error("the terminal does not take questions")]
    Terminal(#[source] io::Error),
}

impl PromptError {
    fn new(error: io::Error, left: &'static str) -> PromptError {
        match error.kind() {
            ErrorKind::Interrupted | ErrorKind::UnexpectedEof => PromptError::Left(left),
            _ => PromptError::Terminal(error),
        }
    }
}

impl Explain for PromptError {
    fn category(&self) -> Category {
        match self {
            PromptError::Left(_) => Category::Interrupted,
            PromptError::Terminal(_) => Category::Undone,
        }
    }
}

/// Asks for a password, which is not shown.
pub fn password(question: &str) -> Result<String, PromptError> {
    let left = "no password was typed";
    let terminal = Term::stderr();
    let failed = |error| PromptError::new(error, left);
    let _silence = Silence::begin();
    terminal
        .write_str(&format!("{question}: "))
        .map_err(failed)?;
    let mut password = String::new();
    let ended = loop {
        match terminal.read_key_raw() {
            Ok(Key::Enter) => break Ok(password),
            Ok(Key::Backspace) => {
                password.pop();
            }
            // Ctrl-U, as elsewhere on terminals.
            Ok(Key::Char('\u{15}')) => password.clear(),
            Ok(Key::CtrlC | Key::Char('\u{4}')) => break Err(PromptError::Left(left)),
            Ok(Key::Char(character)) if !character.is_control() => password.push(character),
            Ok(_) => {}
            Err(error) => break Err(failed(error)),
        }
    };
    terminal.write_line("").map_err(failed)?;
    ended
}

/// Why nothing was sent to a public host.
#[derive(Debug, thiserror::Error)]
enum ConsentError {
    /// There is no terminal to ask on.
    #[error("{host} is a public host, and {why}")]
    NoTerminal { host: String, why: String },
    /// The user refused, or pressed Ctrl-C.
    #[error("nothing was sent")]
    Refused,
}

impl Explain for ConsentError {
    fn category(&self) -> Category {
        match self {
            ConsentError::NoTerminal { .. } => Category::Usage,
            ConsentError::Refused => Category::Interrupted,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            ConsentError::NoTerminal { .. } => {
                Some("--yes confirms that this receiver is yours and may get them".to_owned())
            }
            ConsentError::Refused => None,
        }
    }
}

/// Asks before something is posted to a public host; `why` says what is special about it, and
/// `posts` what the user is asked for.
pub fn consent(url: &TargetUrl, why: &str, posts: &str, console: &Console) -> Result<(), Failure> {
    if !url.is_public() {
        return Ok(());
    }
    let host = url.host().to_owned();
    if !console.environment.can_ask() {
        let why = why.to_owned();
        return Err(ConsentError::NoTerminal { host, why }.into());
    }
    let question = format!("{host} is a public host. {posts}?");
    if agreed(&question, "nothing was sent")? {
        Ok(())
    } else {
        Err(ConsentError::Refused.into())
    }
}

/// Asks before something is posted to a public host that a configuration file names. A URL that
/// was typed, or that is in a variable, is consent.
pub fn consent_to_file(target: &Target, console: &Console) -> Result<(), Failure> {
    if target.is_agreed {
        return Ok(());
    }
    let file = match &target.origin {
        Origin::Named(name) => format!("the target `{name}` of the configuration file"),
        Origin::File(file) => show(&file.display().to_string()).into_owned(),
        Origin::Flag | Origin::Variable(_) | Origin::Default => return Ok(()),
    };
    let posts = format!("Post to {} of {file}", show(&target.url.to_string()));
    let why = format!("{file} names it, not the command line");
    consent(&target.url, &why, &posts, console)
}

/// Asks for yes or no; no is what Enter means. `left` says what it means if the user leaves.
pub fn agreed(question: &str, left: &'static str) -> Result<bool, PromptError> {
    let asking = Asking::begin(left)?;
    let confirm = Confirm::new().with_prompt(question).default(false);
    asking.answer(confirm.interact_opt())
}

/// One of a list, by typing or with the arrow keys; the first is proposed.
pub fn choose(
    asking: &Asking,
    question: &str,
    items: impl Iterator<Item = String>,
    width: Option<usize>,
) -> Result<usize, Failure> {
    let room = width.unwrap_or(80).saturating_sub(MARGIN).max(MARGIN);
    // A line that goes on below would not be painted over.
    let items: Vec<String> = items
        .map(|item| text::cut(&show(&item), room).into_owned())
        .collect();
    let theme = theme();
    let select = FuzzySelect::with_theme(&*theme)
        .with_prompt(question)
        .items(&items)
        .max_length(ROWS)
        .report(false)
        .default(0);
    Ok(asking.answer(select.interact_opt())?)
}

/// As long as it is there, `dialoguer` may ask.
///
/// It raises the signal of a Ctrl-C again; caught, that does not end the program before the
/// terminal is as it was.
pub struct Asking {
    left: &'static str,
    _interrupts: Interrupts,
    _silence: Silence,
}

impl Asking {
    /// Begins to ask; `left` says what it means if the user leaves.
    pub fn begin(left: &'static str) -> Result<Asking, PromptError> {
        Ok(Asking {
            left,
            _interrupts: Interrupts::new().map_err(PromptError::Terminal)?,
            _silence: Silence::begin(),
        })
    }

    /// The user has left.
    pub fn leave(&self) -> PromptError {
        PromptError::Left(self.left)
    }

    /// What became of a question.
    pub fn answer<T>(&self, asked: dialoguer::Result<Option<T>>) -> Result<T, PromptError> {
        match asked {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(PromptError::Left(self.left)),
            Err(dialoguer::Error::IO(error)) => Err(PromptError::new(error, self.left)),
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        // If this fails there is no terminal any more that could be put right.
        let _ = Term::stderr().show_cursor();
    }
}

/// As long as it is there, what is typed between two keys that are waited for is not shown,
/// and Ctrl-C is a key like any other. Then the terminal is as it was.
struct Silence {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

impl Silence {
    fn begin() -> Silence {
        Silence {
            #[cfg(unix)]
            before: silence(),
        }
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(before) = &self.before {
            use rustix::termios::{OptionalActions, tcsetattr};
            // If this fails there is no terminal any more that could be put right.
            let _ = tcsetattr(io::stdin(), OptionalActions::Drain, before);
        }
    }
}

/// Switches off that what is typed is shown, and that some keys are signals; returns how it
/// was.
#[cfg(unix)]
fn silence() -> Option<rustix::termios::Termios> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let before = tcgetattr(io::stdin()).ok()?;
    let mut silent = before.clone();
    silent.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
    tcsetattr(io::stdin(), OptionalActions::Drain, &silent).ok()?;
    Some(before)
}

/// Whether questions are painted.
pub fn paint(on: bool) {
    dialoguer::console::set_colors_enabled_stderr(on);
}

/// How questions look.
pub fn theme() -> Box<dyn Theme> {
    if dialoguer::console::colors_enabled_stderr() {
        Box::new(ColorfulTheme::default())
    } else {
        Box::new(SimpleTheme)
    }
}
