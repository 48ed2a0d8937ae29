//! What the inspector costs: the rate of `listen` with open streams, as a share of that without; and
//! how soon the page of a large log has its first list.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::server::Server;
use super::wrk::Wrk;
use super::{Measured, ROUNDS, ratios, show};

/// What a tab does with its stream.
#[derive(Clone, Copy)]
enum Tab {
    /// It takes what comes, and lists anew as the page does if it is behind.
    Reads,
    /// It never takes a byte.
    Stalls,
}

/// The rate with tabs, and the first list of a million captures.
pub(super) fn measure(wrk: &Wrk, folder: &Path) {
    println!("requests a second, 64 connections, with and without the inspector, {ROUNDS} rounds");
    let kinds: [(&str, Option<&[Tab]>); 5] = [
        ("without", None),
        ("no tab", Some(&[])),
        ("one tab", Some(&[Tab::Reads])),
        ("a tab that stalls", Some(&[Tab::Stalls])),
        ("16 tabs", Some(&[Tab::Reads; 16])),
    ];
    let mut all: [Measured; 5] = Default::default();
    for _ in 0..ROUNDS {
        for ((_, tabs), measured) in kinds.iter().zip(&mut all) {
            let folder = tempfile::tempdir_in(folder).unwrap();
            let args: &[&str] = if tabs.is_some() {
                &["--inspect=0"]
            } else {
                &[]
            };
            let server = Server::listen(folder.path(), args);
            for tab in tabs.unwrap_or_default() {
                open(folder.path(), &server, *tab);
            }
            measured.add(wrk, &server);
        }
    }
    println!(
        "                       requests a second      of that without   µs of a core for each"
    );
    for ((name, _), Measured { rates, costs }) in kinds.iter().zip(&all) {
        let (ratio, costs) = (show(&ratios(rates, &all[0].rates), 2), show(costs, 1));
        println!("  {name:<20} {:<22} {ratio:<17} {costs}", show(rates, 0));
    }
    println!("  (at least 0.95 with one tab is wanted)");
    first_list(folder);
}

/// Opens the stream of a tab, which then goes on by itself.
fn open(folder: &Path, server: &Server, tab: Tab) {
    let token = std::fs::read_to_string(folder.join("log.jsonl.inspect")).unwrap();
    let token = token
        .split('"')
        .find(|word| word.len() == 64)
        .unwrap()
        .to_owned();
    let mut stream = TcpStream::connect(&server.inspector).unwrap();
    let request = format!(
        "GET /v1/stream HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\r\n",
        server.inspector
    );
    stream.write_all(request.as_bytes()).unwrap();
    let (address, mut listed) = (server.inspector.clone(), Instant::now());
    thread::spawn(move || match tab {
        Tab::Reads => {
            let mut part = vec![0; 65_536];
            while let Ok(read @ 1..) = stream.read(&mut part) {
                let is_behind = String::from_utf8_lossy(&part[..read]).contains("event: lagged");
                if is_behind && listed.elapsed() > Duration::from_secs(1) {
                    listed = Instant::now();
                    ask(&address, &token, "/v1/captures");
                }
            }
        }
        Tab::Stalls => thread::sleep(Duration::from_secs(60)),
    });
}

/// One answer; nothing if the server has ended.
fn ask(address: &str, token: &str, target: &str) -> String {
    let mut answer = String::new();
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    if let Ok(mut stream) = TcpStream::connect(address)
        && stream.write_all(request.as_bytes()).is_ok()
    {
        let _ = stream.read_to_string(&mut answer);
    }
    answer
}

/// How long the first reading of a million captures takes, and the first lists then.
fn first_list(folder: &Path) {
    const CAPTURES: u64 = 1_000_000;
    let folder = tempfile::tempdir_in(folder).unwrap();
    let mut log =
        std::io::BufWriter::new(std::fs::File::create(folder.path().join("log.jsonl")).unwrap());
    for seq in 1..=CAPTURES {
        let body = super::body().replace("48213907", &(seq / 10).to_string());
        writeln!(
            log,
            "{{\"enx_hook\":1,\"seq\":{seq},\"received_at\":\"2026-11-20T14:03:22.118042Z\",\"peer\":\"127.0.0.1:1\",\
             \"method\":\"POST\",\"target\":\"/\",\"headers\":[[\"content-type\",\"application/json\"]],\"body\":{}}}",
            serde_json::to_string(&body).unwrap()
        )
        .unwrap();
    }
    drop(log);
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_enx-hook"))
        .args(["inspect", "--port", "0", "log.jsonl"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    let (address, token) = url.trim()["http://".len()..]
        .split_once("/#token=")
        .unwrap();
    let ask = |target: &str| ask(address, token, target);
    while !ask("/v1/status").contains("\"ready\":true") {
        thread::sleep(Duration::from_millis(20));
    }
    println!("a log of {CAPTURES} captures");
    println!(
        "  first reading            {:.1} s",
        began.elapsed().as_secs_f64()
    );
    for (name, target) in [
        ("first list", "/v1/captures"),
        ("list of a session", "/v1/captures?q=session:5000"),
        (
            "list of a body",
            "/v1/captures?q=body:%22%5C%2299999%5C%22%22",
        ),
        ("the middle", "/v1/captures?offset=500000"),
        ("sessions", "/v1/sessions"),
        ("one capture", "/v1/captures/500000"),
    ] {
        let began = Instant::now();
        assert!(ask(target).starts_with("HTTP/1.1 200"), "{target}");
        println!("  {name:<24} {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
    }
    println!("  (at most 300 ms for the first list is wanted)");
    let _ = child.kill();
    let _ = child.wait();
}
