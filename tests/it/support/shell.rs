//! The binary started by a shell, for what only a shell can set up.

use super::{Call, Sandbox};

/// A call of `script`, in which `"$@"` is the binary with these arguments.
pub(crate) fn shell(sandbox: &Sandbox, script: &str, args: &[&str]) -> Call {
    let mut command = sandbox.program("sh");
    command
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_enx-hook")])
        .args(args);
    Call::new(command)
}
