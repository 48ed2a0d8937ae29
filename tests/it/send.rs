//! `send`, as a receiver that is not ours and a script see it.

use crate::support::{Reply, Sandbox, Sink};

const BODY: &str = "\r\n { \"type\" : \"roomdrop\", \"n\": 1.0, \"n\": 10000000000000000000001 }\n";

#[test]
fn a_body_goes_out_byte_for_byte() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let call = sandbox.call(&["send", "--data", "-", "--url", &sink.url()]);
    call.input(BODY).run().code(0);
    let received = sink.next();
    assert_eq!((received.word(0), received.word(1)), ("POST", "/hook"));
    assert_eq!(received.header("content-type"), Some("application/json"));
    assert_eq!(String::from_utf8_lossy(&received.body), BODY);
    assert_eq!(sink.rest(), []);
}

#[test]
fn the_exit_code_tells_an_answer_that_is_not_2xx_from_no_answer() {
    let sandbox = Sandbox::new();
    sandbox.write("body.json", BODY);
    let send = |sink: &Sink| sandbox.enx(&["send", "--data", "@body.json", "--url", &sink.url()]);
    send(&Sink::answering(204)).code(0).says("204");
    send(&Sink::answering(500)).code(1).says("500");
    send(&Sink::new(|_, _| Reply::Close)).code(3);
    let hanging = Sink::new(|_, _| Reply::Hang);
    let args = [
        "send",
        "--data",
        "@body.json",
        "--timeout",
        "50ms",
        "--url",
        &hanging.url(),
    ];
    sandbox.enx(&args).code(3);
}

#[test]
fn credentials_come_from_the_environment_and_are_shown_nowhere() {
    let (sandbox, sink) = (Sandbox::new(), Sink::asking_for("Basic ZW54OnMzY3JldA=="));
    let call = sandbox.call(&[
        "send",
        "roomdrop",
        "--user",
        "enx",
        "--verbose",
        "--url",
        &sink.url(),
    ]);
    call.env("ENX_HOOK_PASSWORD", "s3cret")
        .run()
        .code(0)
        .hides("s3cret")
        .hides("ZW54OnMzY3JldA");
    let call = sandbox.call(&[
        "send",
        "roomdrop",
        "--user",
        "enx:wrong",
        "--url",
        &sink.url(),
    ]);
    call.run().code(1).says("401").hides("wrong");
}
