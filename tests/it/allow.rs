//! `allow`: which configuration files count, and what becomes of the settings of the others.

use crate::support::{Listener, Reply, Run, Sandbox, Sink};

/// A configuration file with a target, and credentials beside it.
fn config(url: &str) -> String {
    format!(
        "url = '{url}'\nuser = 'enx'\n\n[targets.staging]\nurl = '{url}'\nheaders = {{ X = \"${{KEY}}\" }}\n\n[listen]\nport = 0\n"
    )
}

/// Every command that would post to a target of the file.
const POSTERS: [&[&str]; 6] = [
    &["send", "roomdrop"],
    &["send", "roomdrop", "--to", "staging"],
    &["send", "roomdrop", "--as", "curl"],
    &["replay", "one.jsonl"],
    &["replay", "one.jsonl", "--to", "staging"],
    &["check", "--only", "transport"],
];

fn sandbox(text: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("one.jsonl", "{\"type\":\"roomdrop\",\"conf_num\":\"7\"}\n");
    sandbox.write("enx-hook.toml", text);
    sandbox
}

#[track_caller]
fn refused(run: &Run, setting: &str) {
    run.code(2)
        .tells("enx-hook.toml is not allowed")
        .tells(&format!("its setting `{setting}` would be used"))
        .tells("`enx-hook allow`");
    assert_eq!(run.out(), "");
}

fn with_secrets(sandbox: &Sandbox, args: &[&str]) -> Run {
    let call = sandbox.call(args).env("ENX_HOOK_PASSWORD", "geheim");
    call.env("KEY", "geheim").run()
}

#[test]
fn a_found_file_gives_no_target_and_no_secret_until_it_is_allowed() {
    let sink = Sink::unused();
    let sandbox = sandbox(&config(&sink.url()));
    for args in POSTERS {
        let setting = if args.contains(&"--to") {
            "targets.staging"
        } else {
            "url"
        };
        let run = with_secrets(&sandbox, args);
        refused(&run, setting);
        run.hides("geheim");
    }
    // Nor from a folder below.
    sandbox.write("a/b/c", "");
    let call = sandbox.call(POSTERS[0]).folder(sandbox.path("a/b"));
    refused(&call.run(), "url");
}

#[test]
fn an_allowed_file_counts_until_urls_secrets_or_outside_paths_change() {
    let sink = Sink::answering(200);
    let text = config(&sink.url());
    let sandbox = sandbox(&text);
    let send = || with_secrets(&sandbox, &["send", "roomdrop", "--to", "staging"]);
    sandbox.enx(&["allow"]).code(0).hides("geheim");
    send().code(0);
    assert_eq!(sink.next().header("x"), Some("geheim"));
    // A comment, the port, and a log in the folder change nothing.
    let harmless = text.replace("port = 0", "port = 1 # new\nlog = 'logs/x.jsonl'");
    sandbox.write("enx-hook.toml", harmless);
    send().code(0);
    for change in [
        text.replace("{KEY}", "{OTHER}"),
        text.replace("user = 'enx'", "user = 'eve'"),
        text.replace("http://", "https://"),
        text.clone() + "log = '../log.jsonl'\n",
        text.clone() + "host = '0.0.0.0'\n",
        text.replace("port = 0", "user = 'x'"),
        text.replace("[targets.staging]", "[targets.staging]\ninsecure = true"),
        text.replace(
            "[targets.staging]",
            "[targets.more]\nurl = 'http://h/'\n[targets.staging]",
        ),
    ] {
        sandbox.write("enx-hook.toml", &change);
        send()
            .code(2)
            .tells("changed since it was allowed")
            .tells("`enx-hook allow`");
        sandbox.enx(&["allow"]).code(0);
        sandbox.write("enx-hook.toml", &text);
        send().code(2);
        sandbox.enx(&["allow"]).code(0);
    }
    // Elsewhere the same file is another file.
    sandbox.write("copy/enx-hook.toml", &text);
    let call = sandbox
        .call(&["send", "roomdrop"])
        .folder(sandbox.path("copy"));
    refused(&call.run(), "url");
    assert_eq!(sink.count(), 2);
}

#[test]
fn what_the_user_wrote_or_names_needs_no_permission() {
    let sink = Sink::answering(200);
    let text = config(&sink.url());
    let args = ["send", "roomdrop"];
    let run = |sandbox: &Sandbox, args: &[&str]| with_secrets(sandbox, args);

    let sandbox = Sandbox::new();
    sandbox.write("home/enx-hook/enx-hook.toml", &text);
    run(&sandbox, &args).code(0);
    // The same file, found from its own folder.
    let call = sandbox.call(&args).env("ENX_HOOK_PASSWORD", "x");
    call.folder(sandbox.path("home/enx-hook")).run().code(0);

    let sandbox = Sandbox::new();
    sandbox.write("ci/any.toml", &text);
    sandbox.write("enx-hook.toml", "nonsense = 1");
    run(&sandbox, &["send", "roomdrop", "--config", "ci/any.toml"]).code(0);
    let call = sandbox.call(&args).env("ENX_HOOK_PASSWORD", "x");
    call.env("ENX_HOOK_CONFIG", "ci/any.toml").run().code(0);
    let args = ["send", "roomdrop", "--config", "none.toml"];
    run(&sandbox, &args).code(2).tells("none.toml");
    #[cfg(unix)]
    sandbox
        .enx(&[
            "replay",
            "ci/any.toml",
            "--dry-run",
            "--config",
            "/dev/null",
        ])
        .tells("the default: where");

    let sandbox = Sandbox::new();
    sandbox.enx(&["init"]).code(0);
    let first = sandbox.text("enx-hook.toml") + &text;
    sandbox.write("enx-hook.toml", &first);
    run(&sandbox, &["send", "roomdrop"]).code(0);
    run(&sandbox, &["send", "roomdrop"]).code(0);
    sandbox.write("enx-hook.toml", first.replace("'enx'", "'eve'"));
    run(&sandbox, &["send", "roomdrop"])
        .code(2)
        .tells("changed");
    // Another folder at the same path is not the one of `init`.
    let init = sandbox.call(&["init"]);
    sandbox.write("p/x", "");
    init.folder(sandbox.path("p")).run().code(0);
    std::fs::remove_dir_all(sandbox.path("p")).unwrap();
    sandbox.write("p/enx-hook.toml", &text);
    let call = sandbox
        .call(&["send", "roomdrop"])
        .folder(sandbox.path("p"));
    refused(&call.run(), "url");
    assert_eq!(sink.count(), 6);
}

#[test]
fn what_is_typed_takes_the_place_of_what_is_refused() {
    let (sink, other) = (Sink::answering(200), Sink::unused());
    let sandbox =
        sandbox(&(config(&other.url()) + "user = 'x'\npassword_file = 'p'\nlog = '/x'\n"));
    with_secrets(&sandbox, &["send", "roomdrop", "--url", &sink.url()]).code(0);
    let request = sink.next();
    assert_eq!(request.header("authorization"), None);
    let call = sandbox.call(&["send", "roomdrop"]);
    call.env("ENX_HOOK_URL", &sink.url()).run().code(0);
    for args in [&["send", "--list"][..], &["check", "--list"], &["events"]] {
        sandbox.enx(args).code(0);
    }
    let args = ["listen", "--max-events", "1", "--for", "0s"];
    refused(&sandbox.enx(&args), "listen.user");
    refused(
        &sandbox.enx(&[&args[..], &["--user", "a:b"]].concat()),
        "listen.log",
    );
    let args = [&args[..], &["--user", "a:b", "--no-log", "--for", "1ms"]].concat();
    let run = sandbox.enx(&args);
    assert!(!run.err().contains("allowed"), "{run}");
}

#[test]
fn harmless_settings_need_no_permission_and_a_log_outside_does() {
    let sandbox = Sandbox::new();
    let listen = |text: &str| {
        sandbox.write("p/enx-hook.toml", format!("[listen]\nport = 0\n{text}"));
        sandbox
            .call(&["listen", "--max-events", "1"])
            .folder(sandbox.path("p"))
    };
    for text in [
        "",
        "host = '127.0.0.1'",
        "log = 'my.jsonl'",
        "log = './new.jsonl'",
    ] {
        let listener = Listener::of(listen(text));
        listener.post("{}");
        listener.ended();
    }
    assert!(sandbox.path("p/my.jsonl").exists());
    for log in [
        "../x.jsonl",
        "/tmp/x.jsonl",
        ".git/index",
        "a/.b/x.jsonl",
        "a/../../x.jsonl",
        "no/such/../../../x",
    ] {
        refused(&listen(&format!("log = '{log}'")).run(), "listen.log");
    }
    refused(&listen("host = '0.0.0.0'").run(), "listen.host");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("..", sandbox.path("p/up")).unwrap();
        std::fs::write(sandbox.path("profile"), "").unwrap();
        std::os::unix::fs::symlink("../profile", sandbox.path("p/in.jsonl")).unwrap();
        refused(&listen("log = 'up/x.jsonl'").run(), "listen.log");
        refused(&listen("log = 'in.jsonl'").run(), "listen.log");
    }
}

#[test]
fn allow_shows_what_it_allows_lists_and_revokes() {
    let sandbox = Sandbox::new();
    sandbox.enx(&["allow"]).code(2).tells("enx-hook init");
    sandbox.enx(&["allow", "--list"]).code(0);
    let text = "url = 'https://u:geheim@h.example/\\u001b'\nuser = 'enx:geheim'\n[targets.headers]\nurl = 'http://u:geheim@h/'\n[targets.a]\nurl = 'http://h/'\nheaders = { K = 'geheim', V = \"a ${KEY} ${TWO}\" }\n";
    sandbox.write(
        "p/enx-hook.toml",
        text.replace(
            "'https://u:geheim@h.example/\\u001b'",
            "\"https://u:geheim@h.example/\\u001b\"",
        ),
    );
    let run = sandbox.enx(&["allow", "p"]);
    run.code(0)
        .tells("url = https://u:***@h.example/\\u{1b}\n")
        .tells("user = enx:***\n")
        .tells("targets.headers.url = http://u:***@h/\n")
        .tells("targets.a.headers.K = ***\n")
        .tells("targets.a.headers.V = ${KEY}${TWO}\n")
        .hides("geheim")
        .hides("\u{1b}");
    let path = sandbox
        .path("p")
        .canonicalize()
        .unwrap()
        .join("enx-hook.toml");
    let listed = sandbox.enx(&["allow", "--list"]);
    assert_eq!(listed.out(), format!("{}\n", path.display()));
    let call = sandbox.call(&["send", "roomdrop", "--dry-run"]);
    call.folder(sandbox.path("p")).run().code(0);
    sandbox.enx(&["allow", "--revoke", "p"]).code(0);
    sandbox
        .enx(&["allow", "--revoke", "p/enx-hook.toml"])
        .code(1);
    let call = sandbox.call(&["send", "roomdrop", "--dry-run"]);
    refused(&call.folder(sandbox.path("p")).run(), "url");
    assert_eq!(sandbox.enx(&["allow", "--list"]).out(), "");
    // A file that is gone can be revoked too.
    sandbox.enx(&["allow", "p"]).code(0);
    std::fs::remove_file(&path).unwrap();
    sandbox.enx(&["allow", "--list"]).says("(does not exist)");
    sandbox
        .enx(&["allow", "--revoke", "p/enx-hook.toml"])
        .code(0);
}

#[test]
fn posting_to_a_public_host_that_a_file_names_needs_consent() {
    let proxy = Sink::answering(200);
    let text = "url = 'http://hook.example/a'\n[targets.live]\nurl = 'http://hook.example/b'\n";
    let sandbox = sandbox(text);
    sandbox.enx(&["allow"]).code(0);
    let run = |args: &[&str]| sandbox.call(args).env("HTTP_PROXY", &proxy.url()).run();
    for args in &POSTERS[..5] {
        let args: Vec<&str> = args
            .iter()
            .map(|arg| if *arg == "staging" { "live" } else { arg })
            .collect();
        if args.contains(&"--as") {
            run(&args).code(0);
            continue;
        }
        run(&args)
            .code(2)
            .tells("hook.example is a public host")
            .tells("--yes");
        run(&[&args[..], &["--dry-run"]].concat()).code(0);
        run(&[&args[..], &["--yes"]].concat()).code(0);
        assert!(proxy.next().word(1).starts_with("http://hook.example/"));
    }
    run(&["send", "roomdrop", "--url", "http://hook.example/c"]).code(0);
    let call = sandbox
        .call(&["replay", "one.jsonl"])
        .env("HTTP_PROXY", &proxy.url());
    call.env("ENX_HOOK_URL", "http://hook.example/d")
        .run()
        .code(0);
    assert_eq!(proxy.count(), 6);
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_the_consent_is_a_question() {
    use crate::support::Terminal;
    let proxy = Sink::new(|_, _| Reply::status(200));
    let sandbox = sandbox("url = 'http://hook.example/a'\n");
    sandbox.enx(&["allow"]).code(0);
    for (line, key, code) in [
        ("enx-hook send roomdrop", "n", 130),
        ("enx-hook replay one.jsonl", "n", 130),
        ("enx-hook send roomdrop", "y", 0),
        ("enx-hook replay one.jsonl", "y", 0),
    ] {
        let url = proxy.url();
        let mut terminal = Terminal::run(&sandbox, line, &[("HTTP_PROXY", &url)]);
        terminal.wait_for("hook.example is a public host");
        terminal.press(key);
        assert_eq!(terminal.ended().0, Some(code), "{line} {key}");
    }
    assert_eq!(proxy.count(), 2);
}

#[cfg(unix)]
mod on_unix {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, chown};

    use super::*;
    use crate::support::{shell, skip};

    #[test]
    fn a_file_of_another_user_never_counts() {
        let sink = Sink::answering(200);
        let sandbox = sandbox(&config(&sink.url()));
        let path = sandbox.path("enx-hook.toml");
        sandbox.enx(&["allow"]).code(0);
        if chown(&path, Some(12345), None).is_err() {
            return skip("only root can give a file away");
        }
        let told = "belongs to another user";
        sandbox
            .enx(&["allow"])
            .code(2)
            .tells(told)
            .tells("--config");
        for args in POSTERS {
            with_secrets(&sandbox, args)
                .code(2)
                .tells(told)
                .hides("geheim");
        }
        // Not even a port is taken from it.
        sandbox
            .enx(&["listen"])
            .code(2)
            .tells(told)
            .tells("listen.port");
        with_secrets(&sandbox, &["send", "roomdrop", "--url", &sink.url()]).code(0);
        with_secrets(&sandbox, &["send", "roomdrop", "--config", "enx-hook.toml"]).code(0);
        let args = ["replay", "one.jsonl", "--dry-run", "--config", "/dev/null"];
        sandbox.enx(&args).code(0);
        // A link of one's own to it is no better.
        fs::rename(&path, sandbox.path("theirs")).unwrap();
        std::os::unix::fs::symlink("theirs", &path).unwrap();
        sandbox.enx(&["send", "roomdrop"]).code(2).tells(told);
        assert_eq!(sink.count(), 2);
    }

    #[test]
    fn a_pipe_in_place_of_the_file_does_not_hang() {
        let sandbox = sandbox("");
        fs::remove_file(sandbox.path("enx-hook.toml")).unwrap();
        let script = "mkfifo enx-hook.toml; exec \"$@\"";
        let run = shell(&sandbox, script, &["send", "roomdrop"]).run();
        run.code(2).tells("not a regular file").tells("--config");
    }

    #[test]
    fn a_folder_that_cannot_be_entered_is_passed_over() {
        let sandbox = sandbox("");
        sandbox.write("closed/work/one.jsonl", "{}\n");
        sandbox.write("closed/enx-hook.toml", "nonsense = 1");
        sandbox.write("home/enx-hook/enx-hook.toml", "nonsense = 1");
        let mode = |path: &str, mode| {
            fs::set_permissions(sandbox.path(path), Permissions::from_mode(mode)).unwrap();
        };
        mode("", 0o755);
        // Root enters every folder, so the program runs as nobody.
        let script = "cd closed/work && chmod 0 .. ../../home || exit 9
            if [ \"$(id -u)\" != 0 ]; then exec \"$@\"; fi
            exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"";
        let args = ["send", "roomdrop", "--dry-run", "--config", ""];
        let run = shell(&sandbox, script, &args[..3]).run();
        mode("closed", 0o755);
        mode("home", 0o755);
        run.code(0).tells("the default: where");
    }

    #[test]
    fn the_list_is_its_owners_and_a_later_version_of_it_is_named() {
        let sandbox = sandbox("url = 'http://h/'\n");
        sandbox.enx(&["allow"]).code(0);
        let folder = sandbox.path("home/.local/state/enx-hook/allowed");
        let entries: Vec<_> = fs::read_dir(&folder).unwrap().collect();
        let [Ok(entry)] = &entries[..] else {
            panic!("{entries:?}")
        };
        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(folder.clone()), mode(entry.path())), (0o700, 0o600));
        let text = fs::read_to_string(entry.path()).unwrap();
        assert!(text.starts_with("{\"enx_hook_allowed\":1,"), "{text}");
        fs::write(entry.path(), text.replace(":1,", ":2,")).unwrap();
        let run = sandbox.enx(&["send", "roomdrop", "--dry-run"]);
        run.code(2).tells("version 2").tells("`enx-hook allow`");
        fs::write(entry.path(), "broken").unwrap();
        sandbox.enx(&["send", "roomdrop", "--dry-run"]).code(2);
        sandbox.enx(&["allow"]).code(0);
        sandbox.enx(&["send", "roomdrop", "--dry-run"]).code(0);
    }
}
