//! How it ends: signals, requests in flight, totals.

use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use super::{LOG, ROOMDROP, interrupt, records, seqs};
use crate::support::{Connection, Listener, Sandbox, TOO_LONG};

/// Waits until nothing listens there any more: the signal has arrived.
#[track_caller]
fn closed(address: SocketAddr) {
    let began = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(began.elapsed() < TOO_LONG, "it listens on");
        std::thread::yield_now();
    }
}

#[test]
fn both_signals_end_it_well_with_totals_on_stderr() {
    for signal in ["INT", "TERM"] {
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, &["--user", "enx:x"]);
        let allowed = [("Authorization", "Basic ZW54Ong=")];
        for body in [ROOMDROP, ROOMDROP, "{}"] {
            crate::support::post(listener.address(), "/", &allowed, body);
        }
        listener.post(ROOMDROP);
        listener.signal(signal);
        let run = listener.ended();
        run.code(0);
        let totals = run.err().lines().last().unwrap();
        for part in [
            "3 captures in ",
            "2 valid",
            "1 invalid",
            "1 request refused",
            "All are in log.jsonl.",
        ] {
            assert!(totals.contains(part), "{totals}");
        }
        assert!(!run.out().contains("captures in"), "{}", run.out());
        assert_eq!(seqs(&records(&sandbox, LOG)), [1, 2, 3]);
    }
}

#[test]
fn an_end_without_a_capture_claims_nothing() {
    let sandbox = Sandbox::new();
    let run = interrupt(Listener::start(&sandbox, &[]));
    run.tells("0 captures in ").hides("All are in");
    assert_eq!(run.out(), "");
}

#[test]
fn a_request_in_flight_is_finished_first() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let address = listener.address();
    let mut connection = Connection::to(address);
    connection.begin(ROOMDROP.len());
    listener.signal("INT");
    closed(address);
    connection.send(ROOMDROP).unwrap();
    assert_eq!(connection.answer().unwrap().unwrap().status(), 200);
    let run = listener.ended();
    run.code(0).says("roomdrop").tells("1 capture in ");
    assert_eq!(records(&sandbox, LOG)[0]["body"], ROOMDROP);
}

#[test]
fn a_second_signal_does_not_wait_for_a_request_that_hangs() {
    for second in ["INT", "TERM"] {
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, &[]);
        let address = listener.address();
        listener.post(ROOMDROP);
        let mut connection = Connection::to(address);
        connection.begin(100);
        listener.signal("INT");
        closed(address);
        listener.signal(second);
        listener.ended().code(130);
        assert!(connection.answer().is_ok_and(|answer| answer.is_none()));
        assert_eq!(records(&sandbox, LOG).len(), 1);
    }
}

#[test]
fn a_second_signal_does_not_wait_for_a_reader_that_hangs() {
    let sandbox = Sandbox::new();
    let held = Listener::holding(&sandbox, &[]);
    let address = held.address();
    // More than a pipe holds, so that the display must wait in the middle of it.
    let text = format!(r#"{{"type":"{}"}}"#, "x\\n".repeat(100_000));
    assert_eq!(held.connect().post(&text).unwrap().status(), 200);
    for _ in 0..400 {
        assert_eq!(held.connect().post(ROOMDROP).unwrap().status(), 200);
    }
    held.signal("INT");
    closed(address);
    held.signal("INT");
    held.ended().code(130);
    assert_eq!(records(&sandbox, LOG).len(), 401);
}

#[test]
fn the_port_and_the_log_are_free_at_once_for_the_next() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    listener.post(ROOMDROP);
    let port = listener.address().port().to_string();
    interrupt(listener);
    let next = Listener::of(sandbox.call(&["listen", "--port", &port]));
    next.post(ROOMDROP);
    assert_eq!(seqs(&records(&sandbox, LOG)), [1, 2]);
}
