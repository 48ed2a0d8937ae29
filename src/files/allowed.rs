//! The configuration files that the user has allowed, in the state folder of the user.
//!
//! Each has a file of its own, named by a digest of its path, so that two runs that allow or
//! revoke files at the same time do not undo each other's work.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::replace::{create_state_folder, remove_state, write_state};
use super::whole::read_found;

/// The version of the format.
const VERSION: u32 = 1;
/// The folder of the list in the state folder of the user.
const FOLDER: &str = "enx-hook/allowed";

/// The list.
#[derive(Clone, Debug)]
pub struct AllowedFiles {
    folder: PathBuf,
}

/// A file that the user allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    #[serde(rename = "enx_hook_allowed")]
    version: u32,
    /// The file.
    pub path: String,
    /// The digest of the settings that were allowed. A file that `init` wrote has none until its
    /// first use.
    #[serde(default)]
    pub settings: Option<String>,
    /// The folder of a file without settings: another folder can get its path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
}

impl Allowed {
    /// Whether the folder is still the one in which `init` wrote the file.
    pub fn is_of_folder(&self, file: &Path) -> bool {
        self.folder.is_some() && self.folder == folder_id(file)
    }
}

/// What tells the folder of a file from one that gets its path later: its inode, which can be
/// used again, and when it was created.
fn folder_id(file: &Path) -> Option<String> {
    let folder = fs::metadata(whole(file).parent()?).ok()?;
    let created = folder.created().ok();
    let created = created.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let created = created.map_or(0, |age| age.as_nanos());
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&folder);
    #[cfg(not(unix))]
    let inode = 0;
    Some(format!("{inode}:{created}"))
}

impl AllowedFiles {
    /// The list in this state folder.
    pub fn new(state_folder: &Path) -> AllowedFiles {
        AllowedFiles {
            folder: state_folder.join(FOLDER),
        }
    }

    /// What was allowed for a file.
    ///
    /// # Errors
    ///
    /// The entry cannot be read, or a later version wrote it.
    pub fn find(&self, file: &Path) -> io::Result<Option<Allowed>> {
        match read_found(&self.entry(file)) {
            Ok(text) => read(&text).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Allows a file with these settings.
    pub fn allow(&self, file: &Path, settings: Option<&str>) -> io::Result<()> {
        create_state_folder(&self.folder)?;
        let allowed = Allowed {
            version: VERSION,
            path: whole(file).display().to_string(),
            settings: settings.map(str::to_owned),
            folder: folder_id(file).filter(|_| settings.is_none()),
        };
        let mut text = serde_json::to_vec(&allowed)?;
        text.push(b'\n');
        write_state(&self.entry(file), &text)
    }

    /// Takes a file off the list. Returns whether it was on it.
    pub fn revoke(&self, file: &Path) -> io::Result<bool> {
        let entry = self.entry(file);
        let is_there = entry.try_exists()?;
        remove_state(&entry)?;
        Ok(is_there)
    }

    /// All allowed files, sorted by path.
    pub fn all(&self) -> io::Result<Vec<Allowed>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut all = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                all.push(read(&read_found(&path)?)?);
            }
        }
        all.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(all)
    }

    fn entry(&self, file: &Path) -> PathBuf {
        let name = digest_of(whole(file).as_os_str().as_encoded_bytes());
        self.folder.join(format!("{name}.json"))
    }
}

/// The SHA-256 of these bytes, in hexadecimal digits.
pub fn digest_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in digest(&SHA256, bytes).as_ref() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn read(text: &[u8]) -> io::Result<Allowed> {
    let invalid = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    let allowed: Allowed =
        serde_json::from_slice(text).map_err(|error| invalid(error.to_string()))?;
    if allowed.version == VERSION {
        Ok(allowed)
    } else {
        let version = allowed.version;
        Err(invalid(format!(
            "its format has version {version}; a newer enx-hook wrote it"
        )))
    }
}

/// The path without links in its folders. The name itself may be a link: it is what is found.
fn whole(file: &Path) -> PathBuf {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    match (
        folder.unwrap_or(Path::new(".")).canonicalize(),
        file.file_name(),
    ) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => file.to_owned(),
    }
}
