//! `--data`: any body, byte for byte; and what stands around it on the wire.

use crate::support::{Message, Run, Sandbox, Sink};

/// Runs `send` with these arguments, and gives the one request that came.
#[track_caller]
fn posted(sandbox: &Sandbox, args: &[&str]) -> Message {
    let sink = Sink::answering(200);
    let url = sink.url();
    let args = [&["send"], args, &["--url", &url]].concat();
    sandbox.enx(&args).code(0);
    let request = sink.next();
    assert_eq!(sink.rest(), []);
    request
}

/// Runs `send` with arguments that are refused before anything is sent.
#[track_caller]
fn refused(args: &[&str]) -> Run {
    let sink = Sink::unused();
    let url = sink.url();
    let args = [&["send", "roomdrop"], args, &["--url", &url]].concat();
    let run = Sandbox::new().enx(&args);
    run.code(2);
    assert_eq!(run.out(), "");
    run
}

#[test]
fn a_text_is_sent_as_it_is_typed() {
    let text = " {\"type\" : \"x\",\"type\":1e999}\t";
    let request = posted(&Sandbox::new(), &["--data", text, "--no-validate"]);
    assert_eq!(request.body, text.as_bytes());
}

#[test]
fn a_file_is_sent_byte_for_byte() {
    let sandbox = Sandbox::new();
    let mut rng = fastrand::Rng::with_seed(41);
    let bytes: Vec<u8> = (0..300_000).map(|_| rng.u8(..)).collect();
    sandbox.write("body", &bytes);
    assert_eq!(
        posted(&sandbox, &["--data", "@body", "--no-validate"]).body,
        bytes
    );
}

#[test]
fn stdin_is_sent_byte_for_byte() {
    let mut rng = fastrand::Rng::with_seed(42);
    for length in [0, 1, 70_000] {
        let bytes: Vec<u8> = (0..length).map(|_| rng.u8(..)).collect();
        let (sink, sandbox) = (Sink::answering(200), Sandbox::new());
        let call = sandbox.call(&["send", "--data", "-", "--no-validate", "--url", &sink.url()]);
        call.input(bytes.clone()).run().code(0);
        let request = sink.next();
        assert_eq!(request.body, bytes);
        assert_eq!(request.header("content-length"), Some(&*length.to_string()));
    }
}

#[test]
fn a_body_that_cannot_be_read_is_named_and_nothing_is_sent() {
    let sink = Sink::unused();
    let run = Sandbox::new().enx(&["send", "--data", "@nowhere.json", "--url", &sink.url()]);
    run.code(3).tells("cannot read nowhere.json");
}

#[test]
fn a_post_says_json_and_who_it_is() {
    let request = posted(&Sandbox::new(), &["roomdrop"]);
    assert_eq!((request.word(0), request.word(1)), ("POST", "/hook"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    let agent = concat!("enx-hook/", env!("CARGO_PKG_VERSION"));
    assert_eq!(request.header("user-agent"), Some(agent));
    assert_eq!(request.header("authorization"), None);
}

#[test]
fn headers_are_added_with_repeats_and_replace_what_would_be_sent() {
    let args = [
        "roomdrop",
        "-H",
        "X-Trace: 1",
        "--header",
        "x-trace: 2",
        "-H",
        "Content-Type: text/plain",
        "-H",
        "X-Empty;",
    ];
    let request = posted(&Sandbox::new(), &args);
    let values = |name: &str| -> Vec<&str> {
        let fields = request.headers.iter();
        let named = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    };
    assert_eq!(values("x-trace"), ["1", "2"]);
    assert_eq!(values("content-type"), ["text/plain"]);
    assert_eq!(values("x-empty"), [""]);
}

#[test]
fn a_header_that_is_none_is_refused_before_anything_is_sent() {
    refused(&["-H", "no colon"]).tells("no colon");
    refused(&["-H", "bad name: 1"]).tells("`bad name` is not a header name");
    refused(&["-H", "X-A: a\nX-B: b"]).tells("x-a");
    refused(&["-H", "Content-Length: 3"]).tells("content-length");
    refused(&["-H", "X-Secret: geheim\u{7}"]).hides("geheim");
}

#[test]
fn a_wait_that_is_none_is_refused_before_anything_is_sent() {
    refused(&["--timeout", "soon"]).tells("10s");
    refused(&["--timeout", "-1"]);
}

#[test]
fn an_event_and_a_body_of_ones_own_are_one_too_many() {
    refused(&["--data", "{}"]).tells("--data");
    refused(&["--all"]).tells("--all");
}

#[test]
fn an_invalid_body_is_refused_wherever_it_comes_from_and_an_unknown_event_is_sent() {
    let sandbox = Sandbox::new();
    sandbox.write("broken.json", "{'type': 'roomdrop'");
    for args in [
        &["-d", "@broken.json"][..],
        &["-d", "{\"type\":\"roomdrop\"}"],
        &["roomdrop", "--unset", "conf_num"],
    ] {
        let sink = Sink::unused();
        let url = sink.url();
        let all = [&["send", "--url", &url], args].concat();
        let run = sandbox.enx(&all);
        run.code(2)
            .tells(" is invalid, and nothing was sent")
            .tells("--no-validate");
        let sink = Sink::answering(200);
        let url = sink.url();
        let all = [&["send", "--no-validate", "--url", &url], args].concat();
        sandbox.enx(&all).code(0);
        sink.next();
    }
    let sink = Sink::answering(200);
    let args = [
        "send",
        "-d",
        "{\"type\":\"newcomer\"}",
        "--url",
        &sink.url(),
    ];
    sandbox.enx(&args).code(0).tells("unknown[unknown-event]");
    sink.next();
}
