//! The binary started by a shell, for what only a shell can set up.

use std::process::Command;

use super::{Call, Sandbox};

/// A call of `script`, in which `"$@"` is the binary with these arguments.
pub(crate) fn shell(sandbox: &Sandbox, script: &str, args: &[&str]) -> Call {
    let mut command = Command::new("sh");
    command
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_enx-hook")])
        .args(args)
        .current_dir(sandbox.path(""))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", sandbox.path("home"));
    Call::new(command)
}
