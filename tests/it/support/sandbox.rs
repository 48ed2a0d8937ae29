//! A folder of its own for each test, and an environment in which nothing of the machine
//! that runs the tests shows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{Call, Run};

/// What a program needs of its surroundings on some platforms, and where coverage goes.
const KEPT: [&str; 6] = [
    "PATH",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "LLVM_PROFILE_FILE",
];

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

    /// Writes a configuration file, and allows it.
    #[track_caller]
    pub(crate) fn allowed(&self, name: &str, text: impl AsRef<[u8]>) {
        self.write(name, text);
        self.enx(&["allow", name]).code(0);
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
        let mut command = self.program(env!("CARGO_BIN_EXE_enx-hook"));
        command.args(args);
        command
    }

    /// A program that runs here, with nothing in its environment that the test did not put
    /// there.
    pub(crate) fn program(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env_clear();
        for name in KEPT {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        let home = self.path("home");
        for name in ["HOME", "XDG_CONFIG_HOME", "USERPROFILE", "APPDATA"] {
            command.env(name, &home);
        }
        command
    }
}
