//! Faults of the file server: `--files-fault`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use crate::catalog::Catalog;
use crate::model::error::{Category, Explain, Failure};

/// What the server does on purpose with the requests for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFaults {
    /// The event whose files are meant; all files without one.
    pub event: Option<String>,
    /// What becomes of the requests for one file, in turn; the last one repeats. Never empty.
    pub turns: Vec<FileFault>,
}

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// The file.
    None,
    /// This status, without the file.
    Status(u16),
    /// The file, spread over this time.
    Slow(Duration),
    /// The first half of the file; then the connection is closed.
    Cut,
    /// The file, and 410 from this time after its event was posted on.
    Expire(Duration),
}

/// A text that is no fault.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected [EVENT=]FAULT,…, each fault one of ok, a status from 400 to 599, slow:TIME, cut and \
     expire:TIME, such as 503,ok or recording=slow:5s"
)]
pub struct FileFaultError;

impl FileFaults {
    /// The path before the files that are meant, and the faults.
    pub(super) fn at(&self, catalog: &Catalog) -> Result<(String, Arc<[FileFault]>), Failure> {
        let path = match &self.event {
            None => "/".to_owned(),
            Some(name) => {
                let entry = catalog.require_event(name)?;
                let (provider, event) = (&entry.provider.name, &entry.event.name);
                let path = format!("/{provider}/{event}/");
                if catalog.serving(&path).is_none() {
                    return Err(NoFiles(event.clone()).into());
                }
                path
            }
        };
        Ok((path, self.turns.clone().into()))
    }
}

/// Faults for the files of an event that names none.
#[derive(Debug, thiserror::Error)]
#[error("--files-fault: {0} names no files")]
struct NoFiles(String);

impl Explain for NoFiles {
    fn category(&self) -> Category {
        Category::Usage
    }
}

impl FromStr for FileFaults {
    type Err = FileFaultError;

    fn from_str(text: &str) -> Result<FileFaults, FileFaultError> {
        let (event, turns) = match text.split_once('=') {
            Some((event, turns)) => (Some(event.trim()), turns),
            None => (None, text),
        };
        if event.is_some_and(str::is_empty) {
            return Err(FileFaultError);
        }
        Ok(FileFaults {
            event: event.map(str::to_owned),
            turns: turns.split(',').map(str::parse).collect::<Result<_, _>>()?,
        })
    }
}

impl FromStr for FileFault {
    type Err = FileFaultError;

    fn from_str(text: &str) -> Result<FileFault, FileFaultError> {
        let time = |text| humantime::parse_duration(text).map_err(|_| FileFaultError);
        match text.trim().split_once(':') {
            Some(("slow", after)) => time(after).map(FileFault::Slow),
            Some(("expire", after)) => time(after).map(FileFault::Expire),
            Some(_) => Err(FileFaultError),
            None => match text.trim() {
                "ok" => Ok(FileFault::None),
                "cut" => Ok(FileFault::Cut),
                text => match text.parse() {
                    Ok(status @ 400..=599) => Ok(FileFault::Status(status)),
                    _ => Err(FileFaultError),
                },
            },
        }
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileFault::None => f.write_str("ok"),
            FileFault::Status(status) => write!(f, "{status}"),
            FileFault::Slow(time) => write!(f, "slow:{}", humantime::format_duration(*time)),
            FileFault::Cut => f.write_str("cut"),
            FileFault::Expire(time) => write!(f, "expire:{}", humantime::format_duration(*time)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fault() -> impl Strategy<Value = FileFault> {
        let time = || (0_u64..100_000).prop_map(Duration::from_millis);
        prop_oneof![
            Just(FileFault::None),
            Just(FileFault::Cut),
            (400_u16..600).prop_map(FileFault::Status),
            time().prop_map(FileFault::Slow),
            time().prop_map(FileFault::Expire),
        ]
    }

    proptest! {
        #[test]
        fn faults_are_read_as_they_are_written(
            event in prop::option::of("[a-z_/]{1,9}"),
            turns in prop::collection::vec(fault(), 1..4),
        ) {
            let words: Vec<String> = turns.iter().map(ToString::to_string).collect();
            let before = event.as_ref().map_or_else(String::new, |event| format!("{event}="));
            let read = format!("{before}{}", words.join(" , ")).parse();
            prop_assert_eq!(read, Ok(FileFaults { event, turns }));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,20}") {
            let _ = text.parse::<FileFaults>();
        }
    }

    #[test]
    fn what_is_no_fault_is_refused() {
        for text in [
            "", "ok,", "=ok", "a=", "200", "399", "600", "slow", "slow:", "cut:1s", "late:1s",
        ] {
            assert_eq!(text.parse::<FileFaults>(), Err(FileFaultError), "{text}");
        }
    }
}
