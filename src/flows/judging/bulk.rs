//! Judges what stands in an input, on as many cores as there are, and tells it in order.

use bytes::Bytes;

use super::document::{Said, judge_item};
use crate::journal::{Block, Gone, HandOver, Item, ItemKind, ReadError, RecordReader};
use crate::model::error::Failure;
use crate::model::name::Name;
use crate::validation::Validation;

/// Things that are handed over at a time.
const PIECE: usize = 256;

/// About how many bytes are handed over at a time: the bodies of a block may unpack to many times
/// its size.
const PIECE_BYTES: usize = 1024 * 1024;

/// Bytes of a block from which on many documents are to be expected.
const MANY: usize = 32 * 1024;

/// What came of an input, in its order.
pub enum BulkEvent<'d> {
    /// One thing that stands in the input.
    Item(&'d JudgedItem),
    /// Several documents of one event are valid and have no findings. They stand near the
    /// things that are told before and after. Only where the caller does not want each.
    Passed {
        /// Its provider and its name.
        event: &'d [Option<Name>; 2],
        /// How many there are.
        documents: u64,
    },
}

/// One thing that stands in an input.
pub struct JudgedItem {
    /// The line of the input on which it begins, from 1.
    pub line: u64,
    /// What is said of it.
    pub said: Said,
}

/// Takes what is told; a failure ends it all.
type Tell<'t> = dyn FnMut(BulkEvent<'_>) -> Result<(), Failure> + 't;

/// By what it is judged, and how much of that is told.
pub struct BulkJudge<'v> {
    /// What judges.
    pub validation: &'v Validation,
    /// The largest document that is judged, in bytes.
    pub max_document: usize,
    /// Every document is told by itself; else those without findings only as numbers.
    pub each: bool,
}

/// Judges all that stands in an input, and tells it in order. An input that breaks off is the
/// inner error, after what was read before.
///
/// # Errors
///
/// What `tell` fails with; nothing more is judged then.
pub fn judge_all(
    source: RecordReader,
    judge: &BulkJudge<'_>,
    tell: &mut Tell<'_>,
) -> Result<Result<(), ReadError>, Failure> {
    let blocks = match source.blocks() {
        Ok(blocks) => blocks,
        Err(source) => return one_by_one(*source, judge, tell),
    };
    let mut teller = InOrder {
        judge,
        lines: 0,
        torn: None,
        tell,
    };
    let read = blocks.in_order(
        &|block, hand_over| judge.block(block, hand_over),
        &mut |piece| teller.tell(piece),
    )?;
    // What looked like the torn end of a log was none, if the input only broke off there.
    teller.tell_torn(read.is_ok())?;
    Ok(read)
}

/// What is no lines: one document, or what another tool recorded.
fn one_by_one(
    source: RecordReader,
    judge: &BulkJudge<'_>,
    tell: &mut Tell<'_>,
) -> Result<Result<(), ReadError>, Failure> {
    for item in source {
        match item {
            Ok(item) => tell(BulkEvent::Item(&judge.thing(&item)))?,
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(()))
}

/// What came of one block, or the next part of it.
#[derive(Default)]
struct Piece {
    /// Their lines are those of the block.
    things: Vec<JudgedItem>,
    /// How many documents passed, by event.
    passed: Vec<([Option<Name>; 2], u64)>,
    /// All the lines of the block, with its last piece.
    lines: u64,
}

impl BulkJudge<'_> {
    fn block(&self, block: &Block, hand_over: &mut HandOver<'_, Piece>) -> Result<(), Gone> {
        let mut piece = Piece::default();
        let (mut weight, mut weighed) = (0, 0);
        let mut lines = 0;
        let mut body = Vec::new();
        if block.bytes() >= MANY {
            self.validation.expect_many();
        }
        for line in block.lines() {
            lines = line.number;
            if let Some(document) = line.document(&mut body) {
                self.go_on(&mut piece);
                let report = if self.each {
                    self.validation.report(document.bytes)
                } else {
                    match self.validation.pass(document.bytes) {
                        Ok(entry) => {
                            piece.count([Some(&entry.provider.name), Some(&entry.event.name)]);
                            continue;
                        }
                        Err(report) => report,
                    }
                };
                if !self.each && report.findings.is_empty() {
                    piece.count([report.provider.as_deref(), report.event.as_deref()]);
                } else {
                    let said = Said::Document {
                        seq: document.seq,
                        document: Bytes::copy_from_slice(document.bytes),
                        report,
                    };
                    let line = line.number;
                    piece.things.push(JudgedItem { line, said });
                }
            } else {
                for kind in line.items() {
                    let line = line.number;
                    let thing = self.thing(&Item { line, kind });
                    self.go_on(&mut piece);
                    match thing.said {
                        Said::Document { report, .. }
                            if !self.each && report.findings.is_empty() =>
                        {
                            piece.count([report.provider.as_deref(), report.event.as_deref()]);
                        }
                        _ => piece.things.push(thing),
                    }
                }
            }
            let weights = piece.things[weighed..]
                .iter()
                .map(|thing| thing.said.weight());
            weight += weights.sum::<usize>();
            weighed = piece.things.len();
            if weighed >= PIECE || weight >= PIECE_BYTES {
                (weight, weighed) = (0, 0);
                hand_over(std::mem::take(&mut piece))?;
            }
        }
        piece.lines = lines;
        hand_over(piece)
    }

    fn thing(&self, item: &Item) -> JudgedItem {
        JudgedItem {
            line: item.line,
            said: judge_item(item, self.validation, self.max_document),
        }
    }

    /// Something more comes: what is torn is not the end, then.
    fn go_on(&self, piece: &mut Piece) {
        if let Some(thing) = piece.things.last_mut() {
            self.settle_torn(thing);
        }
    }

    /// Makes what is torn a damage like others.
    fn settle_torn(&self, thing: &mut JudgedItem) {
        if let Said::Torn(reason) = &mut thing.said {
            let kind = ItemKind::Damaged {
                reason: std::mem::take(reason),
                torn_tail: false,
            };
            let line = thing.line;
            *thing = self.thing(&Item { line, kind });
        }
    }
}

impl Piece {
    /// Counts a document of which nothing is to be said.
    fn count(&mut self, event: [Option<&str>; 2]) {
        let is_it = |(known, _): &&mut ([Option<Name>; 2], u64)| {
            known[1].as_deref() == event[1] && known[0].as_deref() == event[0]
        };
        match self.passed.iter_mut().find(is_it) {
            Some((_, documents)) => *documents += 1,
            None => self.passed.push((event.map(|name| name.map(Name::new)), 1)),
        }
    }
}

/// Tells what is handed over, with the lines of the input.
struct InOrder<'a, 't> {
    judge: &'a BulkJudge<'a>,
    /// The lines of the blocks before.
    lines: u64,
    /// A record that is torn, and at the end of the log if nothing comes after it.
    torn: Option<JudgedItem>,
    tell: &'a mut Tell<'t>,
}

impl InOrder<'_, '_> {
    fn tell(&mut self, piece: Piece) -> Result<(), Failure> {
        for (event, documents) in &piece.passed {
            // What is torn is not the end, then.
            self.tell_torn(false)?;
            (self.tell)(BulkEvent::Passed {
                event,
                documents: *documents,
            })?;
        }
        for mut thing in piece.things {
            self.tell_torn(false)?;
            thing.line += self.lines;
            if matches!(thing.said, Said::Torn(_)) {
                self.torn = Some(thing);
            } else {
                (self.tell)(BulkEvent::Item(&thing))?;
            }
        }
        self.lines += piece.lines;
        Ok(())
    }

    /// Something came after what is torn, or nothing did.
    fn tell_torn(&mut self, is_last: bool) -> Result<(), Failure> {
        let Some(mut thing) = self.torn.take() else {
            return Ok(());
        };
        if !is_last {
            self.judge.settle_torn(&mut thing);
        }
        (self.tell)(BulkEvent::Item(&thing))
    }
}
