//! Files that the program writes: for whom, through what, and what is there if it fails.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use crate::support::{Listener, Reply, Run, Running, Sandbox, Sink, record, shell};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A sandbox with a document and a log of two records.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let body = "{\"type\":\"roomdrop\",\"conf_num\":\"7\"}";
    sandbox.write(
        "log.jsonl",
        record(1, body) + "\n" + &record(2, body) + "\n",
    );
    sandbox.write("one.json", body);
    sandbox
}

/// Runs the binary with a umask that lets the group read, and no others.
fn with_umask(sandbox: &Sandbox, args: &[&str]) -> Run {
    shell(sandbox, "umask 027; exec \"$@\"", args).run()
}

/// Every command that writes reports, and the kinds that it writes.
fn reports(url: &str) -> Vec<(Vec<String>, &'static [&'static str])> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect();
    vec![
        (
            words(&format!("replay log.jsonl --url {url}")),
            &["xml", "har", "json"],
        ),
        (
            words(&format!("send roomdrop --url {url}")),
            &["xml", "json"],
        ),
        (words("validate one.json"), &["xml", "sarif", "json"]),
        (
            words(&format!(
                "check --url {url} --only transport --yes --for 20s"
            )),
            &["xml"],
        ),
    ]
}

#[test]
fn a_report_keeps_the_mode_of_its_file_and_a_new_one_follows_the_umask() {
    let sandbox = sandbox();
    let sink = Sink::answering(200);
    for (args, kinds) in reports(&sink.url()) {
        for kind in kinds {
            let name = format!("{}.{kind}", args[0]);
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let args = [&args[..], &["--report", &name]].concat();
            let path = sandbox.path(&name);
            with_umask(&sandbox, &args);
            assert_eq!(mode(&path), 0o640, "{name} is new");
            let first = fs::read(&path).unwrap();
            assert!(!first.is_empty(), "{name}");
            for kept in [0o600, 0o664] {
                set_mode(&path, kept);
                with_umask(&sandbox, &args);
                assert_eq!(mode(&path), kept, "{name} was there");
            }
        }
    }
    let left = fs::read_dir(sandbox.path("")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    let hidden = |name: &&std::ffi::OsString| name.as_encoded_bytes().starts_with(b".");
    assert_eq!(left.iter().filter(hidden).count(), 0, "{left:?}");
}

#[test]
fn a_report_goes_through_a_link_and_leaves_the_link() {
    let sandbox = sandbox();
    let sink = Sink::answering(200);
    for (args, kinds) in reports(&sink.url()) {
        let (name, link) = (format!("real.{}", kinds[0]), format!("link.{}", kinds[0]));
        sandbox.write(&name, "before");
        let _ = fs::remove_file(sandbox.path(&link));
        symlink(&name, sandbox.path(&link)).unwrap();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        sandbox.enx(&[&args[..], &["--report", &link]].concat());
        assert!(sandbox.path(&link).is_symlink(), "{args:?}");
        assert!(sandbox.text(&name).starts_with('<'), "{args:?}");
    }
}

#[test]
fn an_existing_report_survives_a_run_that_is_killed() {
    let sandbox = sandbox();
    for name in ["out.xml", "out.har", "out.json"] {
        sandbox.write(name, "before");
        let sink = Sink::new(|number, _| match number {
            0 => Reply::status(200),
            _ => Reply::Hang,
        });
        let url = sink.url();
        let args = ["replay", "log.jsonl", "--url", &url, "--report", name];
        let run = Running::of(sandbox.call(&args));
        sink.next();
        sink.next();
        run.signal("KILL");
        run.ended();
        assert_eq!(sandbox.text(name), "before", "{name}");
    }
}

#[test]
fn state_is_its_owners_alone_whatever_the_umask() {
    let sandbox = sandbox();
    let sink = Sink::answering(200);
    let url = sink.url();
    with_umask(
        &sandbox,
        &["replay", "log.jsonl", "--url", &url, "--resume", "done"],
    )
    .code(0);
    assert_eq!(mode(&sandbox.path("done")), 0o600);
    let listener = Listener::start(
        &sandbox,
        &[
            "--log",
            "new.jsonl",
            "--forward",
            &url,
            "--ready-file",
            "ready",
        ],
    );
    let mut seen = 0;
    for entry in fs::read_dir(sandbox.path("")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("new.jsonl") || name == "ready" {
            assert_eq!(mode(&path), 0o600, "{name}");
            seen += 1;
        }
    }
    // The log, its lock, the cursor and the file of readiness.
    assert_eq!(seen, 4);
    drop(listener);
}

#[test]
fn state_is_not_written_through_a_link() {
    let sandbox = sandbox();
    let sink = Sink::answering(200).may_be_unused();
    let url = sink.url();
    sandbox.write("precious", "mine");
    symlink("precious", sandbox.path("done")).unwrap();
    sandbox
        .enx(&["replay", "log.jsonl", "--url", &url, "--resume", "done"])
        .code(3)
        .tells("done")
        .tells("symbolic link");
    symlink("precious", sandbox.path("ready")).unwrap();
    let args = ["listen", "--port", "0", "--ready-file", "ready"];
    sandbox
        .enx(&args)
        .code(3)
        .tells("ready")
        .tells("symbolic link");
    assert!(sandbox.path("ready").is_symlink());
    // The name of the cursor depends on the target, so a first run says it.
    let forward = ["--log", "new.jsonl", "--forward", &url];
    drop(Listener::start(&sandbox, &forward));
    let entries = fs::read_dir(sandbox.path("")).unwrap();
    let cursor = entries
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("new.jsonl.forward-"))
        .unwrap();
    fs::rename(&cursor, sandbox.path("kept")).unwrap();
    symlink("kept", &cursor).unwrap();
    let before = sandbox.text("kept");
    let args = [&["listen", "--port", "0"], &forward[..]].concat();
    sandbox.enx(&args).code(3).tells("symbolic link");
    assert_eq!(sandbox.text("kept"), before);
    assert_eq!(sandbox.text("precious"), "mine");
}

#[test]
fn init_replaces_a_file_whole_and_only_if_that_is_asked_for() {
    let sandbox = Sandbox::new();
    with_umask(&sandbox, &["init"]).code(0);
    let path = sandbox.path("enx-hook.toml");
    assert_eq!(mode(&path), 0o640);
    let written = sandbox.text("enx-hook.toml");
    sandbox.write("enx-hook.toml", "port = 3\n");
    set_mode(&path, 0o600);
    sandbox.enx(&["init"]).code(2);
    assert_eq!(sandbox.text("enx-hook.toml"), "port = 3\n");
    sandbox.enx(&["init", "--force"]).code(0);
    assert_eq!(sandbox.text("enx-hook.toml"), written);
    assert_eq!(mode(&path), 0o600);
}
