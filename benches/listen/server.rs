//! A server in a process of its own: started, found, watched, ended.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::usage;

/// A server that runs.
pub(crate) struct Server {
    child: Child,
    /// Where it is.
    pub(crate) url: String,
    /// Where its inspector is, if it has one.
    pub(crate) inspector: String,
}

impl Server {
    /// One that does less: this program itself.
    pub(crate) fn floor(file: Option<&Path>) -> Server {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(super::FLOOR, file.unwrap_or(Path::new("")));
        command.stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (url, inspector) = urls_in(child.stdout.take().unwrap(), false);
        Server {
            child,
            url,
            inspector,
        }
    }

    /// `listen` in that folder, showing nothing.
    pub(crate) fn listen(folder: &Path, args: &[&str]) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_enx-hook"));
        command
            .args(["listen", "--port", "0", "--format", "quiet"])
            .args(args)
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let has_inspector = args.iter().any(|arg| arg.starts_with("--inspect"));
        let (url, inspector) = urls_in(child.stderr.take().unwrap(), has_inspector);
        Server {
            child,
            url,
            inspector,
        }
    }

    /// `listen` in that folder, showing events to a terminal that nobody looks at; nothing
    /// without `script` of util-linux.
    pub(crate) fn listen_on_terminal(folder: &Path) -> Option<Server> {
        let ready = folder.join("ready");
        let line = format!(
            "exec {} listen --port 0 --ready-file ready",
            env!("CARGO_BIN_EXE_enx-hook")
        );
        let mut command = Command::new("script");
        command
            .args(["-qfec", &line, "/dev/null"])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let child = command.spawn().ok()?;
        loop {
            if let Ok(url) = std::fs::read_to_string(&ready)
                && url.ends_with('\n')
            {
                let url = url.trim().to_owned();
                return Some(Server {
                    child,
                    url,
                    inspector: String::new(),
                });
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }

    /// Seconds of a core that it has had, where the system tells.
    pub(crate) fn cpu(&self) -> Option<f64> {
        usage::cpu(&self.child.id().to_string())
    }

    /// KiB that it has resident now, where the system tells.
    pub(crate) fn resident(&self) -> Option<u64> {
        usage::resident(&self.child.id().to_string()).map(|resident| resident.now)
    }

    /// Ends it as Ctrl-C does, and waits for that.
    pub(crate) fn interrupt(mut self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", "INT", &id]).status();
        assert!(sent.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first URL that a stream says, and the address in that of the inspector if there is one. The
/// rest is read too, so that nobody is kept waiting.
fn urls_in(stream: impl Read + Send + 'static, has_inspector: bool) -> (String, String) {
    let mut lines = BufReader::new(stream).lines();
    let mut next = || loop {
        let line = lines.next().expect("it says where it is").unwrap();
        let mut words = line.split_whitespace();
        if let Some(word) = words.find(|word| word.starts_with("http://")) {
            break word.to_owned();
        }
    };
    let url = format!("{}/hook", next().trim_end_matches('/'));
    let inspector = if has_inspector { next() } else { String::new() };
    let address = inspector.trim_start_matches("http://").split('/').next();
    let address = address.unwrap_or_default().to_owned();
    std::thread::spawn(move || lines.for_each(drop));
    (url, address)
}
