//! Bodies that are made to cost much, on their way through a listener: they hold up neither
//! forwarding nor its end.

use super::packed::gzip;
use super::{LOG, ROOMDROP, records};
use crate::support::{Listener, Sandbox, Sink, post};

/// A few hundred bytes that unpack to a document with very many findings, and are not JSON.
fn bomb() -> Vec<u8> {
    let items = vec![r#"{"url":"x"}"#; 20_000].join(",");
    gzip(
        format!(
            r#"{{"type":"recording","trans_date":1,"app_id":"a","room_id":"r","conf_num":"7","recording":[{items}],}}"#
        )
        .as_bytes(),
    )
}

#[test]
fn a_body_with_very_many_findings_holds_up_nothing_and_ends_with_one_signal() {
    let (sandbox, sink, body) = (Sandbox::new(), Sink::answering(200), bomb());
    let url = sink.url();
    for first in [true, false] {
        let listener = Listener::start(&sandbox, &["--forward", &url]);
        if first {
            let headers = [("Content-Encoding", "gzip")];
            for _ in 0..3 {
                let answer = post(listener.address(), "/", &headers, &body);
                assert_eq!(answer.status(), 200);
                assert_eq!(sink.next().body, body);
            }
        }
        assert_eq!(listener.post(ROOMDROP).status(), 200);
        assert_eq!(sink.next().body, ROOMDROP.as_bytes());
        // One signal, as a supervisor sends it, ends it all, also what is still being judged.
        listener.signal("TERM");
        let run = listener.ended();
        run.code(0);
        assert!(run.out().lines().count() < 400, "{}", run.out());
    }
    assert_eq!(records(&sandbox, LOG).len(), 5);
}

#[test]
fn a_session_of_a_megabyte_goes_by_its_beginning_and_a_hash() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--format", "json", "--no-log"]);
    listener.json_of("ready");
    let long = "7".repeat(1024 * 1024);
    for (end, gap) in [("a", false), ("a", true), ("b", false)] {
        let body = ROOMDROP.replace("7700123", &format!("{long}{end}"));
        assert_eq!(listener.post(body).status(), 200);
        let capture = listener.json_of("capture");
        assert!(capture["session"].as_str().unwrap().len() < 256);
        assert_eq!(capture["since_previous_ms"].is_number(), gap, "{end}");
    }
    listener.signal("TERM");
    listener.ended().code(0);
}
