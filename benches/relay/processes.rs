//! The program in processes of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

fn run(folder: &Path, own: &[&str], args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_enx-hook"));
    command.args(own).args(["--format", "quiet"]).args(args);
    command.current_dir(folder).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// `listen`, on a free port.
pub(crate) struct Listener {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Listener {
    pub(crate) fn start(folder: &Path, args: &[&str]) -> Listener {
        let mut child = run(folder, &["listen", "--port", "0"], args);
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("it says where it is").unwrap();
            let mut words = line.split_whitespace();
            if let Some(word) = words.find_map(|word| word.strip_prefix("http://")) {
                break word.trim_end_matches('/').parse().unwrap();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        Listener { child, address }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `follow`, from the beginning of a relay.
pub(crate) struct Follower(Child);

impl Follower {
    pub(crate) fn start(folder: &Path, url: &str, args: &[&str]) -> Follower {
        let mut child = run(folder, &["follow", url, "--from-start"], args);
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || lines.for_each(drop));
        Follower(child)
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
