//! stdout, or `$PAGER` before it where a person reads.

use std::io::{self, BufWriter, Write};
use std::process::{Child, Command, Stdio};

use crate::commands::Console;

/// Where the text goes.
pub(super) enum Pager {
    /// stdout itself.
    Out(BufWriter<Box<dyn Write + Send>>),
    /// The pager, which writes to stdout.
    Child(Child),
}

impl Pager {
    /// The pager of the user, if one is set and a person reads stdout.
    pub(super) fn begin(is_wanted: bool, console: &Console) -> Pager {
        let environment = &console.environment;
        let pager = environment.variable("PAGER").filter(|name| *name != "cat");
        let started = pager
            .filter(|_| is_wanted && environment.stdout_is_terminal)
            .and_then(|pager| start(pager, environment.variable("LESS").is_none()).ok());
        started.map_or_else(
            || {
                let out: Box<dyn Write + Send> = console.out.share();
                Pager::Out(BufWriter::new(out))
            },
            Pager::Child,
        )
    }
}

fn start(pager: &str, is_plain: bool) -> io::Result<Child> {
    let mut command = if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/C", pager]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", pager]);
        command
    };
    if is_plain {
        // As git sets it: colours, and no page for what fits on the screen.
        command.env("LESS", "FRX");
    }
    command.stdin(Stdio::piped()).spawn()
}

impl Write for Pager {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        match self {
            Pager::Out(out) => out.write(text),
            Pager::Child(child) => match &mut child.stdin {
                Some(stdin) => stdin.write(text),
                None => Err(io::ErrorKind::BrokenPipe.into()),
            },
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Pager::Out(out) => out.flush(),
            Pager::Child(_) => Ok(()),
        }
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        if let Pager::Child(child) = self {
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }
}
