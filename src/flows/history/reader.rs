//! Reads captures from inputs of any kind, judges them on all cores, and hands them over in the
//! order of the inputs.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::ControlFlow;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use compact_str::CompactString;

use super::name::CaptureName;
use crate::catalog::Catalog;
use crate::journal::{
    Block, Gone, HandOver, Inputs, Item, ItemKind, Line, OpenInput, ReadError, RecordReader,
};
use crate::model::capture::{Capture, Headers};
use crate::model::error::Failure;
use crate::model::report::{Classification, Report};
use crate::validation::{JudgedCapture, Validation};

/// What is handed over at a time.
const PIECE: usize = 256;
/// Bytes of a block from which on many documents are to be expected.
const MANY: usize = 32 * 1024;

/// A capture that was found. It is judged when it is first asked.
pub struct Found<'f> {
    /// When it was received, where that is known.
    pub received_at: Option<DateTime<Utc>>,
    /// The number of its record.
    pub seq: Option<u64>,
    /// The body of a record that needs no more, as it is in its line.
    bare: &'f [u8],
    judged: OnceCell<JudgedCapture>,
    /// The line that has the rest of it.
    line: Option<Line<'f>>,
    validation: &'f Validation,
}

impl<'f> Found<'f> {
    /// A capture that has all that it needs.
    pub(super) fn new(validation: &'f Validation, seq: Option<u64>, capture: Capture) -> Found<'f> {
        Found {
            received_at: Some(capture.received_at),
            seq,
            bare: &[],
            judged: OnceCell::from(validation.capture(seq, Arc::new(capture))),
            line: None,
            validation,
        }
    }
}

impl Found<'_> {
    /// Its body, unpacked.
    pub fn body(&self) -> &[u8] {
        self.judged
            .get()
            .map_or(self.bare, |judged| &judged.content().bytes)
    }

    /// All findings.
    pub fn report(&self) -> Cow<'_, Report> {
        match self.judged.get() {
            Some(judged) => Cow::Borrowed(judged.report()),
            None => Cow::Owned(self.validation.report(self.bare)),
        }
    }

    /// Provider, event, session and verdict.
    pub fn classification(&self) -> Classification {
        match self.judged.get() {
            Some(judged) => judged.classification().clone(),
            None => self.validation.classify(self.bare),
        }
    }

    /// What it is judged by.
    pub fn catalog(&self) -> &Catalog {
        self.validation.catalog()
    }

    /// The capture. Of a record that needs no more than its body, the request is left out:
    /// [`Found::whole`] has it.
    pub fn judged(&self) -> &JudgedCapture {
        self.judged.get_or_init(|| {
            let capture = bare(self.received_at, Bytes::copy_from_slice(self.bare));
            self.validation.capture(self.seq, Arc::new(capture))
        })
    }

    /// The same, to keep.
    pub fn into_judged(self) -> JudgedCapture {
        self.judged();
        self.judged
            .into_inner()
            .unwrap_or_else(|| unreachable!("it was made above"))
    }

    /// The capture with everything that its record has.
    pub fn whole(self) -> JudgedCapture {
        let items = self.line.iter().flat_map(Line::items);
        let record = items.last().and_then(|kind| match kind {
            ItemKind::Record(record) => Some(record),
            _ => None,
        });
        match record {
            Some(record) => {
                let capture = Arc::new(record.capture);
                self.validation.capture(Some(record.seq), capture)
            }
            None => self.into_judged(),
        }
    }
}

/// Something that stands in an input and is no capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadItem {
    /// File and line.
    pub place: String,
    /// Why it cannot be read.
    pub why: String,
}

/// What comes of the inputs, in their order.
pub enum Told<T> {
    /// A capture, and what was made of it.
    Capture(CaptureName, T),
    /// An item that cannot be read. The others are not affected.
    Unread(UnreadItem),
    /// An input that cannot be opened, or breaks off here.
    Failed(Failure),
}

/// What `tell` answers: whether to read on.
pub type Flow = Result<ControlFlow<()>, Failure>;

/// Reads all inputs in order. `digest` makes of each capture what is handed over; it runs on
/// several threads. `tell` takes that in order, and says whether to read on.
///
/// # Errors
///
/// What `tell` fails with.
pub fn read<T: Send>(
    inputs: Inputs,
    validation: &Validation,
    digest: &(dyn Fn(Found<'_>) -> T + Sync),
    tell: &mut dyn FnMut(Told<T>) -> Flow,
) -> Result<(), Failure> {
    let is_one = inputs.input_count() == 1;
    for input in inputs {
        let mut sequence = Sequence {
            digest: &Digest { validation, digest },
            input: &input.input,
            name: &input.name,
            is_one,
            is_log: true,
            has_lines: input.is_whole,
            seq: None,
            lines: 0,
            torn: None,
            tell: &mut *tell,
        };
        let OpenInput { reader, .. } = input;
        let ended = match reader {
            Ok(reader) => sequence.read(reader),
            Err(failure) => tell(Told::Failed(failure))
                .map_err(Stop::from)
                .and_then(Stop::check),
        };
        match ended {
            Ok(()) => {}
            Err(Stop::Enough) => return Ok(()),
            Err(Stop::Failed(failure)) => return Err(failure),
        }
    }
    Ok(())
}

/// Why no more is read.
enum Stop {
    Enough,
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failed(failure)
    }
}

impl Stop {
    fn check(flow: ControlFlow<()>) -> Result<(), Stop> {
        match flow {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop::Enough),
        }
    }
}

/// An item of an input, with its line.
struct Thing<T> {
    line: u64,
    what: What<T>,
}

enum What<T> {
    /// A capture, and the number of its record.
    Capture(Option<u64>, T),
    Unread {
        why: String,
        is_torn: bool,
    },
}

/// Things of one block, in order.
struct Piece<T> {
    things: Vec<Thing<T>>,
    /// All lines of the block, with its last piece.
    lines: u64,
}

/// Makes of items what is handed over.
struct Digest<'d, T> {
    validation: &'d Validation,
    digest: &'d (dyn Fn(Found<'_>) -> T + Sync),
}

impl<T> Digest<'_, T> {
    fn block(&self, block: &Block, hand_over: &mut HandOver<'_, Piece<T>>) -> Result<(), Gone> {
        let mut things = Vec::with_capacity(PIECE);
        let mut lines = 0;
        let mut body = Vec::new();
        if block.bytes() >= MANY {
            self.validation.expect_many();
        }
        for line in block.lines() {
            lines = line.number;
            if let Some(document) = line.document(&mut body) {
                let found = Found {
                    received_at: document.received_at(),
                    seq: document.seq,
                    bare: document.bytes,
                    judged: OnceCell::new(),
                    line: Some(line),
                    validation: self.validation,
                };
                let what = What::Capture(document.seq, (self.digest)(found));
                things.push(Thing { line: lines, what });
            } else {
                let whats = line.items().map(|kind| self.item(kind));
                things.extend(whats.map(|what| Thing { line: lines, what }));
            }
            if things.len() >= PIECE {
                let things = std::mem::replace(&mut things, Vec::with_capacity(PIECE));
                hand_over(Piece { things, lines: 0 })?;
            }
        }
        hand_over(Piece { things, lines })
    }

    fn item(&self, kind: ItemKind) -> What<T> {
        match kind {
            ItemKind::Record(record) => {
                let at = Some(record.capture.received_at);
                self.capture(Some(record.seq), record.capture, at)
            }
            ItemKind::Body { bytes, .. } => self.capture(None, bare(None, bytes), None),
            ItemKind::Damaged { reason, torn_tail } => What::Unread {
                why: reason,
                is_torn: torn_tail,
            },
            ItemKind::Unusable { reason } => What::Unread {
                why: reason,
                is_torn: false,
            },
            ItemKind::TooLarge { bytes } => What::Unread {
                why: format!(
                    "{} are too much for one capture",
                    crate::text::number::bytes(bytes)
                ),
                is_torn: false,
            },
        }
    }

    fn capture(
        &self,
        seq: Option<u64>,
        capture: Capture,
        received_at: Option<DateTime<Utc>>,
    ) -> What<T> {
        let mut found = Found::new(self.validation, seq, capture);
        found.received_at = received_at;
        What::Capture(seq, (self.digest)(found))
    }
}

/// A capture of which only the body and maybe the time are known.
fn bare(received_at: Option<DateTime<Utc>>, body: Bytes) -> Capture {
    Capture {
        received_at: received_at.unwrap_or_default(),
        peer: CompactString::default(),
        method: CompactString::default(),
        target: CompactString::default(),
        headers: Headers::new(),
        body,
    }
}

/// Hands over what was made of one input, in its order.
struct Sequence<'s, T> {
    digest: &'s Digest<'s, T>,
    /// The input, and the file of it that is read.
    input: &'s Arc<str>,
    name: &'s Arc<str>,
    /// It is the only input.
    is_one: bool,
    /// The numbers of its records are those of a log.
    is_log: bool,
    /// The numbers of its lines are known.
    has_lines: bool,
    /// The number of the last record.
    seq: Option<u64>,
    /// The lines of the blocks before.
    lines: u64,
    /// An item that is torn, and at the end of the log if nothing comes after it.
    torn: Option<UnreadItem>,
    tell: &'s mut dyn FnMut(Told<T>) -> Flow,
}

impl<T: Send> Sequence<'_, T> {
    fn read(&mut self, reader: RecordReader) -> Result<(), Stop> {
        let digest = self.digest;
        let read = match reader.blocks() {
            Ok(blocks) => blocks.in_order::<_, Stop>(
                &|block, hand_over| digest.block(block, hand_over),
                &mut |piece: Piece<T>| {
                    let lines = piece.lines;
                    let mut things = piece.things.into_iter();
                    things.try_for_each(|thing| self.take(thing))?;
                    self.lines += lines;
                    Ok(())
                },
            )?,
            Err(reader) => self.one_by_one(*reader)?,
        };
        if let Some(torn) = self.torn.take() {
            // What a crash leaves at the end of a log is no loss of what was answered 200.
            let why = format!(
                "the last record is torn, as a crash leaves it: {}",
                torn.why
            );
            self.say(Told::Unread(UnreadItem { why, ..torn }))?;
        }
        match read {
            Ok(()) => Ok(()),
            Err(error) => self.say(Told::Failed(error.into())),
        }
    }

    /// What is no lines: one document, or what another tool recorded and numbered itself.
    fn one_by_one(&mut self, reader: RecordReader) -> Result<Result<(), ReadError>, Stop> {
        self.is_log = false;
        for item in reader {
            match item {
                Ok(Item { line, kind }) => {
                    let what = self.digest.item(kind);
                    self.take(Thing { line, what })?;
                }
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(()))
    }

    fn take(&mut self, thing: Thing<T>) -> Result<(), Stop> {
        if let Some(torn) = self.torn.take() {
            self.say(Told::Unread(torn))?;
        }
        let line = self.lines + thing.line;
        match thing.what {
            What::Capture(seq, made) => {
                let seq = seq.filter(|_| self.is_log);
                self.seq = seq.or(self.seq);
                let is_named = self.is_one && seq.is_some();
                let name = CaptureName {
                    file: (!is_named).then(|| Arc::clone(self.input)),
                    number: seq.or(self.has_lines.then_some(line)),
                };
                self.say(Told::Capture(name, made))
            }
            What::Unread { why, is_torn } => {
                let place = match self.seq {
                    _ if self.has_lines => format!("{}:{line}", self.name),
                    Some(seq) => format!("{}, behind #{seq}", self.name),
                    None => self.name.to_string(),
                };
                let item = UnreadItem { place, why };
                if is_torn {
                    self.torn = Some(item);
                    return Ok(());
                }
                self.say(Told::Unread(item))
            }
        }
    }

    fn say(&mut self, told: Told<T>) -> Result<(), Stop> {
        Stop::check((self.tell)(told)?)
    }
}
