//! A TCP proxy that can swallow all bytes for a while, or cut its connections.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// A proxy on a free port.
pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Whether bytes are held back, as where packets are dropped.
    holds: Mutex<bool>,
    changed: Condvar,
    streams: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// Begins to pass connections on to that port of this machine.
    pub(crate) fn to(port: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let state = Arc::<State>::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else {
                    continue;
                };
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else {
                        continue;
                    };
                    let state = Arc::clone(&shared);
                    thread::spawn(move || copy(from, to, &state));
                }
                let mut streams = shared.streams.lock().expect("no panic");
                streams.extend([client, server]);
            }
        });
        Proxy { address, state }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Begins or ends to hold back all bytes. Connections stay, and new ones are taken.
    pub(crate) fn hold(&self, holds: bool) {
        *self.state.holds.lock().expect("no panic") = holds;
        self.state.changed.notify_all();
    }

    /// Cuts all connections.
    pub(crate) fn cut(&self) {
        for stream in self.state.streams.lock().expect("no panic").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.cut();
        self.hold(false);
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream, state: &State) {
    let mut bytes = [0; 8192];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        let holds = state.holds.lock().expect("no panic");
        let holds = state.changed.wait_while(holds, |holds| *holds);
        drop(holds.expect("no panic"));
        if to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
