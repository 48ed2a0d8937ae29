//! What strangers can do on a public URL, and that others do not notice.

use std::fmt::Write as _;
use std::io::Write as _;

use super::{LOG, ROOMDROP, interrupt, records};
use crate::support::{Connection, Listener, Sandbox, post, post_raw, shell};

const MIB: usize = 1024 * 1024;

/// The most memory that a process ever had, in KiB.
#[track_caller]
fn peak(listener: &Listener) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", listener.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let size = line.and_then(|line| line.split_whitespace().nth(1));
    size.expect("VmHWM in KiB").parse().unwrap()
}

/// Sends `piece` again and again until the other side has had enough or all is sent, and says
/// how many bytes it took.
fn pour(connection: &mut Connection, piece: &[u8], all: usize) -> usize {
    let mut sent = 0;
    while sent < all && connection.send(piece).is_ok() {
        sent += piece.len();
    }
    sent
}

#[test]
fn a_gibibyte_is_refused_without_being_read_and_memory_stays_flat() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    assert_eq!(listener.post(ROOMDROP).status(), 200);
    let before = peak(&listener);

    // Who asks first is told before a byte of it was sent.
    let mut asking = Connection::to(listener.address());
    let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1073741824\r\n";
    asking
        .send(format!("{head}Expect: 100-continue\r\n\r\n"))
        .unwrap();
    assert_eq!(asking.answer().unwrap().unwrap().status(), 413);

    // Who sends it all the same is not listened to for long.
    let mut piece = vec![b'x'; MIB];
    let mut declared = Connection::to(listener.address());
    declared.send(format!("{head}\r\n")).unwrap();
    assert!(pour(&mut declared, &piece, 1024 * MIB) < 256 * MIB);

    // Of what is not declared as much is read as is accepted.
    let mut chunked = Connection::to(listener.address());
    chunked
        .send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        .unwrap();
    piece.splice(..0, format!("{MIB:x}\r\n").into_bytes());
    piece.extend_from_slice(b"\r\n");
    assert!(pour(&mut chunked, &piece, 1024 * MIB) < 256 * MIB);

    assert_eq!(listener.post(ROOMDROP).status(), 200);
    let grown = peak(&listener).saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB more than before");
    assert_eq!(records(&sandbox, LOG).len(), 2);
}

#[test]
fn hundreds_of_slow_senders_leave_it_answering_others() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let mut slow = Vec::new();
    for number in 0..600 {
        let mut connection = Connection::to(listener.address());
        // A third says nothing, a third is in the header, a third in the body.
        let begun = [
            "",
            "POST / HTTP/1.1\r\nHo",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 16777216\r\n\r\n{",
        ];
        connection.send(begun[number % 3]).unwrap();
        slow.push(connection);
    }
    for _ in 0..20 {
        assert_eq!(listener.post(ROOMDROP).status(), 200);
    }
    assert!(peak(&listener) < 200 * 1024);
    drop(slow);
    let run = interrupt(listener);
    run.tells("20 captures in ");
}

#[test]
fn who_is_too_slow_is_told_and_who_says_nothing_is_let_go() {
    let sandbox = Sandbox::new();
    let args = ["--header-timeout", "50ms", "--body-timeout", "50ms"];
    let mut listener = Listener::start(&sandbox, &args);
    let mut silent = Connection::to(listener.address());
    assert_eq!(silent.answer().unwrap(), None);
    for begun in [
        "POST / HTTP/1.1\r\nHo",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n{",
    ] {
        let mut slow = Connection::to(listener.address());
        slow.send(begun).unwrap();
        let answer = slow.answer().unwrap();
        // On a machine that is too busy even the header came too late.
        assert_eq!(answer.unwrap().status(), 408);
        let line = listener.line();
        assert!(
            line.contains("408") && line.contains("took longer than 50 ms: "),
            "{line}"
        );
    }
    assert_eq!(sandbox.text(LOG), "");
}

#[test]
fn a_flood_of_wrong_credentials_is_shown_once_and_counted() {
    let sandbox = Sandbox::new();
    for format in ["pretty", "json"] {
        let args = ["--user", "enx:secret", "--format", format];
        let listener = Listener::start(&sandbox, &args);
        let wrong = [("Authorization", "Basic ZW54Omh1bnRlcjI=")];
        for _ in 0..40 {
            let answer = post(listener.address(), "/", &wrong, ROOMDROP);
            assert_eq!(answer.status(), 401);
        }
        assert_eq!(listener.post(ROOMDROP).status(), 401);
        let run = interrupt(listener);
        run.tells("0 captures in ").tells("41 requests refused");
        let more: u64 = if format == "json" {
            let lines = run.json_lines();
            let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
            // One for each reason; on a slow machine some windows are over meanwhile.
            assert!((2..10).contains(&of("refused")), "{}", run.out());
            let more = lines.iter().filter(|line| line["kind"] == "refused-more");
            more.map(|line| line["count"].as_u64().unwrap()).sum()
        } else {
            let shown = run.out().lines().filter(|line| line.contains("refused"));
            assert!(shown.clone().count() < 20, "{}", run.out());
            shown
                .filter_map(|line| {
                    line.split(" more, the last POST / from")
                        .next()?
                        .rsplit(' ')
                        .next()
                })
                .filter_map(|count| count.parse::<u64>().ok())
                .sum()
        };
        assert!((30..40).contains(&more), "{}", run.out());
    }
    assert_eq!(sandbox.text(LOG), "");
}

#[test]
fn one_path_can_be_all_that_is_served() {
    let sandbox = Sandbox::new();
    let args = [
        "--path",
        "/hook",
        "--ready-file",
        "ready",
        "--format",
        "json",
    ];
    let mut listener = Listener::start(&sandbox, &args);
    let url = format!("http://{}/hook", listener.address());
    assert_eq!(sandbox.text("ready"), format!("{url}\n"));
    assert_eq!(listener.json_of("ready")["url"], url);
    let to = |target: &str| post(listener.address(), target, &[], ROOMDROP).status();
    assert_eq!(to("/hook"), 200);
    assert_eq!(to("/hook?x=/"), 200);
    assert_eq!(["/", "/hook/", "/Hook", "/hook/x"].map(to), [404; 4]);
    assert_eq!(records(&sandbox, LOG).len(), 2);
    listener.json_of("capture");
    listener.json_of("capture");
    assert_eq!(listener.json_of("refused")["status"], 404);
    let run = interrupt(listener);
    run.tells(&format!("is listening on {url}\n"));
    run.tells(" with /hook behind it in the portal under");
}

#[test]
fn limits_that_are_not_the_usual_ones_are_in_the_banner_and_nonsense_is_wrong_usage() {
    let sandbox = Sandbox::new();
    let args = [
        "--max-body",
        "1MiB",
        "--idle-timeout",
        "5s",
        "--trust-proxy",
    ];
    let run = interrupt(Listener::start(&sandbox, &args));
    run.tells("limits   bodies up to 1 MB, idle for 5 s\n");
    run.tells("--trust-proxy");
    for (args, said) in [
        (["--path", "hook"], "/hook"),
        (["--header-timeout", "0"], "above 0"),
        (["--max-header", "1"], "1KiB"),
        (["--max-connections", "0"], "at least 1"),
        (["--tls-cert", "cert.pem"], "--tls-key"),
    ] {
        let run = sandbox.enx(&[&["listen", "--port", "0"], &args[..]].concat());
        run.code(2).tells(said);
    }
}

#[test]
fn a_header_that_is_too_large_or_has_too_many_fields_is_answered_431() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--max-header", "4KiB"]);
    let field = "x".repeat(5 * MIB);
    let mut connection = Connection::to(listener.address());
    // It is not taken whole, so that sending may fail before the answer is there.
    let _ = connection.send(format!("POST / HTTP/1.1\r\nHost: h\r\nX: {field}\r\n\r\n"));
    assert_eq!(connection.answer().unwrap().unwrap().status(), 431);
    let line = listener.line();
    assert!(line.contains("431") && line.len() < 200, "{line}");
    let mut fields = String::new();
    for number in 0..200 {
        write!(fields, "X-{number}: y\r\n").unwrap();
    }
    let request = format!("POST / HTTP/1.1\r\nHost: h\r\n{fields}\r\n");
    assert_eq!(
        post_raw(listener.address(), request.as_bytes()).status(),
        431
    );
}

#[test]
fn a_soft_limit_on_open_files_is_raised_and_a_hard_one_is_told() {
    let sandbox = Sandbox::new();
    let args = ["listen", "--port", "0"];
    let script = "ulimit -S -n 40 && exec \"$@\"";
    let listener = Listener::of(shell(&sandbox, script, &args));
    let mut open = Vec::new();
    for _ in 0..100 {
        let mut connection = Connection::to(listener.address());
        let answer = connection.post(ROOMDROP).expect("an answer");
        assert_eq!(answer.status(), 200);
        open.push(connection);
    }
    drop(open);
    let run = interrupt(listener);
    run.tells("100 captures in ");

    let script = "ulimit -n 160 && exec \"$@\"";
    let listener = Listener::of(shell(&sandbox, script, &args));
    let run = interrupt(listener);
    run.tells("too few open files for 4,096 connections: there can be 32");
}

#[test]
fn http_is_spoken_in_all_its_ways() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let mut connection = Connection::to(listener.address());
    let length = ROOMDROP.len();
    // Three at once on one connection, the second in chunks.
    let (first, second) = ROOMDROP.split_at(10);
    let rest = length - 10;
    connection
        .send(format!(
            "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n{ROOMDROP}\
             POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\
             A\r\n{first}\r\n{rest:x};x=y\r\n{second}\r\n0\r\n\r\n\
             POST /3 HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n{ROOMDROP}"
        ))
        .unwrap();
    for _ in 0..3 {
        assert_eq!(connection.answer().unwrap().unwrap().status(), 200);
    }
    connection.begin(length);
    connection.send(ROOMDROP).unwrap();
    assert_eq!(connection.answer().unwrap().unwrap().status(), 200);
    let mut old = Connection::to(listener.address());
    old.send(format!(
        "POST /5 HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{ROOMDROP}"
    ))
    .unwrap();
    assert_eq!(old.answer().unwrap().unwrap().status(), 200);
    assert_eq!(old.answer().unwrap(), None, "it is closed");
    let records = records(&sandbox, LOG);
    assert_eq!(records.len(), 5);
    assert!(records.iter().all(|record| record["body"] == ROOMDROP));
}

#[test]
fn a_proxy_says_who_the_sender_is_where_it_is_trusted() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--trust-proxy", "--format", "json"]);
    listener.json();
    let from = |value: &str| {
        let headers = [("X-Forwarded-For", value)];
        post(listener.address(), "/", &headers, ROOMDROP).status()
    };
    assert_eq!(from("6.6.6.6, 203.0.113.7, 10.0.0.1"), 200);
    assert_eq!(from("203.0.113.7<script>"), 200);
    let records = records(&sandbox, LOG);
    assert_eq!(records[0]["peer"], "203.0.113.7");
    let socket = records[1]["peer"].as_str().unwrap();
    assert!(socket.starts_with("127.0.0.1:"), "{socket}");
    assert_eq!(listener.json_of("capture")["peer"], "203.0.113.7");
}

#[test]
fn a_get_leaves_a_trace_with_a_count() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    for path in ["/hook", "/other", "/last"] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        let answer = post_raw(listener.address(), request.as_bytes());
        assert_eq!(answer.status(), 200);
    }
    let run = interrupt(listener);
    run.says("no event  200  GET /hook from 127.0.0.1:");
    run.says("a redirect turns a POST into a GET");
    run.says("no event  200  2 more, the last GET /last from 127.0.0.1:");
    run.tells("3 GETs and HEADs answered, not logged");
    assert_eq!(sandbox.text(LOG), "");
}

#[test]
fn a_body_that_broke_off_is_shown_if_asked_for_and_never_logged() {
    for (args, is_shown) in [(&["-v"][..], true), (&[], false)] {
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, args);
        let mut connection = Connection::to(listener.address());
        connection.begin(100);
        connection.send("{\"type\":\"room\u{1b}dr").unwrap();
        connection.end_sending();
        let answer = connection.answer().unwrap().unwrap();
        assert_eq!(answer.status(), 400);
        let run = interrupt(listener);
        run.says("the body broke off: 16 of 100 bytes came");
        assert_eq!(
            run.out().contains("{\"type\":\"room\\u{1b}dr"),
            is_shown,
            "{}",
            run.out()
        );
        assert_eq!(sandbox.text(LOG), "");
    }
}

#[test]
fn of_many_refusals_the_last_is_shown_with_what_it_asked_for() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    for (method, path) in [("PUT", "/1"), ("DELETE", "/2"), ("PATCH", "/3")] {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: h\r\n\r\n");
        assert_eq!(
            post_raw(listener.address(), request.as_bytes()).status(),
            405
        );
    }
    interrupt(listener).says("2 more, the last PATCH /3 from 127.0.0.1:");
}

#[test]
fn idle_strangers_at_the_limit_do_not_keep_others_out() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--max-connections", "8"]);
    let mut idle: Vec<_> = (0..8).map(|_| Connection::to(listener.address())).collect();
    for connection in &mut idle {
        assert_eq!(connection.post(ROOMDROP).unwrap().status(), 200);
    }
    for _ in 0..4 {
        assert_eq!(listener.post(ROOMDROP).status(), 200);
    }
    while !listener
        .line()
        .contains("8 connections are open, the limit (--max-connections)")
    {}
    let run = interrupt(listener);
    assert!(
        !run.out().contains("connections are open"),
        "said once: {}",
        run.out()
    );
    assert_eq!(records(&sandbox, LOG).len(), 12);
}

#[test]
fn bombs_take_little_memory_and_their_log_can_be_read_again() {
    let unit = "x".repeat(15 * MIB);
    let event = ROOMDROP.replace("7700123", &unit);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(event.as_bytes()).unwrap();
    let bomb = packer.finish().unwrap();
    let sandbox = Sandbox::new();
    for run in 0..2 {
        let args = ["--expect", "roomdrop>=1000", "--reject-malformed"];
        let listener = Listener::start(&sandbox, &args);
        for _ in 0..20 {
            let headers = [("Content-Encoding", "gzip")];
            post(listener.address(), "/", &headers, &bomb);
        }
        assert_eq!(listener.post(ROOMDROP).status(), 200);
        assert!(
            peak(&listener) < 160 * 1024,
            "run {run}: {} KiB",
            peak(&listener)
        );
        listener.signal("TERM");
        listener.ended().code(1);
    }
    assert_eq!(records(&sandbox, LOG).len(), 42);
}
