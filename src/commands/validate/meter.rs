//! How much of the input was read, for the bar: counted where bytes come from the file, so
//! that what is compressed counts as it lies.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::commands::Input;
use crate::commands::inputs::InputError;
use crate::journal::ReadError;

/// Bytes that were read and not yet told.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter(Arc<AtomicU64>);

impl Meter {
    /// Opens an input whose bytes are counted.
    pub(super) fn open(
        &self,
        input: &Input,
        stdin: &mut Box<dyn Read + Send>,
    ) -> Result<Box<dyn Read + Send>, ReadError> {
        let opened: Box<dyn Read + Send> = match input {
            Input::Stdin => std::mem::replace(stdin, Box::new(io::empty())),
            Input::File(path) => match File::open(path) {
                Ok(file) => Box::new(file),
                Err(source) => {
                    let name = input.name();
                    return Err(ReadError { name, source });
                }
            },
        };
        Ok(Box::new(Counted {
            input: opened,
            meter: self.clone(),
        }))
    }

    /// Bytes that were read since this was last asked.
    pub(super) fn new_bytes(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

struct Counted {
    input: Box<dyn Read + Send>,
    meter: Meter,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.meter.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The bytes of all files together; nobody knows how many stdin has.
pub(super) fn total(files: &[Result<Input, InputError>]) -> Option<u64> {
    let lengths = files.iter().flatten().map(|input| match input {
        Input::Stdin => None,
        // One that cannot be read is said when it is its turn.
        Input::File(path) => Some(std::fs::metadata(path).map_or(0, |known| known.len())),
    });
    lengths.sum()
}
