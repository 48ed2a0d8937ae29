//! Takes the environment and the terminals of the process once, runs, returns the exit code.
//! It decides nothing.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use enx_hook::model::environment::{Environment, Streams, Trace};

/// A capture is made of many small pieces, on one thread, and taken apart on others.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let (config_dir, state_dir) = enx_hook::user_folders().unzip();
    let environment = Environment {
        current_dir: std::env::current_dir().unwrap_or_default(),
        config_dir,
        state_dir,
        stdin_is_terminal: std::io::stdin().is_terminal(),
        stdout_is_terminal: std::io::stdout().is_terminal(),
        stderr_is_terminal: std::io::stderr().is_terminal(),
        stream_files: enx_hook::files::stream_files(),
        measure: Some(|| {
            let size = terminal_size::terminal_size();
            size.map(|(width, _)| usize::from(width.0))
        }),
        trace: Some(Trace(|text| {
            // What cannot be shown changes nothing else.
            let _ = std::io::stderr().write_all(text.as_bytes());
        })),
        ..Environment::default()
    };
    let environment = environment.with_variables(std::env::vars_os());
    let streams = Streams {
        input: Box::new(std::io::stdin()),
        out: Box::new(std::io::stdout()),
        err: Box::new(std::io::stderr()),
    };
    enx_hook::run(std::env::args_os(), environment, streams).into()
}
