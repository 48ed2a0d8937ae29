//! What strangers cost others: requests a second of 64 senders alone, and beside 2,000 that send
//! a byte a second, in the same run; memory while a gigabyte and a bomb arrive; and for each kind
//! of flood the memory, and the 99th percentile of the time of an honest reply meanwhile, beside that
//! of a server that only appends bodies and syncs them.
//!
//! `cargo bench --bench strangers [-- SECONDS] [-- FLOOD]...`; the seconds are those of one
//! measurement, 2 unless said; a flood takes five times as long, since a percentile needs many
//! replies. Floods that are named are measured alone. It exits with 1 if the share is below 80 %,
//! memory is not flat, or a flood takes more than 160 MiB, or than 50 ms where that server does not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement fails by panicking, and prints what it measured"
)]

#[path = "../support/floor.rs"]
mod floor;
#[path = "../support/usage.rs"]
mod usage;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::sleep;

const NORMAL: usize = 64;
const SLOW: usize = 2000;
/// Pairs of measurements, alone and beside the slow ones. What counts is the median of their
/// shares: a machine that is busy with something else is so for a whole pair, mostly.
const ROUNDS: usize = 9;
/// The least share that is well.
const LEAST: f64 = 0.8;
/// Names the file of the floor server; set for that one alone.
const FLOOR: &str = "ENX_HOOK_BENCH_FLOOR";
/// KiB by which memory may grow while more than that arrives.
const GROWTH: u64 = 64 * 1024;

fn main() {
    if let Ok(file) = std::env::var(FLOOR) {
        return floor::serve(Some(&file));
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seconds = arguments.iter().find_map(|text| text.parse().ok());
    let length = Duration::from_secs(seconds.unwrap_or(2));
    let is_named = |flood: &Flood| arguments.iter().any(|name| name == flood.0);
    let named: Vec<Flood> = FLOODS.into_iter().filter(is_named).collect();
    #[cfg(unix)]
    rlimit::increase_nofile_limit(8192).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut well = true;
    if named.is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Server::start(folder.path());
        well = runtime.block_on(async {
            let share = throughput(&server, length).await;
            let flat = memory(&server).await;
            share >= LEAST && flat
        });
        server.end();
    }
    let floods = if named.is_empty() {
        &FLOODS[..]
    } else {
        &named
    };
    let length = length * 5;
    disk();
    let flags = [
        &[][..],
        &["--reject-malformed"],
        &["--expect", "roomdrop>=1000000"],
        // Nothing listens there.
        &["--forward", "http://127.0.0.1:1"],
    ];
    for &flood in floods {
        let folder = tempfile::tempdir().unwrap();
        let mut floor = Server::floor(folder.path());
        let least = runtime.block_on(flooded(&floor, flood, length));
        least.show(flood.0, "appending and syncing alone");
        floor.end();
        for args in flags {
            let folder = tempfile::tempdir().unwrap();
            // The second run begins with the log that the first one left.
            for run in ["new log", "that log again"] {
                let mut server = Server::start_with(folder.path(), args);
                let with = runtime.block_on(flooded(&server, flood, length));
                with.show(flood.0, &format!("{args:?} {run}"));
                well &= with.peak <= MEMORY && with.p99 <= REPLY.max(least.p99);
                server.end();
            }
        }
    }
    runtime.shutdown_background();
    std::process::exit(i32::from(!well));
}

/// The listener as it is used, with nobody who looks on.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(folder: &std::path::Path) -> Server {
        Server::start_with(folder, &["--format", "quiet"])
    }

    fn start_with(folder: &std::path::Path, args: &[&str]) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_enx-hook"));
        command
            .args(["listen", "--port", "0"])
            .args(args)
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        Server {
            address: address_in(stderr),
            child,
        }
    }

    /// What does the least that is durable: this program itself.
    fn floor(folder: &std::path::Path) -> Server {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .env(FLOOR, folder.join("lines"))
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        Server {
            address: address_in(stdout),
            child,
        }
    }

    fn end(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Seconds of a core that it has had so far, where the system tells.
    fn cpu(&self) -> Option<f64> {
        usage::cpu(&self.child.id().to_string())
    }

    /// Its resident memory, where the system tells.
    fn resident(&self) -> Option<usage::Resident> {
        usage::resident(&self.child.id().to_string())
    }
}

/// The address that a server says first. What else it says finds a reader.
fn address_in(stream: impl std::io::Read + Send + 'static) -> SocketAddr {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    let (_, url) = line.split_once("http://").expect("a ready line");
    let address = url.split_whitespace().next().unwrap();
    let address = address.trim_end_matches('/').parse().unwrap();
    std::thread::spawn(move || std::io::copy(&mut stream, &mut std::io::sink()));
    address
}

/// The share of requests a second that is left beside the slow ones.
async fn throughput(server: &Server, length: Duration) -> f64 {
    let address = server.address;
    let (mut shares, mut costs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (alone, cost_alone) = measure(server, length).await;
        let slow = Slow::begin(address).await;
        let (beside, cost_beside) = measure(server, length).await;
        let resident = server.resident().map_or(0, |resident| resident.now);
        let (open, again) = slow.end().await;
        shares.push(beside / alone);
        costs.push(cost_alone / cost_beside);
        println!(
            "{NORMAL} senders alone {alone:.0} requests/s, beside {open} slow ones {beside:.0} ({again} were closed and came again; {resident} KiB resident)",
        );
    }
    let share = median(shares);
    println!("share   {share:.2} of the requests a second (at least {LEAST})");
    println!(
        "cost    {:.2} as many requests for the same processor time of the listener",
        median(costs)
    );
    share
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Requests a second of all normal senders, each of which waits for its answer; and what one
/// takes of the listener's processor time, which does not depend on who else is busy.
async fn measure(server: &Server, length: Duration) -> (f64, f64) {
    let address = server.address;
    let before = server.cpu().unwrap_or_default();
    let count = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let mut senders = tokio::task::JoinSet::new();
    for number in 0..NORMAL {
        let count = Arc::clone(&count);
        senders.spawn(async move {
            let request = request(number);
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut answer = [0; 1024];
            while start.elapsed() < length {
                stream.write_all(&request).await.unwrap();
                let read = stream.read(&mut answer).await.unwrap();
                assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
                count.fetch_add(1, Relaxed);
            }
        });
    }
    while senders.join_next().await.transpose().unwrap().is_some() {}
    let count = count.load(Relaxed) as f64;
    let cpu = server.cpu().unwrap_or_default() - before;
    (count / start.elapsed().as_secs_f64(), cpu / count)
}

/// A POST of an event of 280 bytes.
fn request(number: usize) -> Vec<u8> {
    let start = format!(
        r#"{{"type":"roomdrop","trans_date":1731000000,"app_id":"a1","room_id":"r-{number}","conf_num":"{number}","note":""#
    );
    let body = format!("{start}{}\"}}", "x".repeat(278 - start.len()));
    let head = format!(
        "POST /hook HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes()
}

/// Senders of a byte a second, half of them in the header and half in the body. Who is closed
/// begins again.
struct Slow {
    stop: Arc<AtomicBool>,
    open: Arc<AtomicU64>,
    again: Arc<AtomicU64>,
}

impl Slow {
    async fn begin(address: SocketAddr) -> Slow {
        let slow = Slow {
            stop: Arc::default(),
            open: Arc::default(),
            again: Arc::default(),
        };
        for number in 0..SLOW {
            let (stop, open) = (Arc::clone(&slow.stop), Arc::clone(&slow.open));
            let again = Arc::clone(&slow.again);
            tokio::spawn(async move {
                // Not all in the same moment of each second.
                sleep(Duration::from_millis(number as u64 % 1000)).await;
                while !stop.load(Relaxed) {
                    let Ok(mut stream) = TcpStream::connect(address).await else {
                        continue;
                    };
                    open.fetch_add(1, Relaxed);
                    let begin = if number % 2 == 0 {
                        "POST / HTTP/1.1\r\nHost: h\r\nX-Slow: "
                    } else {
                        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n"
                    };
                    let mut bytes = begin.as_bytes();
                    while !stop.load(Relaxed) && stream.write_all(bytes).await.is_ok() {
                        bytes = b"x";
                        sleep(Duration::from_secs(1)).await;
                    }
                    open.fetch_sub(1, Relaxed);
                    again.fetch_add(1, Relaxed);
                }
            });
        }
        while slow.open.load(Relaxed) < SLOW as u64 * 95 / 100 {
            sleep(Duration::from_millis(50)).await;
        }
        slow
    }

    /// Lets all of them go, and says how many there were, and how many came again.
    async fn end(self) -> (u64, u64) {
        let told = (self.open.load(Relaxed), self.again.load(Relaxed));
        self.stop.store(true, Relaxed);
        while self.open.load(Relaxed) > 0 {
            sleep(Duration::from_millis(50)).await;
        }
        told
    }
}

/// Whether memory stays as it is while a gigabyte comes in, declared and in chunks, and while
/// bombs do.
async fn memory(server: &Server) -> bool {
    let Some(usage::Resident { now: before, .. }) = server.resident() else {
        println!("memory  skipped: this system does not tell");
        return true;
    };
    // A sender of 16 MiB is within its rights: that much is the floor.
    large(server.address, 15 << 20, false).await;
    let Some(usage::Resident { peak: floor, .. }) = server.resident() else {
        return false;
    };
    println!("memory  {before} KiB resident; at most {floor} KiB so far, with a body of 15 MiB");
    let mut flat = true;
    for (name, chunked) in [("declared", false), ("in chunks", true)] {
        let sent = large(server.address, 1 << 30, chunked).await;
        let peak = server.resident().map_or(0, |resident| resident.peak);
        println!(
            "1 GiB   {name}: {} MiB of it taken, at most {peak} KiB resident",
            sent >> 20
        );
        flat &= peak < floor + GROWTH && sent < 1 << 28;
    }
    let bomb = gzip(&vec![0; 1 << 30]);
    for (coding, body) in [("gzip", bomb.clone()), ("gzip, gzip", gzip(&bomb))] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let head = format!(
            "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&body).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200"));
        // It is looked into after the answer; a later event is looked at after it.
        sleep(Duration::from_secs(1)).await;
        let peak = server.resident().map_or(0, |resident| resident.peak);
        println!(
            "bomb    {} bytes ({coding}) for 1 GiB: at most {peak} KiB resident",
            body.len()
        );
        flat &= peak < floor + GROWTH;
    }
    flat
}

/// Sends a body as long as the other side takes it, and says how much that was.
async fn large(address: SocketAddr, size: usize, chunked: bool) -> usize {
    const PIECE: usize = 1 << 20;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let framing = if chunked {
        "Transfer-Encoding: chunked".to_owned()
    } else {
        format!("Content-Length: {size}")
    };
    let head = format!("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{framing}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut piece = vec![b'x'; PIECE];
    if chunked {
        piece.splice(..0, format!("{PIECE:x}\r\n").into_bytes());
        piece.extend_from_slice(b"\r\n");
    }
    let mut sent = 0;
    while sent < size && stream.write_all(&piece).await.is_ok() {
        sent += PIECE;
    }
    let mut answer = Vec::new();
    // Who goes on sending after the answer may lose it.
    let _ = stream.read_to_end(&mut answer).await;
    sent
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A kind of flood: its name, the `Content-Encoding`, and the body.
type Flood = (&'static str, &'static str, fn() -> Vec<u8>);

/// Bytes of a large body.
const LARGE: usize = 15 << 20;
/// Senders of a flood.
const FLOODING: usize = 64;

const FLOODS: [Flood; 7] = [
    ("bombs", "gzip", || gzip(&event(&"x".repeat(LARGE)))),
    ("dense", "gzip", || gzip(&event(&noise(LARGE)))),
    ("session", "identity", || event(&"x".repeat(LARGE))),
    ("control", "identity", || vec![1; LARGE]),
    ("nested", "identity", || b"[".repeat(LARGE)),
    ("lists", "identity", || {
        let mut body = b"[],".repeat(LARGE / 3);
        body.insert(0, b'[');
        body
    }),
    ("urls", "identity", || {
        let urls = r#"{"url":"http:x"},"#.repeat(LARGE / 17);
        format!(r#"{{"type":"recording","recording":[{urls}],}}"#).into_bytes()
    }),
];

/// An event of the session with that id.
fn event(session: &str) -> Vec<u8> {
    format!(
        r#"{{"type":"roomdrop","trans_date":1731000000,"app_id":"a1","room_id":"r","conf_num":"{session}"}}"#
    )
    .into_bytes()
}

/// A text that packs to about half of its size.
fn noise(length: usize) -> String {
    let mut random = fastrand::Rng::with_seed(1);
    std::iter::repeat_with(|| random.char('a'..='p'))
        .take(length)
        .collect()
}

/// The most that a flood may take, in KiB.
const MEMORY: u64 = 160 * 1024;
/// The longest that an honest sender may wait, 99 times of 100.
const REPLY: Duration = Duration::from_millis(50);

/// What a flood did.
struct Flooded {
    posts: u64,
    /// Honest posts, and those that were not taken.
    honest: usize,
    refused: usize,
    /// The most KiB that were resident.
    peak: u64,
    /// The 99th percentile of the time of an honest reply.
    p99: Duration,
}

impl Flooded {
    fn show(&self, name: &str, what: &str) {
        let Flooded {
            posts,
            honest,
            refused,
            peak,
            p99,
        } = self;
        println!(
            "flood   {name:8} {what}: {posts} posts, at most {peak} KiB, honest reply {p99:.1?} at p99, {refused} of {honest} refused"
        );
    }
}

/// Posts an event every 10 ms, on a thread that does nothing else. Says how long each reply took, and
/// how many of them asked to come again later. Who is let go comes again.
fn honest(address: SocketAddr, length: Duration) -> (Vec<Duration>, usize) {
    let connect = || {
        let stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    };
    let (mut took, mut refused) = (Vec::new(), 0);
    let start = Instant::now();
    let mut stream = connect();
    while start.elapsed() < length {
        let began = Instant::now();
        let mut answer = [0; 1024];
        let sent = stream.write_all(&request(1));
        let read = sent.and_then(|()| stream.read(&mut answer)).unwrap_or(0);
        if !answer[..read].starts_with(b"HTTP/1.1 200") {
            refused += 1;
            stream = connect();
        }
        took.push(began.elapsed());
        std::thread::sleep(Duration::from_millis(10));
    }
    (took, refused)
}

/// What the disk takes for one large record, which an honest reply may have to wait for.
fn disk() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("log")).unwrap();
    let record = vec![b'x'; LARGE];
    let took = std::iter::repeat_with(|| {
        let start = Instant::now();
        file.write_all(&record).unwrap();
        file.sync_data().unwrap();
        start.elapsed().as_secs_f64() * 1e3
    });
    println!(
        "disk    {:.0} ms to append and sync {} MiB",
        median(took.take(ROUNDS).collect()),
        LARGE >> 20
    );
}

/// Floods a server while an honest sender posts.
async fn flooded(server: &Server, flood: Flood, length: Duration) -> Flooded {
    let (_, coding, body) = flood;
    let body = Arc::new(body());
    let address = server.address;
    let stop = Arc::<AtomicBool>::default();
    let sent = Arc::<AtomicU64>::default();
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..FLOODING {
        let (body, stop, sent) = (Arc::clone(&body), Arc::clone(&stop), Arc::clone(&sent));
        senders.spawn(async move {
            while !stop.load(Relaxed) {
                let Ok(mut stream) = TcpStream::connect(address).await else {
                    continue;
                };
                let head = format!(
                    "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                let posted = async {
                    stream.write_all(head.as_bytes()).await?;
                    stream.write_all(&body).await?;
                    stream.read_to_end(&mut Vec::new()).await
                };
                // A refused body may break off.
                sent.fetch_add(u64::from(posted.await.is_ok()), Relaxed);
            }
        });
    }
    let honest = tokio::task::spawn_blocking(move || honest(address, length));
    let (mut took, refused) = honest.await.unwrap();
    stop.store(true, Relaxed);
    senders.shutdown().await;
    took.sort_unstable();
    Flooded {
        posts: sent.load(Relaxed),
        honest: took.len(),
        refused,
        peak: server.resident().map_or(0, |resident| resident.peak),
        p99: took[(took.len() * 99 / 100).min(took.len() - 1)],
    }
}
