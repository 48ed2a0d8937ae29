//! A command as a target: a capture's body on stdin, its name in variables.
//!
//! Nothing of a capture is ever part of the line that the shell reads. On Unix each run is a
//! process group, which is ended as a whole; elsewhere only the process is.

use std::collections::BTreeSet;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::attempt::{ANSWER_LIMIT, Attempt, Ending};
use super::exit::{Exit, ExitKind};
use super::outgoing_request::OutgoingRequest;

/// How long a command that is asked to end may take.
const GRACE: Duration = Duration::from_secs(2);
/// How long the output of a command that has ended may stay open: a process that it left behind
/// may hold it.
const LINGER: Duration = Duration::from_millis(500);

/// Runs a command for each capture.
#[derive(Debug)]
pub struct CommandClient {
    line: String,
    timeout: Duration,
    /// The process groups that run.
    running: Mutex<BTreeSet<u32>>,
}

impl CommandClient {
    /// A client for a line of the shell; elsewhere than on Unix, of a program and its arguments.
    pub fn new(line: String, timeout: Duration) -> CommandClient {
        CommandClient {
            line,
            timeout,
            running: Mutex::default(),
        }
    }

    /// Runs the command once.
    pub(super) async fn run(&self, request: &OutgoingRequest) -> Attempt {
        let start = Instant::now();
        let mut output = Output::default();
        let ran = self.exchange(request, &mut output).await;
        let exit = Exit {
            how: ran.unwrap_or_else(|error| ExitKind::Failed(Arc::new(error))),
            output: output.kept.freeze(),
            cut: output.is_cut.then_some(ANSWER_LIMIT),
        };
        Attempt {
            took: start.elapsed(),
            ending: Ending::Exited(exit),
        }
    }

    async fn exchange(
        &self,
        request: &OutgoingRequest,
        output: &mut Output,
    ) -> io::Result<ExitKind> {
        let mut child = command(&self.line)
            .envs(request.variables.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let group = Group::new(self, &child);
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let feed = async {
            if let Some(mut stdin) = stdin {
                // A command need not read its input.
                let _ = stdin.write_all(request.body()).await;
            }
        };
        let talk = async { tokio::join!(feed, output.read(stdout, stderr)) };
        let mut talk = std::pin::pin!(talk);
        let run = async {
            let (status, is_read) = tokio::select! {
                status = child.wait() => (status, false),
                _ = &mut talk => (child.wait().await, true),
            };
            if !is_read {
                let _ = timeout(LINGER, &mut talk).await;
            }
            status
        };
        if let Ok(status) = timeout(self.timeout, run).await {
            group.release();
            return Ok(kind(status?));
        }
        group.end(&mut child).await;
        Ok(ExitKind::Limit(self.timeout))
    }

    /// Ends what runs, at once.
    pub fn end(&self) {
        let running = std::mem::take(&mut *self.running());
        for group in running {
            signal(group, true);
        }
    }

    /// Nothing panics while the lock is held, so a poisoned one is whole.
    fn running(&self) -> std::sync::MutexGuard<'_, BTreeSet<u32>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a command wrote.
#[derive(Debug, Default)]
struct Output {
    kept: BytesMut,
    is_cut: bool,
}

impl Output {
    /// Reads both streams to their ends, and keeps the beginning.
    async fn read(
        &mut self,
        mut stdout: Option<impl AsyncRead + Unpin>,
        mut stderr: Option<impl AsyncRead + Unpin>,
    ) {
        let mut pieces = [[0; 4096]; 2];
        let [first, second] = &mut pieces;
        while stdout.is_some() || stderr.is_some() {
            tokio::select! {
                read = read(&mut stdout, first) => self.add(&first[..read]),
                read = read(&mut stderr, second) => self.add(&second[..read]),
            }
        }
    }

    fn add(&mut self, piece: &[u8]) {
        let room = ANSWER_LIMIT - self.kept.len();
        self.kept.extend_from_slice(&piece[..piece.len().min(room)]);
        self.is_cut |= piece.len() > room;
    }
}

/// Reads a piece of a stream, which is dropped at its end. Waits for ever if it is dropped.
async fn read(stream: &mut Option<impl AsyncRead + Unpin>, piece: &mut [u8]) -> usize {
    let Some(open) = stream else {
        return std::future::pending().await;
    };
    let read = open.read(piece).await.unwrap_or(0);
    if read == 0 {
        *stream = None;
    }
    read
}

/// The processes of a run. They are ended if it is dropped.
struct Group<'c> {
    client: &'c CommandClient,
    id: u32,
}

impl<'c> Group<'c> {
    fn new(client: &'c CommandClient, child: &Child) -> Group<'c> {
        // A child that was not waited for has an id.
        let id = child.id().unwrap_or_default();
        client.running().insert(id);
        Group { client, id }
    }

    /// The run ended by itself.
    fn release(self) {
        self.client.running().remove(&self.id);
    }

    /// Asks the processes to end, and ends those that do not.
    async fn end(self, child: &mut Child) {
        signal(self.id, false);
        let _ = timeout(GRACE, child.wait()).await;
        drop(self);
        let _ = child.kill().await;
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        if self.client.running().remove(&self.id) {
            signal(self.id, true);
        }
    }
}

#[cfg(unix)]
fn signal(group: u32, at_once: bool) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let group = i32::try_from(group).ok().and_then(Pid::from_raw);
    let signal = if at_once { Signal::KILL } else { Signal::TERM };
    // It may have ended meanwhile.
    let _ = group.map(|group| kill_process_group(group, signal));
}

#[cfg(not(unix))]
fn signal(_group: u32, _at_once: bool) {}

#[cfg(unix)]
fn command(line: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", line]).process_group(0);
    command
}

/// The shell of Windows puts variables into a line before it reads it, so no shell is used.
#[cfg(windows)]
fn command(line: &str) -> Command {
    /// `CREATE_NEW_PROCESS_GROUP`: Ctrl-C does not reach it.
    const NEW_GROUP: u32 = 0x200;
    let line = line.trim();
    let (program, rest) = match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => line.split_once(' ').unwrap_or((line, "")),
    };
    let mut command = Command::new(program);
    command.raw_arg(rest).creation_flags(NEW_GROUP);
    command
}

#[cfg(unix)]
fn kind(status: ExitStatus) -> ExitKind {
    use std::os::unix::process::ExitStatusExt as _;
    let signal = || ExitKind::Signal(status.signal().unwrap_or_default());
    status.code().map_or_else(signal, ExitKind::Code)
}

#[cfg(not(unix))]
fn kind(status: ExitStatus) -> ExitKind {
    ExitKind::Code(status.code().unwrap_or_default())
}
