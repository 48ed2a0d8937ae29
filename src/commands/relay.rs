//! `relay`: looks at a relay, creates its stream, or prints a configuration of its server.

use ring::rand::{SecureRandom as _, SystemRandom};

use super::{Console, Format, Outcome, small_runtime};
use crate::flows::relay::{Access, RelayError, RelayUrl, create, server_config, status};
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::render::relay::{json, write_status};
use crate::text::number::counted;
use crate::wire::JsonLines;

/// What `relay` does.
#[derive(Debug)]
pub enum RelayJob {
    /// Shows what a relay has.
    Status {
        /// The relay.
        url: RelayUrl,
        /// How it is entered.
        access: Access,
        /// The name of this client.
        name: String,
        /// What stdout carries.
        format: Format,
    },
    /// Creates the stream.
    Init {
        /// The relay.
        url: RelayUrl,
        /// How it is entered.
        access: Access,
        /// The name of this client.
        name: String,
    },
    /// Prints a configuration of the server.
    Config {
        /// The project.
        project: String,
        /// The names of the listeners.
        sources: Vec<String>,
        /// The names of those who follow.
        followers: Vec<String>,
    },
}

/// Does it.
pub fn run(job: RelayJob, console: &mut Console) -> Result<Outcome, Failure> {
    match job {
        RelayJob::Status {
            url,
            access,
            name,
            format,
        } => {
            let runtime = small_runtime()?;
            let found = runtime.block_on(status(&url, &access, &name));
            runtime.shutdown_background();
            let found = found.map_err(|error| Unreached(url.to_string(), error))?;
            match format {
                Format::Json => {
                    let object = json(url.to_string(), &found);
                    JsonLines::new(&mut *console.out).write("relay-status", &object)?;
                }
                Format::Human => {
                    write_status(&mut *console.out, console.style, console.zone, &found)?;
                    for difference in &found.stream.differences {
                        console.warn(difference, None)?;
                    }
                }
            }
        }
        RelayJob::Init { url, access, name } => {
            let runtime = small_runtime()?;
            let created = runtime.block_on(create(&url, &access, &name));
            runtime.shutdown_background();
            let (stream, is_new) = created.map_err(|error| Unreached(url.to_string(), error))?;
            let text = if is_new {
                format!("created the stream {}", stream.name)
            } else {
                let messages = counted(stream.messages, "message", "messages");
                format!(
                    "the stream {} exists, with {messages}; it is left as it is",
                    stream.name
                )
            };
            writeln!(console.out, "{text}").map_err(OutputError::from)?;
            for difference in &stream.differences {
                console.warn(difference, None)?;
            }
        }
        RelayJob::Config {
            project,
            sources,
            followers,
        } => {
            let text = server_config(&project, &sources, &followers, password)?;
            console
                .out
                .write_all(text.as_bytes())
                .map_err(OutputError::from)?;
        }
    }
    console.out.flush().map_err(OutputError::from)?;
    Ok(Outcome::Done)
}

/// A password that cannot be guessed.
fn password() -> Result<String, NoRandomness> {
    let mut random = [0_u8; 16];
    let filled = SystemRandom::new().fill(&mut random);
    filled.map_err(|_| NoRandomness)?;
    Ok(random
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}")))
}

/// The system gives no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random numbers to make passwords from")]
struct NoRandomness;

impl Explain for NoRandomness {
    fn category(&self) -> Category {
        Category::Undone
    }
}

/// A relay did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
#[error("{0}: {1}")]
struct Unreached(String, RelayError);

impl Explain for Unreached {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        self.1.advice().map(str::to_owned)
    }
}
