//! The token: made once, kept in a file, and handed to a browser without showing in its arguments.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};

use crate::files::{make_private, open_state, write_state};
use crate::flows::inspector::Token;
use crate::model::error::{Category, Explain};

/// The version of the file.
const VERSION: u32 = 1;
/// The most bytes of it that are read.
const LONGEST: u64 = 4096;

/// The file of a token.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(rename = "enx_hook_inspector")]
    version: u32,
    token: String,
}

/// The token cannot be kept or made.
#[derive(Debug, thiserror::Error)]
#[error("the token of the inspector cannot be kept in {}", path.display())]
pub(super) struct TokenError {
    path: PathBuf,
    source: io::Error,
}

impl Explain for TokenError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        Some("--inspect-token-file FILE names another place".to_owned())
    }
}

/// The file of the token of a log: `log.jsonl.inspect`.
pub fn path(log: &Path) -> PathBuf {
    let mut name = OsString::from(log);
    name.push(".inspect");
    PathBuf::from(name)
}

/// A new token.
pub(super) fn new() -> Result<Token, TokenError> {
    let mut bytes = [0; 32];
    let filled = SystemRandom::new().fill(&mut bytes);
    let digits = format!("{:032x}{:032x}", half(&bytes[..16]), half(&bytes[16..]));
    let token = filled.ok().and_then(|()| Token::parse(&digits));
    token.ok_or_else(|| TokenError {
        path: PathBuf::new(),
        source: io::Error::other("the system gives no random numbers"),
    })
}

fn half(bytes: &[u8]) -> u128 {
    bytes
        .iter()
        .fold(0, |half, byte| half << 8 | u128::from(*byte))
}

/// The token in a file. If the file is missing or holds none, it gets a new one.
pub(super) fn kept(path: &Path) -> Result<Token, TokenError> {
    let failed = |source| TokenError {
        path: path.to_owned(),
        source,
    };
    // It follows no link.
    let mut text = Vec::new();
    let file = open_state(path).map_err(failed)?;
    // Who could read it could ask for every capture.
    make_private(&file).map_err(failed)?;
    file.take(LONGEST).read_to_end(&mut text).map_err(failed)?;
    let known = serde_json::from_slice::<Kept>(&text).ok();
    if let Some(token) = known.and_then(|known| Token::parse(&known.token)) {
        return Ok(token);
    }
    if !text.is_empty() {
        let wrong = "it holds something else, and is not overwritten";
        return Err(failed(io::Error::new(ErrorKind::InvalidData, wrong)));
    }
    let token = new()?;
    let kept = Kept {
        version: VERSION,
        token: token.digits().to_owned(),
    };
    let mut text = serde_json::to_vec(&kept).unwrap_or_default();
    text.push(b'\n');
    write_state(path, &text).map_err(failed)?;
    Ok(token)
}

/// A page that leads a browser to the inspector. It is private and is removed at the end, since
/// other users can see the arguments of a process, and the URL has the token.
#[derive(Debug)]
pub(super) struct Opener(tempfile::TempPath);

impl Opener {
    pub(super) fn new(url: &str) -> Result<Opener, TokenError> {
        let made = || {
            let mut builder = tempfile::Builder::new();
            // Private on every system that knows that.
            let mut file = builder.prefix("enx-hook-").suffix(".html").tempfile()?;
            let page = format!(
                "<!doctype html>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"refresh\" \
                 content=\"0; url={url}\">\n<title>enx-hook</title>\n"
            );
            file.write_all(page.as_bytes())?;
            file.flush()?;
            Ok(file.into_temp_path())
        };
        made().map(Opener).map_err(|source| TokenError {
            path: std::env::temp_dir(),
            source,
        })
    }

    /// Starts the browser. The URL is printed too, so that a failure is none.
    pub(super) fn open(&self) {
        let page = fs::canonicalize(&self.0).unwrap_or_else(|_| self.0.to_path_buf());
        let program = match std::env::consts::OS {
            "macos" => "open",
            "windows" => "explorer",
            _ => "xdg-open",
        };
        let mut command = Command::new(program);
        command.arg(page).stdin(Stdio::null());
        let started = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        if let Ok(mut child) = started {
            std::thread::spawn(move || child.wait());
        }
    }
}
