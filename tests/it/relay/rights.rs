//! Users, TLS, and what is said of them.

use super::{body, captures, follower, next, origins, source, state, until, with_each};
use crate::support::{Certificate, Listener, Nats, Running, Sandbox};

/// The password of a user in what `relay config` printed.
fn password(config: &str, user: &str) -> String {
    let (_, rest) = config
        .split_once(&format!("user: \"{user}\", password: \""))
        .expect("the user");
    rest.split('"').next().expect("its password").to_owned()
}

/// The part of the printed configuration that is not about the place.
fn users(config: &str) -> &str {
    &config[config.find("authorization").expect("users")..]
}

#[test]
fn the_printed_configuration_lets_each_user_do_what_it_needs_and_no_more() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let run = sandbox.enx(&[
            "relay",
            "config",
            "demo",
            "--source",
            "box-a",
            "--follower",
            "ann,bob",
        ]);
        let config = run.code(0).out().to_owned();
        let nats = Nats::start(server, &sandbox, users(&config));
        let url = nats.url("demo");
        let run = |user: &str, args: &[&str]| {
            let call = sandbox.call(&[args, &["--relay-user", user]].concat());
            call.env("ENX_HOOK_RELAY_PASSWORD", &password(&config, user))
        };
        run("ann", &["relay", "init", &url])
            .run()
            .code(3)
            .tells("Permissions Violation");
        run("admin", &["relay", "init", &url]).run().code(0);
        let own = [
            "listen", "--port", "0", "--relay", &url, "--log", "a.jsonl", "--format", "json",
        ];
        let mut source = Listener::of(run("box-a", &own));
        source.json_of("ready");
        assert_eq!(source.json_of("relay")["state"], "connected");
        for user in ["ann", "bob"] {
            let log = format!("{user}.jsonl");
            let args = [
                "follow",
                &url,
                "--log",
                &log,
                "--format",
                "json",
                "--from-start",
            ];
            let mut follower = Running::of(run(user, &args));
            source.post(body(1));
            until(&mut follower, 1);
            // A follower cannot publish.
            let own = [
                "listen", "--port", "0", "--relay", &url, "--log", "x.jsonl", "--format", "json",
            ];
            let mut wrong = Listener::of(run(user, &[&own[..], &["--relay-as", "box-a"]].concat()));
            wrong.post(body(2));
            let why = loop {
                let told = next(&mut wrong, "relay");
                assert_ne!(told["state"], "connected", "{told}");
                if told["state"] == "waiting" {
                    break told["message"].to_string();
                }
            };
            assert!(
                why.contains("Permissions Violation") || why.contains("another log"),
                "{why}"
            );
        }
        let status = run("admin", &["relay", "status", &url]).run();
        let shown = status.code(0).out().to_owned();
        assert!(shown.contains("box-a"), "{shown}");
        let wrong = sandbox
            .call(&["relay", "status", &url, "--relay-user", "admin:nonsense"])
            .run();
        wrong.code(3).tells("does not accept the credentials");
    });
}

#[test]
fn rights_that_are_taken_away_and_given_back_need_no_restart() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let args = [
            "relay",
            "config",
            "demo",
            "--source",
            "box-a",
            "--follower",
            "ann",
        ];
        let config = sandbox.enx(&args).code(0).out().to_owned();
        let config = users(&config);
        let nats = Nats::start(server, &sandbox, config);
        let url = nats.url("demo");
        let call = |user: &str, args: &[&str]| {
            let call = sandbox.call(&[args, &["--relay-user", user]].concat());
            call.env("ENX_HOOK_RELAY_PASSWORD", &password(config, user))
        };
        call("admin", &["relay", "init", &url]).run().code(0);
        let own = [
            "listen", "--port", "0", "--relay", &url, "--log", "a.jsonl", "--format", "json",
        ];
        let mut source = Listener::of(call("box-a", &own));
        let args = [
            "follow",
            &url,
            "--log",
            "b.jsonl",
            "--format",
            "json",
            "--from-start",
        ];
        let mut follower = Running::of(call("ann", &args));
        source.post(body(1));
        until(&mut follower, 1);
        // The listener must not publish any more, and the developer has left.
        let less = config.replace("\"enx.demo.box-a.>\", ", "");
        nats.reload(&less.replace("user: \"ann\"", "user: \"cem\""));
        let why = state(&mut follower, "waiting")["message"].to_string();
        assert!(why.contains("credentials") || why.contains("lost"), "{why}");
        assert_eq!(source.post(body(2)).status(), 200);
        let why = loop {
            let why = state(&mut source, "waiting")["message"].to_string();
            // A server may close the connection first.
            if !why.contains("lost") {
                break why;
            }
        };
        assert!(why.contains("Permissions Violation"), "{why}");
        nats.reload(config);
        until(&mut follower, 2);
        assert_eq!(origins(&sandbox, "b.jsonl"), [1, 2]);
    });
}

#[test]
fn tls_is_spoken_and_its_certificate_is_checked() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let certificate = Certificate::new("127.0.0.1", 9);
        sandbox.write("cert.pem", &certificate.files[0]);
        sandbox.write("key.pem", &certificate.files[1]);
        sandbox.write("ca.pem", &certificate.authority);
        let config = format!(
            "tls {{ cert_file: \"{}\", key_file: \"{}\" }}",
            sandbox.path("cert.pem").display(),
            sandbox.path("key.pem").display()
        );
        let nats = Nats::start(server, &sandbox, &config);
        let url = nats.url("demo").replace("nats://", "tls://");
        sandbox.enx(&["relay", "init", &url]).code(3);
        let trusted = ["--relay-cacert", "ca.pem"];
        sandbox
            .enx(&[&["relay", "init", &url], &trusted[..]].concat())
            .code(0);
        let source = source(&sandbox, &url, &trusted);
        let mut follower = follower(
            &sandbox,
            &url,
            "b.jsonl",
            &["--from-start", trusted[0], trusted[1]],
        );
        source.post(body(1));
        until(&mut follower, 1);
        assert_eq!(captures(&sandbox, "a.jsonl"), captures(&sandbox, "b.jsonl"));
    });
}

#[test]
fn a_relay_is_asked_for_by_a_name_that_the_log_remembers() {
    let sandbox = Sandbox::new();
    let args = [
        "listen",
        "--port",
        "0",
        "--relay",
        "nats://127.0.0.1:1/demo",
        "--max-events",
        "0",
    ];
    sandbox.enx(&args[..5]).code(2).tells("add --relay-as");
    let url = "nats://user:secret@127.0.0.1:1/a.b";
    let run = sandbox.enx(&["follow", url]);
    run.code(2)
        .tells("nats://user:***@127.0.0.1:1/a.b is not the URL of a relay");
    let run = sandbox.enx(&["listen", "--relay-user", "ann"]);
    run.code(2).tells("require --relay");
    let mut named = Listener::start(
        &sandbox,
        &["--relay", "nats://127.0.0.1:1/demo", "--relay-as", "box-a"],
    );
    named.told(|line| {
        line.contains("nats://127.0.0.1:1/demo as box-a, 0 behind")
            .then_some(())
    });
    drop(named);
    let mut again = Listener::start(&sandbox, &["--relay", "nats://127.0.0.1:1/demo"]);
    again.told(|line| line.contains("as box-a").then_some(()));
}
