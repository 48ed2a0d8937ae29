//! A port that is ours from the beginning, and opened when a test wants it.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;

use tokio::net::TcpSocket;
use tokio::runtime::{Builder, Runtime};

/// A closed port: connections to it are refused, and nobody else can get it.
pub(crate) struct Door {
    runtime: Runtime,
    socket: TcpSocket,
}

impl Door {
    pub(crate) fn closed() -> Door {
        let runtime = Builder::new_current_thread().enable_all().build();
        let socket = TcpSocket::new_v4().expect("a socket");
        let any = "127.0.0.1:0".parse().expect("an address");
        // Bound and not listening.
        socket.bind(any).expect("a free port");
        Door {
            runtime: runtime.expect("a runtime"),
            socket,
        }
    }

    pub(crate) fn url(&self) -> String {
        let address = self.socket.local_addr().expect("its address");
        format!("http://{address}/hook")
    }

    /// From now on who comes is led there.
    pub(crate) fn open(self, to: SocketAddr) {
        let Door { runtime, socket } = self;
        let listener = runtime.block_on(async { socket.listen(64) });
        let listener = listener.expect("it listens").into_std().expect("a socket");
        listener.set_nonblocking(false).expect("a socket");
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Ok(inside) = TcpStream::connect(to) else {
                    break;
                };
                let (Ok(back), Ok(out)) = (inside.try_clone(), stream.try_clone()) else {
                    break;
                };
                thread::spawn(move || lead(stream, inside));
                thread::spawn(move || lead(back, out));
            }
        });
    }
}

/// Copies until one side is done.
fn lead(mut from: TcpStream, mut to: TcpStream) {
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        if to.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
