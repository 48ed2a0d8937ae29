//! What `send` changes in a body before it goes out, and the ids it takes.

use serde_json::{Value, json};

#[cfg(unix)]
use crate::support::{Call, Nobody, Terminal};
use crate::support::{Sandbox, Sink};

/// Sends to a sink that takes all, and returns what arrived.
#[track_caller]
fn sent(args: &[&str]) -> Vec<Value> {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let url = sink.url();
    sandbox
        .enx(&[&["send", "--url", &url], args].concat())
        .code(0);
    let received = sink.rest();
    let bodies = received.iter().map(|request| &request.body[..]);
    bodies
        .map(|body| serde_json::from_slice(body).unwrap())
        .collect()
}

#[test]
fn a_field_is_set_to_json_or_to_a_string() {
    let args = [
        "file_transfer",
        "--set",
        "destination.host=ftp.example",
        "--set",
        "/files/0/url=ftp://ftp.example/a.mov",
        "--set",
        "files[1]={\"url\":\"ftp://ftp.example/b.mov\"}",
        "--set-string",
        "conf_num=7700123",
        "--unset",
        "destination.account",
    ];
    let body = &sent(&args)[0];
    assert_eq!(
        body["destination"],
        json!({"name": "awss3", "host": "ftp.example"})
    );
    assert_eq!(body["files"][0]["url"], "ftp://ftp.example/a.mov");
    assert_eq!(body["files"][1]["url"], "ftp://ftp.example/b.mov");
    assert_eq!(body["conf_num"], "7700123");
}

#[test]
fn an_unknown_field_is_refused_with_the_nearest_and_can_be_forced() {
    let (sandbox, sink) = (Sandbox::new(), Sink::unused());
    let url = sink.url();
    let args = ["send", "roomdrop", "--url", &url, "--set", "confnum=1"];
    let run = sandbox.enx(&args);
    run.code(2)
        .tells("roomdrop has no field `confnum`")
        .tells("did you mean `conf_num`?");
    sandbox
        .enx(&["send", "roomdrop", "--url", &url, "--unset", "confnum"])
        .code(2);
    assert_eq!(
        sent(&["roomdrop", "--set", "confnum=1", "--force"])[0]["confnum"],
        1
    );
}

#[test]
fn a_repeated_key_is_set_where_most_receivers_read_it_and_that_is_said() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let url = sink.url();
    let body = r#"{"type":"new","a":{"b":1,"b":2}}"#;
    let said = "`a.b` stands in the body more than once; the last one is changed";
    let args = ["send", "--data", body, "--set", "a.b=3", "--url", &url];
    sandbox.enx(&args).code(0).tells(said);
    assert_eq!(sink.next().body, br#"{"type":"new","a":{"b":1,"b":3}}"#);
    sandbox.write("a.jsonl", format!("{body}\n{body}\n"));
    let args = [
        "replay", "a.jsonl", "--set", "a.b=3", "--force", "--url", &url,
    ];
    let run = sandbox.enx(&args);
    run.code(0).tells(&format!("a.jsonl:1: {said}"));
    assert_eq!(run.err().matches("more than once").count(), 1);
    assert_eq!(sink.next().body, br#"{"type":"new","a":{"b":1,"b":3}}"#);
    let args = ["send", "--data", body, "--set", "type=new", "--url", &url];
    sandbox.enx(&args).code(0).hides("more than once");
}

#[test]
fn with_several_events_a_field_is_set_in_those_that_have_it() {
    let bodies = sent(&["roomdrop", "file_transfer", "--set", "destination.host=h"]);
    assert_eq!(bodies[0].get("destination"), None);
    assert_eq!(bodies[1]["destination"]["host"], "h");
}

#[test]
fn what_is_odd_is_said_and_what_became_invalid_is_refused_unless_told_otherwise() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let url = sink.url();
    let send = |args: &[&str]| sandbox.enx(&[&["send", "roomdrop", "--url", &url], args].concat());
    send(&["--set", "conf_num=7700123"])
        .code(0)
        .tells("warning[number-for-string]");
    let run = send(&["--unset", "conf_num"]);
    run.code(2).tells("conf_num").tells("--no-validate");
    assert_eq!(sink.rest().len(), 1);
    let run = send(&["--unset", "conf_num", "--no-validate"]);
    run.code(0).hides("warning").hides("error");
    let body: Value = serde_json::from_slice(&sink.next().body).unwrap();
    assert_eq!(body.get("conf_num"), None);
}

#[test]
fn a_body_of_the_users_keeps_every_other_byte() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let body = "{ \"type\" : \"newcomer\",\"n\":10000000000000000000001 , \"x\": 1.0}\n";
    let args = ["send", "--data", "-", "--set", "x=2", "--url", &sink.url()];
    let run = sandbox.call(&args).input(body).run();
    run.code(0).tells("unknown[unknown-event]");
    let expected = body.replace("1.0", "2");
    assert_eq!(String::from_utf8_lossy(&sink.next().body), expected);
}

#[test]
fn ids_are_chosen_by_the_names_of_the_data_files_wherever_they_stand() {
    let args = [
        "chatdata",
        "--session",
        "7700123",
        "--room",
        "r-9",
        "--app",
        "a-1",
    ];
    let body = &sent(&args)[0];
    assert_eq!(body["conf_num"], "7700123");
    assert_eq!(
        (&body["room_id"], &body["app_id"]),
        (&json!("r-9"), &json!("a-1"))
    );
    let url = body["url"].as_str().unwrap();
    assert!(url.contains("/r-9/7700123/"), "{url}");
    let body = &sent(&["upload_ready", "--session", "S", "--client", "C"])[0];
    assert_eq!(
        (&body["rec_id"], &body["client_id"]),
        (&json!("S"), &json!("C"))
    );
    let sandbox = Sandbox::new();
    sandbox
        .enx(&["send", "roomdrop", "--client", "C"])
        .code(2)
        .tells("roomdrop has no client");
}

#[test]
fn ids_of_a_provider_from_a_folder_are_options_too() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let schemas = "more/schemas/acme";
    sandbox.write(
        format!("{schemas}/provider.json"),
        r#"{"name":"acme","title":"Acme","description":"Calls.","discriminator":"action",
            "ids":{"caller":{"field":"from","help":"Caller of the events"},
                   "url":{"field":"from","help":"A name that is taken"}}}"#,
    );
    sandbox.write(
        format!("{schemas}/rang.json"),
        r#"{"type":"object","title":"t","properties":{"action":{"const":"rang"},"from":{"type":"string"}}}"#,
    );
    sandbox.write(
        "more/samples/acme/rang.json",
        r#"{"action":"rang","from":"1"}"#,
    );
    let args = [
        "send",
        "rang",
        "--catalog=more",
        "--caller",
        "2",
        "--url",
        &sink.url(),
    ];
    sandbox.enx(&args).code(0);
    assert_eq!(sink.next().body, br#"{"action":"rang","from":"2"}"#);
    sandbox
        .enx(&["send", "--catalog", "more", "--help"])
        .code(0)
        .says("Caller of the events");
}

#[test]
fn a_seed_draws_the_same_ids_again_and_chance_draws_others() {
    let ids = |args: &[&str]| {
        let body = sent(&[&["roomdrop"], args].concat()).remove(0);
        (body["conf_num"].clone(), body["room_id"].clone())
    };
    assert_eq!(ids(&["--seed", "7"]), ids(&["--seed", "7"]));
    assert_ne!(ids(&["--seed", "7"]), ids(&["--seed", "8"]));
    assert_ne!(ids(&[]), ids(&[]));
}

#[cfg(unix)]
mod editing {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn editor(sandbox: &Sandbox, script: &str) -> String {
        sandbox.write("editor", format!("#!/bin/sh\n{script}\n"));
        let path = sandbox.path("editor");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        path.display().to_string()
    }

    #[test]
    fn what_the_editor_leaves_is_sent() {
        let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
        let script = "sed 's/\"conf_num\": *\"[0-9]*\"/\"conf_num\": \"edited\"/' \"$1\" > new && mv new \"$1\"";
        let editor = editor(&sandbox, script);
        let call = sandbox.call(&["send", "roomdrop", "--edit", "--url", &sink.url()]);
        let run = call.env("EDITOR", &editor).env("VISUAL", "").run();
        run.code(0).says("edited");
        let body: Value = serde_json::from_slice(&sink.next().body).unwrap();
        assert_eq!(body["conf_num"], "edited");
    }

    #[test]
    fn what_is_invalid_after_editing_or_left_by_the_editor_is_not_sent() {
        let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
        for (script, code, told) in [
            ("echo '{' > \"$1\"", 2, "unclosed"),
            ("exit 3", 130, "ended with an error"),
        ] {
            let editor = editor(&sandbox, script);
            let call = sandbox.call(&["send", "roomdrop", "--edit", "--url", &sink.url()]);
            call.env("VISUAL", &editor).run().code(code).tells(told);
        }
        assert_eq!(sink.rest(), []);
        let editor = editor(&sandbox, "echo '{' > \"$1\"");
        let args = [
            "send",
            "roomdrop",
            "--edit",
            "--no-validate",
            "--url",
            &sink.url(),
        ];
        sandbox.call(&args).env("VISUAL", &editor).run().code(0);
        assert_eq!(sink.next().body, b"{\n");
    }

    #[test]
    fn an_edited_body_that_is_not_sent_is_kept_and_named() {
        let (sandbox, nobody) = (Sandbox::new(), Nobody::new());
        let url = nobody.url();
        let script = "sed -i 's/\"conf_num\": *\"[0-9]*\"/\"conf_num\": \"1\"/' \"$1\"";
        let editor = editor(&sandbox, script);
        for (editor, more, code) in [
            (editor.clone(), &[][..], 3),
            (editor.clone(), &["--dry-run"], 0),
            (format!("exit 3; {editor}"), &[], 130),
        ] {
            let args = [&["send", "roomdrop", "--edit", "--url", &url], more].concat();
            let run = sandbox.call(&args).env("VISUAL", &editor).run();
            run.code(code);
            if code == 130 {
                // What was not changed is not worth keeping.
                run.hides("the edited body is in");
                continue;
            }
            let (_, path) = run
                .err()
                .split_once("the edited body is in ")
                .expect("a path");
            let path = path.lines().next().unwrap();
            assert!(
                std::fs::read_to_string(path)
                    .unwrap()
                    .contains("\"conf_num\": \"1\"")
            );
            run.tells(&format!("--data @{path}"));
            std::fs::remove_file(path).unwrap();
        }
    }

    #[test]
    fn the_line_of_the_editor_goes_through_the_shell() {
        let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
        sandbox.write(
            "my editor",
            "sed -i s/roomdrop/recording/ \"$2\"; test \"$1\" = 'a b'",
        );
        let call = sandbox.call(&[
            "send",
            "roomdrop",
            "--edit",
            "--no-validate",
            "--url",
            &sink.url(),
        ]);
        call.env("EDITOR", "X='a b'; sh 'my editor' \"$X\"")
            .run()
            .code(0);
        let body: Value = serde_json::from_slice(&sink.next().body).unwrap();
        assert_eq!(body["type"], "recording");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_editor_has_the_terminal_also_if_stdin_and_stdout_are_redirected() {
        let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
        sandbox.write(
            "editor",
            "test -t 0 && test -t 1 && echo '{\"type\":\"x\"}' > \"$1\"",
        );
        let url = sink.url();
        let line = format!("echo '{{}}' | enx-hook send --data - --edit --url {url} | cat");
        let editor = [("EDITOR", "sh ./editor")];
        let (_, screen) = Terminal::run(&sandbox, &line, &editor).ended();
        assert_eq!(sink.next().body, b"{\"type\":\"x\"}\n", "{screen}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn without_a_terminal_and_without_an_editor_it_refuses() {
        let sandbox = Sandbox::new();
        let mut command = sandbox.program("setsid");
        command.args([
            "--wait",
            env!("CARGO_BIN_EXE_enx-hook"),
            "send",
            "roomdrop",
            "--edit",
        ]);
        Call::new(command)
            .run()
            .code(2)
            .tells("no terminal for an editor");
    }
}

#[test]
fn an_id_in_a_url_is_percent_encoded_and_elsewhere_as_typed() {
    let body = &sent(&["session_stop", "--session", "a/b c?é"])[0];
    assert_eq!(body["conf_num"], "a/b c?é");
    for event in ["metadata", "chatdata"] {
        let body = &sent(&[event, "--session", "a/b c?é"])[0];
        assert_eq!(body["conf_num"], "a/b c?é");
        let url = body["url"].as_str().unwrap();
        assert!(url.contains("/a%2Fb%20c%3F%C3%A9/"), "{url}");
    }
}

#[test]
fn a_number_where_a_string_is_wanted_names_the_option_that_sets_one() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let url = sink.url();
    let send = ["send", "roomdrop", "--url", &url];
    let run = sandbox.enx(&[&send[..], &["--set", "conf_num=55"]].concat());
    run.code(0)
        .tells("number-for-string")
        .tells("  --set-string conf_num=55 sets a string\n");
    // What is advised leads to no other warning.
    let run = sandbox.enx(&[&send[..], &["--set-string", "conf_num=55"]].concat());
    assert!(!run.code(0).err().contains("warning"), "{}", run.err());
}
