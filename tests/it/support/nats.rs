//! A real nats-server on a free port, with a store in a sandbox.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use super::{Sandbox, TOO_LONG, foreign, tool};

/// The programs to test with: that of the distribution and the pinned one. Empty where both are
/// missing; CI has both.
#[track_caller]
pub(crate) fn nats_servers() -> Vec<PathBuf> {
    let pinned =
        foreign(&["nats/bin/nats-server"]).map(|folder| folder.join("nats/bin/nats-server"));
    let usual = tool(&["nats-server"]).map(PathBuf::from);
    pinned.into_iter().chain(usual).collect()
}

/// A server. It keeps its port and its store over restarts.
pub(crate) struct Nats {
    program: PathBuf,
    config: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Nats {
    /// Starts a server with these lines in its configuration besides.
    #[track_caller]
    pub(crate) fn start(program: &Path, sandbox: &Sandbox, config: &str) -> Nats {
        // Another program may take the port in between; then the server does not start.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|door| door.local_addr());
        let port = port.expect("a free port").port();
        let store = sandbox.path("relay-store");
        let text = format!(
            "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: \"{}\" }}\n{config}\n",
            store.display()
        );
        sandbox.write("nats.conf", text);
        let mut nats = Nats {
            program: program.to_owned(),
            config: sandbox.path("nats.conf"),
            port,
            child: None,
        };
        nats.go_on();
        nats
    }

    /// The URL of a project.
    pub(crate) fn url(&self, project: &str) -> String {
        format!("nats://127.0.0.1:{}/{project}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// Ends it at once.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it again, and waits until it is ready.
    #[track_caller]
    pub(crate) fn go_on(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(&self.config);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("nats-server starts");
        let lines = BufReader::new(child.stderr.take().expect("stderr is a pipe")).lines();
        let (ready, told) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = ready.send(line);
            }
        });
        self.child = Some(child);
        let mut said = Vec::new();
        while let Ok(line) = told.recv_timeout(TOO_LONG) {
            if line.contains("Server is ready") {
                return;
            }
            said.push(line);
        }
        panic!("nats-server does not start\n{}", said.join("\n"));
    }

    /// Puts a copy of a store in the place of its own. It must not run.
    pub(crate) fn restore(&self, from: &Path, sandbox: &Sandbox) {
        assert!(self.child.is_none());
        let store = sandbox.path("relay-store");
        let _ = fs::remove_dir_all(&store);
        copy(from, &store);
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("a copy");
        }
    }
}
