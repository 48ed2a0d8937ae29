//! Senders of events over 64 connections: at a rate, or as fast as replies come.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const CONNECTIONS: u64 = 64;

/// How fast.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// So many a second together.
    Rate(u64),
    /// The next as soon as the one before is answered.
    Max,
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pace::Rate(rate) => {
                write!(f, "{rate} requests a second over {CONNECTIONS} connections")
            }
            Pace::Max => write!(f, "as many requests as {CONNECTIONS} connections carry"),
        }
    }
}

/// What was answered.
pub(crate) struct Sent {
    /// The latencies in order, from the moment at which each was due.
    pub(crate) times: Vec<Duration>,
    pub(crate) took: Duration,
}

impl Sent {
    pub(crate) fn rate(&self) -> f64 {
        self.times.len() as f64 / self.took.as_secs_f64()
    }

    /// The latency below which that share is, in seconds.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub(crate) fn at(&self, share: f64) -> f64 {
        self.times[((self.times.len() - 1) as f64 * share) as usize].as_secs_f64()
    }
}

/// A body of about 280 bytes, in sessions of ten.
pub(crate) fn body(number: u64) -> String {
    let session = number / 10;
    format!(
        "{{\"type\":\"live_recording\",\"trans_date\":{},\"app_id\":\"5f3c1e9ab8d2470012345678\",\"room_id\":\"5f3c1e9ab8d24700{number:08}\",\"conf_num\":\"{session:08}\",\"url\":\"https://cdn.example.com/recordings/{number:012}/5f3c1e9ab8d2470012345678/composed.mp4\",\"file_size\":\"{}\"}}",
        1_731_573_916 + number,
        1_000_000 + number
    )
}

/// Sends to a listener for that many seconds. Every answer must be 200.
pub(crate) fn send(address: SocketAddr, pace: Pace, seconds: u64) -> Sent {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let start = Instant::now() + Duration::from_millis(50);
        let end = start + Duration::from_secs(seconds);
        let all =
            (0..CONNECTIONS).map(|at| tokio::spawn(connection(address, pace, at, start, end)));
        let all: Vec<_> = all.collect();
        let mut times = Vec::new();
        for one in all {
            times.extend(one.await.unwrap());
        }
        let took = start.elapsed();
        times.sort_unstable();
        Sent { times, took }
    })
}

async fn connection(
    address: SocketAddr,
    pace: Pace,
    at: u64,
    start: Instant,
    end: Instant,
) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut times = Vec::new();
    let mut answer = [0; 1024];
    for n in 0_u32.. {
        let number = at + u64::from(n) * CONNECTIONS;
        let due = match pace {
            Pace::Rate(rate) => {
                start
                    + Duration::from_secs(1) * u32::try_from(number).unwrap()
                        / u32::try_from(rate).unwrap()
            }
            Pace::Max => start.max(Instant::now()),
        };
        if due >= end {
            break;
        }
        tokio::time::sleep_until(due.into()).await;
        let body = body(number);
        let request = format!(
            "POST /hook HTTP/1.1\r\nHost: box\r\nUser-Agent: provider/1.0\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        // An answer of `listen` has no body, and is shorter than that.
        let mut read = 0;
        while !answer[..read].ends_with(b"\r\n\r\n") {
            let more = stream.read(&mut answer[read..]).await.unwrap();
            assert_ne!(more, 0, "{}", String::from_utf8_lossy(&answer[..read]));
            read += more;
        }
        assert!(
            answer.starts_with(b"HTTP/1.1 200"),
            "{}",
            String::from_utf8_lossy(&answer[..read])
        );
        times.push(due.elapsed());
    }
    times
}
