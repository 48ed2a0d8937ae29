//! What people type who know other tools: it works, or the hint is a command that does.

use crate::support::{Sandbox, Sink};

/// The hint in a usage error.
#[track_caller]
fn hint(sandbox: &Sandbox, args: &[&str]) -> Option<String> {
    let run = sandbox.enx(args);
    run.code(2);
    let tip = run
        .err()
        .lines()
        .find_map(|line| line.trim().strip_prefix("tip: "));
    tip.map(str::to_owned)
}

#[test]
fn what_other_tools_call_so_gets_a_command_that_can_be_parsed() {
    let sandbox = Sandbox::new();
    let cases: [(&[&str], &str); 35] = [
        (&["listen", "3001"], "enx-hook listen --port 3001"),
        (
            &["listen", "http://localhost:8080/hook", "--utc"],
            "enx-hook listen --forward http://localhost:8080/hook --utc",
        ),
        (
            &["listen", "--forward-to", "localhost:8080/hook"],
            "enx-hook listen --forward localhost:8080/hook",
        ),
        (
            &["listen", "--forward-to=http://u:pass@h/"],
            "enx-hook listen --forward 'http://u:***@h/'",
        ),
        (
            &["listen", "--type", "roomdrop", "-u", "enx:secret"],
            "enx-hook listen --event roomdrop -u enx",
        ),
        (
            &["replay", "log.jsonl", "--type=roomdrop"],
            "enx-hook replay log.jsonl --event roomdrop",
        ),
        (&["send", "--type", "roomdrop"], "enx-hook send roomdrop"),
        (&["send", "--event", "roomdrop"], "enx-hook send roomdrop"),
        (&["send", "--body", "{}"], "enx-hook send --data '{}'"),
        (
            &["send", "roomdrop", "--port", "8080"],
            "enx-hook send roomdrop --url :8080",
        ),
        (&["validate", "--file", "a b"], "enx-hook validate 'a b'"),
        (
            &["trigger", "roomdrop", "--url", "http://h/"],
            "enx-hook send roomdrop --url http://h/",
        ),
        (
            &["forward", "localhost:8080/hook"],
            "enx-hook listen --forward localhost:8080/hook",
        ),
        (
            &["listen", "--exec", "./run.sh"],
            "enx-hook listen --forward-command ./run.sh",
        ),
        (&["listen", "--redact", "/a"], "enx-hook listen --mask /a"),
        (&["diff", "1", "2"], "enx-hook log diff 1 2"),
        (&["serve", "3001"], "enx-hook listen --port 3001"),
        (&["test", "http://h/"], "enx-hook check http://h/"),
        (
            &["resend", "17"],
            "enx-hook replay log.jsonl --seq N sends capture N of a log again",
        ),
        (&["show", "17"], "enx-hook log show 17"),
        (
            &["replay", "log.jsonl", "--filter", "x"],
            "--event, --session, --seq, --since, --until, --where and --verdict select captures",
        ),
        (&["listen", "--silent"], "enx-hook listen --quiet"),
        (&["listen", "--no-color"], "enx-hook listen --color never"),
        (&["listen", "-o", "json"], "enx-hook listen --format json"),
        (
            &["listen", "-o", "a.jsonl"],
            "enx-hook listen --log a.jsonl",
        ),
        (&["log", "--json"], "enx-hook log --format json"),
        (&["log", "-n", "5"], "enx-hook log --last 5"),
        (
            &["send", "roomdrop", "--times", "3"],
            "enx-hook send roomdrop --repeat-identical 3",
        ),
        (
            &["replay", "log.jsonl", "--junit", "r.xml"],
            "enx-hook replay log.jsonl --report r.xml",
        ),
        (
            &["send", "roomdrop", "-X", "POST"],
            "an event is always sent with POST: leave it out",
        ),
        (
            &["replay", "log.jsonl", "--delay", "1s"],
            "--rate 2/s sends two a second, and --speed 1 keeps the gaps of the original",
        ),
        (&["http", "3000"], "enx-hook listen --port 3000"),
        (&["sessions"], "enx-hook log sessions"),
        (&["version"], "enx-hook --version"),
        (&["tail"], "enx-hook log --follow"),
    ];
    for (args, expected) in cases {
        assert_eq!(hint(&sandbox, args).as_deref(), Some(expected), "{args:?}");
    }
    for command in [
        &["listen"][..],
        &["send", "roomdrop"],
        &["check"],
        &["replay", "a"],
    ] {
        let args = [command, &["--password", "geheim"]].concat();
        let hint = hint(&sandbox, &args).expect("a hint");
        assert!(hint.contains("--password-file FILE"), "{hint}");
        sandbox.enx(&args).hides("geheim");
    }
}

#[test]
fn a_scenario_takes_the_place_of_the_events() {
    let args = ["send", "roomdrop", "--shuffle", "--rate", "2/s"];
    let expected = "enx-hook send --scenario disorder --rate 2/s";
    assert_eq!(hint(&Sandbox::new(), &args).as_deref(), Some(expected));
}

#[test]
fn there_is_no_hint_that_would_not_do_what_was_meant() {
    let sandbox = Sandbox::new();
    for args in [
        &["trigger", "{\"type\":\"roomdrop\"}"][..],
        &["serve", "a", "b"],
        &["listen", "--type"],
        &["validate", "a.json", "--nonsense"],
        &["send", "roomdrop", "--raw"],
        &["listen", "--symbols"],
    ] {
        assert_eq!(hint(&sandbox, args), None, "{args:?}");
    }
    let slip = hint(&sandbox, &["send", "roomdrop", "--dry-rum"]);
    assert_eq!(
        slip.as_deref(),
        Some("a similar argument exists: '--dry-run'")
    );
}

#[test]
fn a_url_among_the_words_is_the_target_and_needs_no_scheme() {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", "{\"type\":\"roomdrop\"}\n");
    let sink = Sink::answering(200);
    let url = sink.url();
    let bare = url.trim_start_matches("http://").to_owned();
    for args in [
        ["send", "roomdrop", &url],
        ["send", &bare, "roomdrop"],
        ["replay", "log.jsonl", &url],
        ["replay", "log.jsonl", &bare],
    ] {
        let run = sandbox.enx(&args);
        run.code(0).tells(&format!("to {url} ("));
        sink.next();
    }
    for args in [["check", &url], ["check", &bare]] {
        let args = [&args[..], &["--only", "every-event", "-u", "enx:x"]].concat();
        sandbox.enx(&args).code(0);
        sink.next();
    }
    sink.rest();
    for args in [
        &["send", "roomdrop", &url, &url][..],
        &["send", "roomdrop", &url, "--url", &url],
        &["check", &url, "--url", &url],
    ] {
        sandbox.enx(args).code(2);
    }
    let run = sandbox.enx(&["replay", &url]);
    run.code(2).tells("nothing to replay: name a file");
}

#[test]
fn a_file_in_place_of_an_event_or_a_body_is_named_with_what_sends_it() {
    let sandbox = Sandbox::new();
    sandbox.write("my paste.json", "{\"type\":\"roomdrop\"}");
    for args in [
        ["send", "my paste.json"].as_slice(),
        &["send", "-d", "my paste.json"],
    ] {
        let run = sandbox.enx(args);
        run.code(2).tells("--data '@my paste.json' sends it");
    }
    let run = sandbox.enx(&["send", "-d", "@my paste.json", "--dry-run", "--no-validate"]);
    run.code(0);
}

#[test]
fn a_scenario_is_found_by_what_it_shows() {
    let sandbox = Sandbox::new();
    for (name, own) in [("duplicates", "redelivery"), ("shuffle", "disorder")] {
        let run = sandbox.enx(&["send", "--scenario", name]);
        run.code(2).tells(&format!("did you mean `{own}`?"));
    }
}

#[test]
fn what_is_no_event_names_the_option_that_was_meant() {
    let sandbox = Sandbox::new();
    for (name, said) in [
        ("storm", "--scenario storm plays that scenario"),
        ("duplicates", "--scenario redelivery plays that scenario"),
        ("all", "--all sends every event of a provider"),
        (
            "zzzz",
            "`enx-hook events` lists them; --data sends a body of your own",
        ),
    ] {
        sandbox.enx(&["send", name, ":9"]).code(2).tells(said);
    }
    let run = sandbox.enx(&["log", "tail"]);
    run.code(2)
        .tells("--last 5 the last five, and --follow what comes");
}

#[test]
fn an_expectation_that_the_shell_took_apart_is_shown_in_quotes() {
    let run = Sandbox::new().enx(&["listen", "--expect", "roomdrop"]);
    run.code(2)
        .tells("with > it needs quotes: --expect 'roomdrop>=1'");
}

#[test]
fn a_body_that_is_refused_names_the_command_that_mends_it() {
    let sandbox = Sandbox::new();
    let event = "{\"type\":\"roomdrop\",\"trans_date\":1795182500,\"app_id\":\"a1\",\"room_id\":\"r1\",\"conf_num\":\"77\"}";
    let sink = Sink::answering(200);
    let url = sink.url();
    sandbox.write("paste.json", event.replace("\"}", "\", /* x */}"));
    let args = ["send", "-d", "@paste.json", &url];
    let run = sandbox.enx(&args);
    run.code(2)
        .tells("enx-hook validate --fix paste.json mends it");
    sandbox.enx(&["validate", "--fix", "paste.json"]).code(0);
    sandbox.enx(&args).code(0);
    sink.next();
    sandbox.write("line.json", crate::support::record(1, event) + "\n");
    let run = sandbox.enx(&["send", "-d", "@line.json", &url]);
    run.code(2)
        .tells("it is a record of a log: enx-hook replay line.json --url URL sends what it holds");
    sandbox.enx(&["replay", "line.json", "--url", &url]).code(0);
    assert_eq!(sink.next().body, event.as_bytes());
    sandbox.write("wrong.json", "{\"type\":\"roomdrop\",\"conf_num\":7}");
    let run = sandbox.enx(&["send", "-d", "@wrong.json", &url]);
    run.code(2).tells("--no-validate sends it anyway");
    sink.rest();
}
