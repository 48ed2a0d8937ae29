//! Where to: who names the target, in which order, and to whom the credentials go.

use crate::support::{Listener, Nobody, Run, Sandbox, Sink};

const SECRET: &str = "Basic ZW54OnNlY3JldA==";

/// A configuration file that names this URL, with credentials beside it.
fn config(url: &str) -> String {
    format!("url = '{url}'\nuser = 'enx:secret'\n")
}

#[track_caller]
fn refused(args: &[&str]) -> Run {
    let run = Sandbox::new().enx(&[&["send", "roomdrop"], args].concat());
    run.code(2);
    assert_eq!(run.out(), "");
    run
}

#[test]
fn flag_goes_before_variable_before_the_nearest_file_before_the_users_file() {
    let sinks: Vec<Sink> = (0..5).map(|_| Sink::answering(200)).collect();
    let urls: Vec<String> = sinks.iter().map(Sink::url).collect();
    let sandbox = Sandbox::new();
    sandbox.write("work/deep/a.json", "{}");
    sandbox.write("home/enx-hook/enx-hook.toml", config(&urls[4]));
    let send = |args: &[&str], variable: Option<&str>| {
        let args = [&["send", "roomdrop"], args].concat();
        let mut call = sandbox.call(&args).folder(sandbox.path("work/deep"));
        if let Some(url) = variable {
            call = call.env("ENX_HOOK_URL", url);
        }
        call.run()
    };
    let arrived = |index: usize| {
        let counts: Vec<usize> = sinks.iter().map(|sink| sink.rest().len()).collect();
        let mut expected = [0; 5];
        expected[index] = 1;
        assert_eq!(counts, expected);
    };
    let told = |run: &Run, index: usize, origin: &str| {
        run.code(0).tells(&format!("sending to {} (", urls[index]));
        run.tells(origin);
    };

    told(&send(&[], None), 4, "enx-hook.toml");
    arrived(4);
    sandbox.allowed("enx-hook.toml", config(&urls[3]));
    told(&send(&[], None), 3, "enx-hook.toml");
    arrived(3);
    sandbox.allowed("work/enx-hook.toml", config(&urls[2]));
    told(&send(&[], None), 2, "enx-hook.toml");
    arrived(2);
    told(&send(&[], Some(&urls[1])), 1, "(ENX_HOOK_URL)");
    arrived(1);
    told(&send(&["--url", &urls[0]], Some(&urls[1])), 0, "(--url)");
    arrived(0);
}

#[test]
fn where_nobody_names_a_target_it_is_the_listener_and_that_is_said() {
    let sandbox = Sandbox::new();
    sandbox.write("a.json", "{\"type\":\"roomdrop\"}");
    // Nothing is sent, since somebody may listen there on the machine that runs the tests.
    let run = sandbox.enx(&["replay", "a.json", "--dry-run"]);
    run.code(0).tells(
        "would send to http://127.0.0.1:3000/ (the default: where `enx-hook listen` listens)",
    );
}

#[test]
fn an_empty_variable_names_nothing() {
    let sink = Sink::answering(200);
    let sandbox = Sandbox::new();
    sandbox.allowed("enx-hook.toml", config(&sink.url()));
    let run = sandbox
        .call(&["send", "roomdrop"])
        .env("ENX_HOOK_URL", "")
        .run();
    run.code(0).tells("enx-hook.toml");
}

#[test]
fn the_user_of_the_file_goes_to_the_url_of_the_file_and_nowhere_else() {
    let own = Sink::asking_for(SECRET);
    let sandbox = Sandbox::new();
    sandbox.allowed("enx-hook.toml", config(&own.url()));
    sandbox.enx(&["send", "roomdrop"]).code(0).hides("secret");
    assert_eq!(own.next().header("authorization"), Some(SECRET));

    let other = Sink::answering(200);
    sandbox
        .enx(&["send", "roomdrop", "--url", &other.url()])
        .code(0);
    assert_eq!(other.next().header("authorization"), None);
    let call = sandbox.call(&["send", "roomdrop"]);
    call.env("ENX_HOOK_URL", &other.url()).run().code(0);
    assert_eq!(other.next().header("authorization"), None);
    // Not even to the same host, named by another.
    sandbox
        .enx(&["send", "roomdrop", "--url", &own.url()])
        .code(1)
        .says("401");
}

#[test]
fn a_password_file_in_the_configuration_is_meant_from_its_folder() {
    let sink = Sink::asking_for(SECRET);
    let sandbox = Sandbox::new();
    sandbox.write("secrets/enx", "secret\n");
    sandbox.write("work/a.json", "{}");
    let text = format!(
        "url = '{}'\nuser = 'enx'\npassword_file = 'secrets/enx'\n",
        sink.url()
    );
    sandbox.allowed("enx-hook.toml", text);
    let call = sandbox.call(&["send", "roomdrop"]);
    call.folder(sandbox.path("work")).run().code(0);
}

#[test]
fn a_broken_configuration_is_named_with_line_and_column() {
    let cases = [
        ("url = 'http://h/'\n\nport = 3\n", ":3:1:"),
        ("url = 'http://u:geheim@h/\n", ":1:"),
        ("[listen]\nport = 'x'\n", ":2:8:"),
        ("[listen]\nport = 70000\n", ":2:8:"),
        ("url = 3\n", ":1:7:"),
    ];
    for (text, place) in cases {
        let sandbox = Sandbox::new();
        sandbox.write("enx-hook.toml", text);
        for args in [
            &["send", "roomdrop"][..],
            &["allow"],
            &["replay", "x"],
            &["listen"],
        ] {
            let run = sandbox.enx(args);
            run.code(2)
                .tells("enx-hook.toml")
                .tells(place)
                .hides("geheim");
            assert_eq!(run.out(), "");
        }
    }
}

#[test]
fn a_configuration_that_cannot_be_read_is_an_error_and_not_passed_over() {
    let sandbox = Sandbox::new();
    sandbox.write("enx-hook.toml/file", "");
    sandbox
        .enx(&["send", "roomdrop"])
        .code(2)
        .tells("enx-hook.toml");
    let sandbox = Sandbox::new();
    sandbox.write("enx-hook.toml", b"url = '\xff'");
    sandbox
        .enx(&["send", "roomdrop"])
        .code(2)
        .tells("enx-hook.toml");
}

#[test]
fn a_url_that_is_none_is_refused() {
    refused(&["--url", "ftp://h/"]).tells("ftp://");
    refused(&["--url", ""]);
    refused(&["--url", "http://"]);
    refused(&["--url", "http:///hook"]);
    refused(&["--url", "http://h:99999/"]);
    refused(&["--url", "http://[::1/"]);
    refused(&["--url", "http://a b/"]);
}

#[test]
fn a_bad_url_in_the_environment_or_the_file_is_refused_likewise() {
    let sandbox = Sandbox::new();
    let call = sandbox.call(&["send", "roomdrop"]);
    call.env("ENX_HOOK_URL", "http:/localhost")
        .run()
        .code(2)
        .tells("error: ENX_HOOK_URL: the target `http:/localhost` is not a URL");
    sandbox.allowed("enx-hook.toml", "url = '/hook'\n");
    sandbox
        .enx(&["send", "roomdrop"])
        .code(2)
        .tells("enx-hook.toml: the target `/hook` is not a URL");
}

#[test]
fn a_password_in_the_url_is_sent_and_never_shown() {
    let sink = Sink::asking_for(SECRET);
    let url = format!("http://enx:secret@{}/hook?a=1", sink.address());
    let sandbox = Sandbox::new();
    sandbox.write("a.json", "{\"type\":\"roomdrop\"}");
    for command in [&["send", "roomdrop"][..], &["replay", "a.json"]] {
        for format in ["human", "json"] {
            let args = [command, &["--format", format, "--verbose", "--url", &url]].concat();
            sandbox.enx(&args).code(0).tells("enx:***@").hides("secret");
            let request = sink.next();
            assert_eq!(request.header("authorization"), Some(SECRET));
            assert_eq!(request.word(1), "/hook?a=1");
        }
        let by_variable = sandbox.call(command).env("ENX_HOOK_URL", &url).run();
        by_variable.code(0).tells("***").hides("secret");
    }
    sandbox.allowed("enx-hook.toml", format!("url = '{url}'\n"));
    sandbox
        .enx(&["send", "roomdrop"])
        .code(0)
        .tells("***")
        .hides("secret");
}

#[test]
fn a_password_in_a_url_that_fails_is_not_shown_either() {
    let nobody = Nobody::new().address();
    let sandbox = Sandbox::new();
    for (url, code) in [
        (format!("http://enx:geheim@{nobody}/"), 3),
        ("http://enx:geheim@/".to_owned(), 2),
        ("ftp://enx:geheim@h/".to_owned(), 2),
        ("http://enx:geheim@h:99999/".to_owned(), 2),
        ("http://enx:ge/heim@h:x/".to_owned(), 2),
        (format!("enx:geheim@{nobody}/"), 3),
    ] {
        for format in ["human", "json"] {
            let run = sandbox.enx(&["send", "roomdrop", "--format", format, "--url", &url]);
            run.code(code).hides("geheim").hides("heim@");
        }
    }
}

#[test]
fn the_user_typed_goes_before_the_user_in_the_url() {
    let sink = Sink::asking_for(SECRET);
    let url = format!("http://who:else@{}/", sink.address());
    let args = ["send", "roomdrop", "--url", &url, "--user", "enx:secret"];
    Sandbox::new().enx(&args).code(0).hides("else@");
}

#[test]
fn an_ipv6_address_is_a_target_like_any_other() {
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        // This machine has no IPv6.
        return;
    }
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--host", "::1"]);
    assert!(listener.address().is_ipv6());
    let run = sandbox.enx(&["send", "roomdrop", "--url", &listener.url()]);
    run.code(0).says("200").tells("http://[::1]:");
}

#[test]
fn quiet_says_nothing_but_what_came_of_it() {
    let sink = Sink::answering(200);
    let run = Sandbox::new().enx(&["send", "roomdrop", "-q", "--url", &sink.url()]);
    run.code(0).says("200");
    assert_eq!(run.err(), "");
}

#[test]
#[cfg(unix)]
fn wait_lasts_until_the_target_is_there_and_a_500_stays_one() {
    use crate::support::{Door, Running};
    let sandbox = Sandbox::new();
    sandbox.write("bare.jsonl", "{\"type\":\"unknown\"}\n");
    let send = ["send", "roomdrop", "--wait", "1m"];
    let replay = ["replay", "bare.jsonl", "--wait", "1m"];
    for args in [send, replay] {
        for (status, code) in [(200, 0), (500, 1)] {
            let (sink, door) = (Sink::answering(status), Door::closed());
            let url = door.url();
            let args = [&args[..], &["--url", &url]].concat();
            let mut running = Running::of(sandbox.call(&args));
            running.told(|line| line.contains("ing to ").then_some(()));
            door.open(sink.address());
            running.ended().code(code).says(&status.to_string());
            assert_eq!(sink.rest().len(), 1);
        }
    }
    let url = Nobody::new().url();
    let send = ["send", "roomdrop", "--wait", "10ms", "--url", &url];
    sandbox.enx(&send).code(3).tells("refused");
    let check = ["check", "--wait", "10ms", "--url", &url];
    sandbox.enx(&check).code(3).tells("refused");
}

#[test]
fn retries_on_connect_alone_leave_a_500_as_it_is() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(500));
    sandbox.write("bare.jsonl", "{\"type\":\"unknown\"}\n");
    let args = [
        "replay",
        "bare.jsonl",
        "--retries",
        "3",
        "--retry-on",
        "connect",
    ];
    let run = sandbox.enx(&[&args[..], &["--url", &sink.url()]].concat());
    run.code(1);
    assert_eq!(sink.rest().len(), 1);
}
