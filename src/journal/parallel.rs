//! Works on the blocks of a large input on all cores, and takes the results in the order of the
//! input.
//!
//! Each thread takes the next block and hands over its results in pieces; the caller's thread
//! takes the pieces of one block after the other. A thread that is ahead waits, so memory does
//! not grow with the input or its results.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::blocks::{Block, Blocks};
use super::error::ReadError;

/// More threads than this do not help: then reading is what takes the time.
const MOST_THREADS: usize = 16;

/// Blocks that a thread may be ahead of the caller.
const AHEAD: usize = 4;

/// Pieces of a block that wait to be taken.
const WAITING_PIECES: usize = 2;

/// The caller takes no more pieces.
#[derive(Debug)]
pub struct Gone;

/// Takes the next piece of a block.
pub type HandOver<'h, P> = dyn FnMut(P) -> Result<(), Gone> + 'h;

/// Works on a block and hands over its results.
pub type Work<'w, P> = dyn Fn(&Block, &mut HandOver<'_, P>) -> Result<(), Gone> + Sync + 'w;

/// Takes the results in the order of the input.
pub type Take<'t, P, E> = dyn FnMut(P) -> Result<(), E> + 't;

impl Blocks {
    /// Works on all blocks, and takes the pieces in the order of the input. The first block is
    /// worked on in the thread of the caller, since a small input is no work for threads. An
    /// input that breaks off is the inner error, after what was read before.
    ///
    /// # Errors
    ///
    /// What `take` fails with; no more blocks are read then.
    pub fn in_order<P: Send, E>(
        mut self,
        work: &Work<'_, P>,
        take: &mut Take<'_, P, E>,
    ) -> Result<Result<(), ReadError>, E> {
        let mut block = Block::default();
        for is_first in [true, false] {
            match self.read(&mut block) {
                Ok(true) => {}
                Ok(false) => return Ok(Ok(())),
                Err(error) => return Ok(Err(error)),
            }
            if is_first {
                let mut failed = None;
                let worked = work(&block, &mut |piece| {
                    take(piece).map_err(|error| {
                        failed = Some(error);
                        Gone
                    })
                });
                if let (Err(Gone), Some(error)) = (worked, failed) {
                    return Err(error);
                }
            }
        }
        on_all_cores(block, self, work, take)
    }
}

/// The pieces of the next block.
type Next<P> = Result<Receiver<P>, ReadError>;

/// Works on the blocks after the first, whose memory is used again.
fn on_all_cores<P: Send, E>(
    block: Block,
    blocks: Blocks,
    work: &Work<'_, P>,
    take: &mut Take<'_, P, E>,
) -> Result<Result<(), ReadError>, E> {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = threads.min(MOST_THREADS);
    // Both ends live in the scope: where `take` fails, the receiver is dropped, and each thread
    // ends when it next wants to hand something over.
    thread::scope(|scope| {
        let (queue, nexts) = sync_channel(threads * AHEAD);
        let supply = Arc::new(Mutex::new(Supply {
            first: Some(block),
            blocks,
            queue,
        }));
        for _ in 0..threads {
            let supply = Arc::clone(&supply);
            scope.spawn(move || each_block(&supply, work));
        }
        drop(supply);
        for next in nexts {
            match next {
                Ok(pieces) => pieces.into_iter().try_for_each(&mut *take)?,
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(()))
    })
}

/// Where the next block comes from, and where its place in the order is taken.
struct Supply<P> {
    first: Option<Block>,
    blocks: Blocks,
    queue: SyncSender<Next<P>>,
}

impl<P> Supply<P> {
    /// Reads the next block, and says where to hand over its pieces. None: there are no more, or
    /// the receiver is gone.
    fn next(&mut self, block: &mut Block) -> Option<SyncSender<P>> {
        if let Some(first) = self.first.take() {
            *block = first;
        } else {
            match self.blocks.read(block) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    let _ = self.queue.send(Err(error));
                    return None;
                }
            }
        }
        let (done, pieces) = sync_channel(WAITING_PIECES);
        self.queue.send(Ok(pieces)).ok()?;
        Some(done)
    }
}

/// Works on one block after the other.
fn each_block<P>(supply: &Mutex<Supply<P>>, work: &Work<'_, P>) {
    let mut block = Block::default();
    loop {
        // A thread that panicked is told of when all are joined.
        let mut guard = supply.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(done) = guard.next(&mut block) else {
            return;
        };
        drop(guard);
        if work(&block, &mut |piece| done.send(piece).map_err(|_| Gone)).is_err() {
            return;
        }
    }
}
