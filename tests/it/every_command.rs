//! What holds for every command: its streams, its help, the files that it writes, and what it
//! does with bad input.

#[cfg(target_os = "linux")]
mod advice;
mod any_bytes;
mod bad_input;
#[cfg(target_os = "linux")]
#[cfg(unix)]
mod completions;
mod connections;
#[cfg(unix)]
mod files;
mod help;
mod hints;
mod output_schema;
#[cfg(unix)]
mod predictable;
#[cfg(unix)]
mod roles;
mod selection;
mod streams;
