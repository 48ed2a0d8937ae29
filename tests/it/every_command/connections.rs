//! No telemetry, no update check: each command connects to the named target and to nothing else.
//! `strace` sees every connection that the process asks the system for.

use std::collections::BTreeSet;

use crate::support::{Nobody, Sandbox, Sink, record, shell, skip, tool};

/// The addresses of all connections and datagrams of a run.
fn connections(sandbox: &Sandbox, args: &[&str], ngrok: &str) -> BTreeSet<String> {
    let script = "exec strace -f -qq -e trace=connect,sendto,sendmsg,sendmmsg -o trace \"$@\"";
    shell(sandbox, script, args)
        .env("ENX_HOOK_NGROK_API", ngrok)
        .run();
    let trace = sandbox.text("trace");
    let addresses = trace.lines().filter_map(|line| {
        let (_, rest) = line.split_once("sa_family=AF_INET")?;
        let port = between(rest, "htons(", ")")?;
        let host =
            between(rest, "inet_addr(\"", "\"").or_else(|| between(rest, "AF_INET6, \"", "\""));
        Some(format!("{}:{port}", host.unwrap_or("?")))
    });
    addresses.collect()
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}

#[test]
fn every_command_connects_to_the_named_target_only() {
    if tool(&["strace"]).is_none() {
        return;
    }
    let sandbox = Sandbox::new();
    shell(&sandbox, "strace -qq -o trial true || rm -f trial", &[]).run();
    if !sandbox.path("trial").exists() {
        return skip("this system does not let strace trace");
    }
    let sink = Sink::answering(200).may_be_unused();
    let (url, nobody) = (sink.url(), Nobody::new());
    let secure = format!("https://{}/", nobody.address());
    let ngrok = Nobody::new();
    let api = ngrok.url();
    sandbox.write("one.json", "{\"type\":\"roomdrop\",\"conf_num\":\"7\"}");
    sandbox.write("log.jsonl", record(1, "{}") + "\n");
    let target = sink.address().to_string();
    let listen = "listen --port 0 --for 300ms --log new.jsonl";
    for (line, expected) in [
        ("events", None),
        ("events roomdrop", None),
        ("completions bash", None),
        ("init", None),
        ("allow", None),
        ("validate one.json --report r.xml", None),
        ("send roomdrop --dry-run", None),
        ("send --list", None),
        ("check --list", None),
        ("--help", None),
        ("--version", None),
        (&format!("send roomdrop --url {url}"), Some(&target)),
        (
            &format!("send --scenario redelivery --speed max --url {url}"),
            Some(&target),
        ),
        (
            &format!("send roomdrop --url {secure}"),
            Some(&nobody.address().to_string()),
        ),
        (&format!("replay log.jsonl --url {url}"), Some(&target)),
        (
            &format!("check --only transport --url {url}"),
            Some(&target),
        ),
        (
            &format!("{listen} --forward {url} --forward-from start"),
            Some(&target),
        ),
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let mut found = connections(&sandbox, &args, &api);
        if args[0] == "listen" {
            // The one address that is asked without being named: the ngrok agent of this machine.
            found.remove(&ngrok.address().to_string());
        }
        let expected: BTreeSet<String> = expected.cloned().into_iter().collect();
        if args[0] == "listen" {
            assert!(found.is_subset(&expected), "{line}: {found:?}");
        } else {
            assert_eq!(found, expected, "{line}");
        }
    }
}
