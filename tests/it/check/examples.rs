//! The receivers in `examples/receivers` and the handlers in `examples/handlers`: the correct ones
//! pass every check, and of the flawed one just the flaws that its list names are found.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use super::{check, found, with_result};
use crate::support::{Sandbox, foreign, tool};

/// A receiver that runs; gone with its value.
struct Example {
    child: Child,
    url: String,
}

impl Example {
    /// Starts it on a free port, and waits until it says where it listens.
    fn start(mut command: Command) -> Example {
        command
            .arg("0")
            .env("RECEIVER_USER", "enx")
            .env("RECEIVER_PASSWORD", "secret")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line.trim().strip_prefix("listening on ").map(str::to_owned);
        let url = url.unwrap_or_else(|| panic!("no ready line: {line}"));
        Example { child, url }
    }

    /// Starts PHP's own server. It cannot choose a free port itself, so another program may take
    /// the port first; then another one is tried.
    fn start_php(php: &str, folder: &Path) -> Example {
        for _ in 0..20 {
            let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let address = free.local_addr().unwrap();
            drop(free);
            let mut command = Command::new(php);
            command
                .args(["-S", &address.to_string()])
                .arg(example("handlers", "hook.php"))
                .env("WEBHOOK_FOLDER", folder)
                .env("RECEIVER_USER", "enx")
                .env("RECEIVER_PASSWORD", "secret")
                .stdin(Stdio::null())
                .stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let mut log = BufReader::new(child.stderr.take().unwrap());
            let mut line = String::new();
            log.read_line(&mut line).unwrap();
            if line.contains(" started") {
                // The server writes a line for each request, and would wait for a full pipe.
                std::thread::spawn(move || log.read_to_end(&mut Vec::new()));
                let url = format!("http://{address}/hook");
                return Example { child, url };
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        panic!("PHP's server starts on none of 20 ports");
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn example(folder: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(folder)
        .join(name)
}

/// An example in Rust, built as this test is: `cargo test --test it` does not build them.
fn built(name: &str) -> Command {
    static BUILT: OnceLock<()> = OnceLock::new();
    let folder = Path::new(env!("CARGO_BIN_EXE_enx-hook")).parent().unwrap();
    BUILT.get_or_init(|| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args([
            "build",
            "--quiet",
            "--locked",
            "--example",
            "receiver",
            "--example",
            "flawed",
        ]);
        if folder.ends_with("release") {
            cargo.arg("--release");
        }
        cargo.arg("--target-dir").arg(folder.parent().unwrap());
        cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
        assert!(
            cargo.status().unwrap().success(),
            "the examples do not build"
        );
    });
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Command::new(folder.join("examples").join(file))
}

/// A script with its runtime.
fn script(runtimes: &[&'static str], name: &str) -> Option<Command> {
    let mut command = Command::new(tool(runtimes)?);
    command.arg(example("receivers", name));
    Some(command)
}

/// All pass: also what needs to see the effects.
#[track_caller]
fn passes(command: Command) {
    passes_but(&[], &Example::start(command));
}

/// All pass, except for these warnings.
#[track_caller]
fn passes_but(warnings: &[&str], example: &Example) {
    let effects = example.url.replace("/hook", "/effects");
    let args = ["--user", "enx:secret", "--verify", &effects];
    let run = check(&example.url, &args);
    run.code(0);
    assert_eq!(
        with_result(&run, &["fail", "warn"]),
        warnings,
        "{}",
        run.out()
    );
    let skipped = with_result(&run, &["skip"]);
    assert_eq!(skipped, ["https", "certificate", "certificate-expiry"]);
}

#[test]
fn the_receiver_in_rust_passes_every_check() {
    passes(built("receiver"));
}

#[test]
fn the_receiver_in_node_passes_every_check() {
    if let Some(command) = script(&["node"], "receiver.mjs") {
        passes(command);
    }
}

#[test]
fn the_receiver_in_python_passes_every_check() {
    if let Some(command) = script(&["python3", "python"], "receiver.py") {
        passes(command);
    }
}

/// The handler downloads what the events of a session name, and passes the checks of that.
#[track_caller]
fn downloads(mut command: Command) {
    let sandbox = Sandbox::new();
    command
        .env("DOWNLOADS", sandbox.path("files"))
        .env("FILES_USER", "files")
        .env("FILES_PASSWORD", "pass word");
    let example = Example::start(command);
    let args = ["--user", "enx:secret", "--strict", "--only", "files"];
    let run = check(
        &example.url,
        &[&args[..], &["--files-user", "files:pass word"]].concat(),
    );
    run.code(0);
    assert_eq!(with_result(&run, &["pass"]).len(), 4, "{}", run.out());
    let stored = std::fs::read_dir(sandbox.path("files")).unwrap();
    let names = stored.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: Vec<String> = names.collect();
    assert_eq!(names.len(), 27, "nine files, three times: {names:?}");
    assert!(names.iter().all(|name| !name.contains("part")), "{names:?}");
}

fn express() -> Option<Command> {
    let (node, folder) = (tool(&["node"])?, foreign(&["node_modules/express"])?);
    let mut command = Command::new(node);
    command
        .arg(example("handlers", "express.js"))
        .env("NODE_PATH", folder.join("node_modules"));
    Some(command)
}

fn flask() -> Option<Command> {
    let python = tool(&["python3", "python"])?;
    let folder = foreign(&["python/flask"])?;
    let mut command = Command::new(python);
    command
        .arg(example("handlers", "flask_app.py"))
        .env("PYTHONPATH", folder.join("python"));
    Some(command)
}

#[test]
fn the_handler_in_express_downloads_the_files() {
    express().into_iter().for_each(downloads);
}

#[test]
fn the_handler_in_flask_downloads_the_files() {
    flask().into_iter().for_each(downloads);
}

#[test]
fn the_handler_in_express_passes_every_check() {
    express().into_iter().for_each(passes);
}

#[test]
fn the_handler_in_flask_passes_every_check() {
    if let Some(command) = flask() {
        // The server of Flask's own tools closes each connection.
        passes_but(&["keep-alive"], &Example::start(command));
    }
}

#[test]
fn the_handler_in_php_passes_every_check() {
    if let Some(php) = tool(&["php"]) {
        let sandbox = Sandbox::new();
        // PHP's own server closes each connection.
        passes_but(
            &["keep-alive"],
            &Example::start_php(php, &sandbox.path("bodies")),
        );
    }
}

#[test]
fn of_the_flawed_receiver_just_the_listed_flaws_are_found() {
    let listed: Value = serde_json::from_str(
        &std::fs::read_to_string(example("receivers", "flawed.json")).unwrap(),
    )
    .unwrap();
    let listed = listed.as_array().unwrap().iter();
    let listed: BTreeSet<String> = listed.map(|flaw| super::text(flaw, "check")).collect();
    assert!(listed.len() >= 10);
    let example = Example::start(built("flawed"));
    let run = check(&example.url, &["--user", "enx:secret"]);
    run.code(1);
    assert_eq!(
        found(&run).into_iter().collect::<BTreeSet<_>>(),
        listed,
        "{}",
        run.out()
    );
}
