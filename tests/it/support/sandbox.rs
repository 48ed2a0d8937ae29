//! A folder of its own for each test, and an environment in which nothing of the machine
//! that runs the tests shows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{Call, Run};

/// A new folder, removed at the end of the test.
pub(crate) struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    pub(crate) fn new() -> Sandbox {
        let folder = tempfile::tempdir().expect("a folder for the test");
        fs::create_dir(folder.path().join("home")).expect("a home in the sandbox");
        Sandbox { folder }
    }

    /// A path in the sandbox.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, with the folders that it stands in.
    pub(crate) fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        let folder = path.parent().expect("a file stands in a folder");
        fs::create_dir_all(folder).expect("a folder in the sandbox");
        fs::write(path, bytes).expect("a file in the sandbox");
    }

    /// The text of a file.
    pub(crate) fn text(&self, name: impl AsRef<Path>) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Runs the binary to its end, without input.
    #[track_caller]
    pub(crate) fn enx(&self, args: &[&str]) -> Run {
        self.call(args).run()
    }

    /// The binary with these arguments, ready to run here.
    pub(crate) fn call(&self, args: &[&str]) -> Call {
        Call::new(self.command(args))
    }

    /// The same as a plain command, for tests that handle the process themselves.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_enx-hook"));
        command.args(args).current_dir(self.folder.path());
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(would_show) {
                command.env_remove(name);
            }
        }
        let home = self.path("home");
        for name in ["HOME", "XDG_CONFIG_HOME", "USERPROFILE", "APPDATA"] {
            command.env(name, &home);
        }
        command
    }
}

/// Whether a variable of the surroundings changes what the program does.
fn would_show(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["ENX_HOOK_", "CLICOLOR"]
        .iter()
        .any(|start| name.starts_with(start))
        || name.ends_with("_PROXY")
        || name == "NO_COLOR"
}
