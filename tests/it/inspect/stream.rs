//! The stream: each capture once and in order, whatever happens between.

use super::page::Page;
use crate::support::{Listener, Sandbox, record};

fn body(number: u64) -> String {
    format!("{{\"type\":\"roomdrop\",\"conf_num\":\"{number}\",\"n\":{number}}}")
}

#[test]
fn reconnecting_leaves_no_gap_and_sends_nothing_twice() {
    let sandbox = Sandbox::new();
    let (listener, page) = Page::beside(&sandbox, &["--sync", "os"]);
    let mut last = 0;
    let mut seen = Vec::new();
    for round in 0..6 {
        let mut events = page.stream(&format!("?after={last}"));
        assert_eq!(events.next_of("hello").id.unwrap_or(0), last);
        for number in round * 20 + 1..=round * 20 + 20 {
            listener.post(body(number));
        }
        // It breaks off in the middle of what came.
        for _ in 0..17 {
            let event = events.next_of("capture");
            assert_eq!(event.data["id"].as_u64(), event.id);
            last = event.id.unwrap();
            seen.push(last);
        }
    }
    let mut events = page.stream(&format!("?after={last}"));
    while last < 120 {
        last = events.next_of("capture").id.unwrap();
        seen.push(last);
    }
    assert_eq!(seen, (1..=120).collect::<Vec<u64>>());
}

#[cfg(unix)]
#[test]
fn an_open_page_goes_on_after_the_listener_was_started_anew() {
    let sandbox = Sandbox::new();
    let (listener, page) = Page::beside(&sandbox, &[]);
    let mut events = page.stream("");
    events.next_of("hello");
    listener.post(body(1));
    assert_eq!(events.next_of("capture").id, Some(1));
    listener.post(body(2));
    listener.signal("INT");
    listener.ended().code(0);
    while events.read_chunk() {}

    let port = format!("--inspect={}", page.address.port());
    let mut listener = Listener::start(&sandbox, &["--format", "json", &port]);
    let again = Page::of(&mut listener);
    assert_eq!((again.address, &again.token), (page.address, &page.token));
    listener.post(body(3));
    let mut events = page.stream("?after=1");
    assert_eq!(events.next_of("capture").id, Some(2));
    assert_eq!(events.next_of("capture").id, Some(3));
}

#[test]
fn a_filter_runs_on_the_server_also_one_that_reads_bodies() {
    let sandbox = Sandbox::new();
    let (listener, page) = Page::beside(&sandbox, &[]);
    let mut by_session = page.stream("?q=session:7");
    let mut by_body = page.stream("?q=%2Fn%3E6");
    by_session.next_of("hello");
    by_body.next_of("hello");
    for number in 1..=8 {
        listener.post(body(number));
    }
    assert_eq!(by_session.next_of("capture").id, Some(7));
    assert_eq!(by_body.next_of("capture").id, Some(7));
    assert_eq!(by_body.next_of("capture").id, Some(8));
}

#[test]
fn one_who_is_too_far_behind_is_told_and_goes_on_from_the_end() {
    let sandbox = Sandbox::new();
    let text: String = (1..=1500)
        .map(|number| record(number, &body(number)) + "\n")
        .collect();
    sandbox.write("log.jsonl", text);
    let (listener, page) = Page::beside(&sandbox, &["--sync", "os"]);
    page.wait(|status| status["captures"] == 1500);
    let mut events = page.stream("?after=0");
    let lagged = events.next_of("lagged");
    assert_eq!(
        (lagged.id, &lagged.data["skipped"]),
        (Some(1500), &1500.into())
    );
    listener.post(body(1501));
    assert_eq!(events.next_of("capture").id, Some(1501));
}

#[test]
fn what_was_there_before_is_not_sent_and_a_wrong_query_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", record(1, &body(1)) + "\n");
    let (listener, page) = Page::beside(&sandbox, &[]);
    page.wait(|status| status["index"]["ready"] == true);
    let mut events = page.stream("");
    assert_eq!(events.next_of("hello").id, Some(1));
    listener.post(body(2));
    assert_eq!(events.next_of("capture").id, Some(2));
    assert_eq!(page.stream("?q=%28").status, "400");
    assert_eq!(page.stream("?after=x").status, "400");
}

#[test]
fn there_are_sixteen_streams_and_one_that_closes_makes_room() {
    let sandbox = Sandbox::new();
    let (listener, page) = Page::beside(&sandbox, &[]);
    let mut streams: Vec<_> = (0..16).map(|_| page.stream("")).collect();
    for stream in &mut streams {
        stream.next_of("hello");
    }
    assert_eq!(page.stream("").status, "429");
    drop(streams.pop());
    // That it is gone is seen when something is written to it.
    let mut tries = 0;
    while page.stream("").status != "200" {
        tries += 1;
        listener.post(body(tries));
        streams[0].next_of("capture");
    }
}

#[test]
fn deliveries_of_forward_are_told() {
    use crate::support::Sink;
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let (listener, page) = Page::beside(&sandbox, &["--forward", &sink.url()]);
    let mut events = page.stream("");
    events.next_of("hello");
    listener.post(body(1));
    let delivery = events.next_of("delivery").data;
    assert_eq!(
        (&delivery["state"], &delivery["seq"]),
        (&"delivered".into(), &1.into())
    );
    page.wait(|status| status["captures"] == 1);
    let detail = page.json("/v1/captures/1", "capture");
    assert_eq!(detail["deliveries"][0]["status"], 200);
}
