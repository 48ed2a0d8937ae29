//! `send --dry-run` and `send --as`: what is printed is what would have been sent.

use std::collections::BTreeSet;

use serde_json::Value;

#[cfg(unix)]
use crate::support::Message;
use crate::support::{Sandbox, Sink, tool};

#[cfg(unix)]
const BODIES: [&[u8]; 6] = [
    b"",
    b"{\"type\": \"x\",\r\n \"quote\": \"it's $HOME `id` \\\\ \\\"\", \"b\": [1, {}]}\n",
    b"@file",
    b"\xff\x00\n\n",
    b"%s %41 &a=b",
    "{\"é\": \"\u{1F600}\"}".as_bytes(),
];

#[test]
fn a_dry_run_prints_the_request_that_would_be_sent_and_sends_nothing() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let url = sink.url() + "?x=1&y=%20";
    let args = [
        "send",
        "--data",
        "{\"type\":\"x\"}",
        "-H",
        "X-Trace: 1",
        "-H",
        "x-trace: 2",
        "-H",
        "X-Empty;",
        "--content-type",
        "text/plain",
        "--user",
        "enx:s3cret",
        "--url",
        &url,
    ];
    let dry = sandbox.enx(&[&args[..], &["--dry-run"]].concat());
    dry.code(0).hides("s3cret");
    assert_eq!(sink.rest(), []);
    sandbox.enx(&args).code(0);
    let received = sink.next();
    let (head, body) = dry.out().split_once("\n\n").unwrap();
    assert_eq!(body.strip_suffix('\n').unwrap().as_bytes(), received.body);
    let mut lines = head.lines();
    assert_eq!(lines.next().unwrap(), received.start);
    let printed: Vec<String> = lines.map(str::to_owned).collect();
    let fields = received.headers.iter().map(|(name, value)| match &**name {
        "authorization" => "authorization: ***".to_owned(),
        _ => format!("{name}: {value}"),
    });
    assert_eq!(printed, fields.collect::<Vec<_>>(), "in this order");
}

#[test]
fn a_dry_run_prints_an_object_for_machines() {
    let sandbox = Sandbox::new();
    let args = [
        "send",
        "roomdrop",
        "--dry-run",
        "--format",
        "json",
        "--url",
        "http://h/x",
    ];
    let lines = sandbox.enx(&args).json_lines();
    assert_eq!(lines[0]["kind"], "request");
    assert_eq!(lines[0]["url"], "http://h/x");
    let body: Value = serde_json::from_str(lines[0]["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["conf_num"], lines[0]["session"]);
}

#[cfg(unix)]
/// Whether two requests are the same but for the client's connection.
#[track_caller]
fn assert_same(one: &Message, other: &Message) {
    assert_eq!(one.start, other.start);
    assert_eq!(
        String::from_utf8_lossy(&one.body),
        String::from_utf8_lossy(&other.body)
    );
    assert_eq!(one.body, other.body);
    let fields = |message: &Message| -> BTreeSet<(String, String)> {
        let fields = message.headers.iter();
        fields
            .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
            .collect()
    };
    assert_eq!(fields(one), fields(other));
}

#[cfg(unix)]
#[test]
fn the_curl_command_sends_the_same_request() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    if tool(&["curl"]).is_none() {
        return;
    }
    let big = vec![b'a'; 2_000_000];
    let bodies = BODIES.iter().copied().chain([&big[..]]);
    for body in bodies {
        sandbox.write("body", body);
        let url = sink.url() + "/[a]?x={1}&y='";
        let args = [
            "send",
            "--no-validate",
            "--data",
            "@body",
            "-H",
            "X-It: it's",
            "-H",
            "X-Empty;",
            "--user",
            "enx",
            "--url",
            &url,
        ];
        let password = ("ENX_HOOK_PASSWORD", "s3'cret");
        let call = sandbox.call(&args).env(password.0, password.1);
        call.run().code(0);
        let ours = sink.next();
        let printed = sandbox.call(&[&args[..], &["--as", "curl"]].concat());
        let printed = printed.env(password.0, password.1).run();
        printed.code(0).hides("s3'cret");
        assert_eq!(sink.rest().len(), 0, "--as sends nothing");
        sandbox.write("command.sh", printed.out());
        let run = std::process::Command::new("sh")
            .arg(sandbox.path("command.sh"))
            .env(password.0, password.1)
            .env("http_proxy", "http://127.0.0.1:1/")
            .output();
        assert!(run.unwrap().status.success(), "{}", printed.out());
        assert_same(&sink.next(), &ours);
        let run = std::process::Command::new("sh")
            .arg(sandbox.path("command.sh"))
            .env_remove(password.0)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(!run.status.success() && said.contains(password.0), "{said}");
        assert_eq!(sink.rest(), [], "it is not sent without the password");
    }
}

#[test]
fn an_http_file_holds_the_request_and_refuses_what_is_no_text() {
    let sandbox = Sandbox::new();
    let args = [
        "send",
        "--as",
        "http",
        "--url",
        "http://u:s3cret@h:1/x",
        "--data",
    ];
    let run = sandbox.enx(&[&args[..], &["{\"type\":\"new\"}"]].concat());
    // The command holds the password, its output must not.
    run.hides("s3cret");
    insta::assert_snapshot!(run, @r#"
    $ enx-hook send --as http --url http://u:s3cret@h:1/x --data {"type":"new"}
    exit code 0
    -- stdout
    ### new
    POST http://h:1/x
    content-type: application/json
    user-agent: enx-hook/<version>
    authorization: Basic u:{{$processEnv ENX_HOOK_PASSWORD}}

    {"type":"new"}
    -- stderr
    unknown[unknown-event]  /type: EnableX Video documents no event `new`
    "#);
    sandbox.write("binary", b"\xff");
    sandbox.enx(&[&args[..], &["@binary"]].concat()).code(2);
    for (body, why) in [
        ("a\n### b", "line 2 begins with `#`"),
        ("{}\n // c", "line 2 begins with `//`"),
        ("< ./other.json", "line 1 begins with `<`"),
        ("<@ ./other.json", "line 1 begins with `<@`"),
        ("{}\n\n> {% client.log(1) %}", "line 3 begins with `>`"),
        ("{\"type\":\"{{$guid}}\"}", "it has `{{`"),
        ("\n{}", "it begins with a blank line"),
        ("{\r\n}", "it has a CR"),
    ] {
        let run = sandbox.enx(&[&args[..], &[body, "--no-validate"]].concat());
        run.code(2).tells(why).tells("--as curl sends any body");
    }
    sandbox.write("nul", b"{}\0");
    let run = sandbox.enx(&[&args[..], &["@nul", "--no-validate"]].concat());
    run.code(2).tells("it has a NUL");
    let nested = "{\"type\":\"new\",\n  \"a\":{\"b\":{\"c\":\"<b> # // >\"}}}\n";
    let run = sandbox.enx(&[&args[..], &[nested]].concat());
    run.code(0).says(nested);
}

#[test]
fn a_content_type_is_sent_as_named() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let args = [
        "send",
        "roomdrop",
        "--content-type",
        "text/plain; charset=x",
        "--url",
        &sink.url(),
    ];
    sandbox.enx(&args).code(0);
    let received = sink.next();
    assert_eq!(
        received.header("content-type"),
        Some("text/plain; charset=x")
    );
}
