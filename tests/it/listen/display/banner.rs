//! The banner: where it listens, and what is next.

use std::fs;

use serde_json::json;

use crate::support::{Listener, Reply, Sandbox, Sink};

/// An ngrok agent with a tunnel to the port that the ready file names.
fn agent(sandbox: &Sandbox, host: &'static str) -> Sink {
    let ready = sandbox.path("ready");
    Sink::new(move |_, request| {
        assert_eq!(request.start, "GET /api/tunnels HTTP/1.1");
        // It is there before anybody is asked.
        let url = fs::read_to_string(&ready).unwrap();
        let port = url.trim().rsplit(':').next().unwrap().to_owned();
        let tunnels = json!({"tunnels": [
            {"public_url": "http://a1b2.example", "config": {"addr": format!("{host}:{port}")}},
            {"public_url": "https://a1b2.example", "config": {"addr": format!("http://{host}:{port}")}},
            {"public_url": "https://other.example", "config": {"addr": "http://localhost:1"}},
        ]});
        Reply::Answer(200, Vec::new(), tunnels.to_string())
    })
}

/// What stderr says with that address of an agent.
#[track_caller]
fn banner(sandbox: &Sandbox, api: &str) -> String {
    let args = ["listen", "--port", "0", "--ready-file", "ready"];
    let call = sandbox.call(&args).env("ENX_HOOK_NGROK_API", api);
    let listener = Listener::of(call);
    assert_eq!(
        sandbox.text("ready"),
        format!("http://{}\n", listener.address())
    );
    listener.signal("INT");
    let run = listener.ended();
    run.code(0);
    run.err().to_owned()
}

#[test]
fn the_public_url_of_a_tunnel_to_this_port_is_what_to_paste() {
    let sandbox = Sandbox::new();
    let agent = agent(&sandbox, "localhost");
    let api = format!("http://{}/api/tunnels", agent.address());
    let said = banner(&sandbox, &api);
    assert!(
        said.contains("paste https://a1b2.example in the portal"),
        "{said}"
    );
    assert!(!said.contains("ngrok http"), "{said}");
    // An earlier run's file names nothing any more.
    banner(&sandbox, &api);
}

#[test]
fn without_a_tunnel_to_this_port_the_command_is_what_is_next() {
    let far = Sandbox::new();
    let agent = agent(&far, "192.0.2.1");
    let silent = Sink::new(|_, _| Reply::Hang);
    let broken = Sink::answering(500);
    for (sandbox, api) in [
        (&far, format!("http://{}/api/tunnels", agent.address())),
        (&Sandbox::new(), silent.url()),
        (&Sandbox::new(), broken.url()),
        (&Sandbox::new(), "nonsense".to_owned()),
    ] {
        let said = banner(sandbox, &api);
        assert!(said.contains("ngrok http "), "{api}: {said}");
        assert!(!said.contains("a1b2"), "{said}");
    }
}

#[test]
fn another_machine_is_never_asked() {
    let sandbox = Sandbox::new();
    // Nobody could be reached there, and nobody is waited for.
    let said = banner(&sandbox, "http://192.0.2.1/api/tunnels");
    assert!(said.contains("ngrok http "), "{said}");
}

#[test]
fn what_is_not_usual_is_in_the_banner() {
    let sandbox = Sandbox::new();
    let args = [
        "--reply",
        "503,200",
        "--reply-delay",
        "2s",
        "--drop-rate",
        "0.1",
        "--seed",
        "7",
        "--forward",
        "http://enx:hunter2@localhost:1/hook",
    ];
    let listener = Listener::start(&sandbox, &args);
    listener.signal("INT");
    let run = listener.ended();
    run.tells("  reply    503, then always 200; after 2 s; 10 % of the connections closed without a reply (--seed 7)\n");
    run.tells("  forward  http://enx:***@localhost:1/hook, what comes from now on\n");
    run.hides("hunter2");
}

#[test]
fn a_ready_file_that_cannot_be_written_is_an_error() {
    let sandbox = Sandbox::new();
    let run = sandbox.enx(&["listen", "--port", "0", "--ready-file", "nowhere/ready"]);
    run.code(3).tells("nowhere/ready").tells("--ready-file");
}
