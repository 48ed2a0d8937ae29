//! A nats-server of our own, and what a plain client makes of it.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::{self, Context};
use futures_util::StreamExt as _;
use tokio::runtime::Runtime;

/// A server on a free port.
pub(crate) struct Nats {
    child: Child,
    port: u16,
    runtime: Runtime,
    context: Context,
}

fn program() -> PathBuf {
    let pinned = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/foreign/nats/bin/nats-server");
    match std::env::var_os("ENX_HOOK_BENCH_NATS") {
        Some(named) => named.into(),
        None if pinned.exists() => pinned,
        None => "nats-server".into(),
    }
}

impl Nats {
    /// Starts it, or says what is missing.
    pub(crate) fn start(folder: &Path) -> Result<Nats, String> {
        let program = program();
        let version = Command::new(&program).arg("--version").output();
        let version = version.map_err(|error| format!("{}: {error}", program.display()))?;
        println!("{}", String::from_utf8_lossy(&version.stdout).trim());
        let port = TcpListener::bind("127.0.0.1:0").and_then(|door| door.local_addr());
        let port = port.unwrap().port();
        let mut child = Command::new(&program)
            .args(["-js", "-a", "127.0.0.1", "-p", &port.to_string(), "-sd"])
            .arg(folder.join("store"))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        while !lines
            .next()
            .expect("it becomes ready")
            .unwrap()
            .contains("Server is ready")
        {}
        std::thread::spawn(move || lines.for_each(drop));
        let runtime = Runtime::new().unwrap();
        let context = runtime.block_on(async {
            let client = async_nats::connect(format!("127.0.0.1:{port}")).await;
            jetstream::new(client.unwrap())
        });
        Ok(Nats {
            child,
            port,
            runtime,
            context,
        })
    }

    pub(crate) fn url(&self, project: &str) -> String {
        format!("nats://127.0.0.1:{}/{project}", self.port)
    }

    pub(crate) fn create(url: &str) {
        let created = Command::new(env!("CARGO_BIN_EXE_enx-hook"))
            .args(["relay", "init", url])
            .output();
        assert!(created.unwrap().status.success());
    }

    /// How many messages the stream of a relay has.
    pub(crate) fn messages(&self, url: &str) -> u64 {
        let stream = self.runtime.block_on(self.context.get_stream(stream(url)));
        stream.map_or(0, |stream| stream.cached_info().state.messages)
    }

    /// Stops the server for a while.
    pub(crate) fn hang(&self) -> Hanging {
        signal("STOP", self.child.id());
        Hanging(self.child.id())
    }

    /// How long a plain consumer takes to append that many messages to a file, synced at the end.
    pub(crate) fn read(&self, url: &str, count: u64, file: &Path) -> Duration {
        let began = Instant::now();
        self.runtime.block_on(async {
            let client = async_nats::connect(format!("127.0.0.1:{}", self.port))
                .await
                .unwrap();
            let stream = jetstream::new(client)
                .get_stream(stream(url))
                .await
                .unwrap();
            let config = pull::Config {
                ack_policy: AckPolicy::None,
                memory_storage: true,
                ..Default::default()
            };
            let consumer: PullConsumer = stream.create_consumer(config).await.unwrap();
            let mut messages = consumer
                .stream()
                .max_messages_per_batch(1000)
                .messages()
                .await
                .unwrap();
            let mut file = std::io::BufWriter::new(File::create(file).unwrap());
            for _ in 0..count {
                let message = messages.next().await.unwrap().unwrap();
                file.write_all(&message.payload).unwrap();
                file.write_all(b"\n").unwrap();
            }
            file.into_inner().unwrap().sync_data().unwrap();
        });
        began.elapsed()
    }
}

/// The stream of the project in a URL.
fn stream(url: &str) -> String {
    format!("ENX_{}", url.rsplit('/').next().unwrap())
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server that hangs until this goes.
pub(crate) struct Hanging(u32);

impl Drop for Hanging {
    fn drop(&mut self) {
        signal("CONT", self.0);
    }
}

fn signal(name: &str, id: u32) {
    let sent = Command::new("kill")
        .args(["-s", name, &id.to_string()])
        .status();
    assert!(sent.unwrap().success());
}
