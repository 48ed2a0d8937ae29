//! What arrives at the end is what arrived at first: byte for byte, in order.

use crate::support::{Listener, Sandbox, Sink, post};

const SEED: u64 = 0x6E78_4001;

/// Bodies in which one byte more or less would show, picked by hand.
pub(super) fn picked() -> Vec<Vec<u8>> {
    let texts: [&[u8]; 28] = [
        b"",
        b" ",
        b"\n",
        b"\r\n{}\r\n",
        b"{}",
        b"{\"type\":\"roomdrop\",\"trans_date\":1731573916}\n",
        b"\xef\xbb\xbf{\"type\":\"roomdrop\"}",
        b"{ \"type\" :\t\"roomdrop\" ,\n\n\"x\" : [ 1 ,2 ] }",
        b"{\"n\":12345678901234567890123456789,\"m\":1.0,\"e\":1e400,\"z\":-0,\"t\":0.10}",
        b"{\"a\":1,\"a\":2,\"a\":{\"a\":1,\"a\":2}}",
        b"{\"b\":1,\"a\":2}",
        b"{\"a\":\"\\u0041\\/\\ud83d\\ude00\\n\"}",
        b"{\"a\":\"\\ud800\"}",
        b"{\"a\":\"\x01\x1b[2J\x7f\"}",
        "{\"a\":\"\u{202e}\u{200b}\u{feff}\u{2028}\u{10ffff}\"}".as_bytes(),
        b"{\"a\":1,}",
        b"// a comment\n{\"a\":'b'}",
        b"\xff\xfe\x00{\x00",
        b"\xc3\x28 \xed\xa0\x80 \xf4\x90\x80\x80",
        b"\x00",
        b"\x00\x01\x02\x03\r\n\r\nPOST / HTTP/1.1\r\n",
        b"a=1&b=%20",
        b"null",
        b"[]",
        b"\"text\"",
        b"{\"enx_hook\":1,\"seq\":1,\"body\":\"{}\"}",
        b"{\"enx_hook\":1,\"seq\":",
        b"{\"body_base64\":\"AAAA\"}\n{\"enx_hook\":1}\n",
    ];
    texts.iter().map(|text| text.to_vec()).collect()
}

/// A body of any kind.
pub(super) fn random(rng: &mut fastrand::Rng) -> Vec<u8> {
    let length = match rng.u8(..10) {
        0 => 0,
        1..8 => rng.usize(1..200),
        _ => rng.usize(200..20_000),
    };
    match rng.u8(..3) {
        0 => (0..length).map(|_| rng.u8(..)).collect(),
        1 => {
            let text: String = (0..length).map(|_| rng.char(..)).collect();
            text.into_bytes()
        }
        // What JSON is made of, so that much of it nearly is.
        _ => {
            let pieces = [
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                "\"",
                "\\",
                "\\u00",
                "\n",
                "\r\n",
                " ",
                "\t",
                "1",
                "1e5",
                "\"type\"",
                "\"roomdrop\"",
                "null",
                "-",
                "\u{feff}",
                "é",
                "\"enx_hook\":1",
            ];
            let text: String = (0..length.min(500))
                .map(|_| pieces[rng.usize(..pieces.len())])
                .collect();
            text.into_bytes()
        }
    }
}

#[test]
fn hundreds_of_bodies_of_all_kinds_arrive_byte_for_byte_and_in_order() {
    let mut rng = fastrand::Rng::with_seed(SEED);
    let mut bodies = picked();
    bodies.extend((0..220).map(|_| random(&mut rng)));
    bodies.push((0..1_000_000).map(|_| rng.u8(..)).collect());
    bodies.push(format!("{{\"a\":\"{}\"}}", "x".repeat(1_000_000)).into_bytes());
    rng.shuffle(&mut bodies);
    let types = [
        None,
        Some("application/json"),
        Some("text/plain; charset=latin1"),
        Some("Application/JSON;x=\"a, b\""),
    ];

    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--format", "json"]);
    for (index, body) in bodies.iter().enumerate() {
        let content_type = types[index % types.len()];
        let headers: Vec<_> = content_type
            .map(|value| ("Content-Type", value))
            .into_iter()
            .collect();
        let answer = post(listener.address(), "/hook", &headers, body);
        assert_eq!(answer.status(), 200);
    }

    // A reader does not wait for the listener to end.
    let sink = Sink::answering(200);
    let run = sandbox.enx(&["replay", "log.jsonl", "--url", &sink.url()]);
    run.code(0).tells(&format!("{} sent", bodies.len()));
    for (index, body) in bodies.iter().enumerate() {
        let request = sink.next();
        assert!(
            request.body == *body,
            "body {index} of seed {SEED:#x} is another: {:?} became {:?}",
            String::from_utf8_lossy(&body[..body.len().min(300)]),
            String::from_utf8_lossy(&request.body[..request.body.len().min(300)])
        );
        assert_eq!(
            request.header("content-type"),
            types[index % types.len()],
            "body {index}"
        );
        assert_eq!(request.word(0), "POST");
    }
    assert_eq!(sink.rest(), []);
}

#[test]
fn what_was_replayed_into_a_listener_can_be_replayed_again() {
    let sandbox = Sandbox::new();
    let body = b"\xff {\"n\": 1.50 }";
    let first = Listener::start(&sandbox, &["--log", "first.jsonl"]);
    assert_eq!(first.post(body).status(), 200);
    let second = Listener::start(&sandbox, &["--log", "second.jsonl"]);
    sandbox
        .enx(&["replay", "first.jsonl", "--url", &second.url()])
        .code(0);
    let sink = Sink::answering(200);
    sandbox
        .enx(&["replay", "second.jsonl", "--url", &sink.url()])
        .code(0);
    assert_eq!(sink.next().body, body);
}
