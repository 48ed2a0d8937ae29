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
    store: PathBuf,
    port: u16,
    child: Option<Child>,
    /// The size of the disk that the store gets; nothing takes that of the sandbox.
    disk: Option<&'static str>,
}

impl Nats {
    /// Starts a server with these lines in its configuration besides.
    #[track_caller]
    pub(crate) fn start(program: &Path, sandbox: &Sandbox, config: &str) -> Nats {
        Nats::with(program, sandbox, config, None)
    }

    /// The same with a disk of that size for its store, such as `20m`. It is gone with the server.
    #[track_caller]
    pub(crate) fn on_disk(program: &Path, sandbox: &Sandbox, size: &'static str) -> Nats {
        Nats::with(program, sandbox, "", Some(size))
    }

    #[track_caller]
    fn with(program: &Path, sandbox: &Sandbox, config: &str, disk: Option<&'static str>) -> Nats {
        // Another program may take the port in between; then the server does not start.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|door| door.local_addr());
        let port = port.expect("a free port").port();
        let mut nats = Nats {
            program: program.to_owned(),
            config: sandbox.path("nats.conf"),
            store: sandbox.path("relay-store"),
            port,
            child: None,
            disk,
        };
        nats.configure(config);
        nats.go_on();
        nats
    }

    fn configure(&self, config: &str) {
        let text = format!(
            "listen: \"127.0.0.1:{}\"\njetstream {{ store_dir: \"{}\", max_file_store: 2GB }}\n{config}\n",
            self.port,
            self.store.display()
        );
        fs::write(&self.config, text).expect("a configuration");
    }

    /// Lets it read another configuration while it runs.
    #[track_caller]
    pub(crate) fn reload(&self, config: &str) {
        self.configure(config);
        let mut kill = Command::new("kill");
        kill.args(["-s", "HUP", &self.pid().to_string()]);
        assert!(kill.status().expect("kill runs").success());
    }

    /// From its next start on, the store is in the sandbox.
    pub(crate) fn leave_disk(&mut self) {
        self.disk = None;
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
        let mut command = match self.disk {
            None => Command::new(&self.program),
            Some(size) => {
                fs::create_dir_all(&self.store).expect("a folder");
                let mount = format!("mount -t tmpfs -o size={size} none \"$0\" && exec \"$@\"");
                let mut command = Command::new("unshare");
                command.args(["-rm", "sh", "-c", &mount]);
                command.arg(&self.store).arg(&self.program);
                command
            }
        };
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
