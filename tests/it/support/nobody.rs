//! An address on which nothing listens, for as long as the value lives.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

/// A port that is taken by one end of an open connection: nobody else can get it, and who
/// connects to it is refused.
pub(crate) struct Nobody {
    taken: TcpStream,
    _other_end: TcpListener,
}

impl Nobody {
    pub(crate) fn new() -> Nobody {
        let other_end = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = other_end.local_addr().expect("its address");
        Nobody {
            taken: TcpStream::connect(address).expect("a connection"),
            _other_end: other_end,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.taken.local_addr().expect("an address")
    }

    /// For `--url`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address())
    }
}
