//! One connection that stays open, for requests one after the other or in pieces.

use std::io::{self, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use super::{Message, TOO_LONG};

/// A connection to a listener.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects.
    #[track_caller]
    pub(crate) fn to(address: SocketAddr) -> Connection {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(TOO_LONG)).expect("a time-out");
        Connection {
            stream: BufReader::new(stream),
        }
    }

    /// Its address and port on this side.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.stream.get_ref().local_addr().expect("its address")
    }

    /// Sends bytes as they are.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes.as_ref())
    }

    /// The next answer; nothing if the other side has closed before it.
    pub(crate) fn answer(&mut self) -> io::Result<Option<Message>> {
        Message::read(&mut self.stream, true)
    }

    /// Posts a body and waits for the answer; nothing if the other side went away before it
    /// was there.
    pub(crate) fn post(&mut self, body: impl AsRef<[u8]>) -> Option<Message> {
        let body = body.as_ref();
        let head = format!(
            "POST /hook HTTP/1.1\r\nHost: here\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.send([head.as_bytes(), body].concat()).ok()?;
        self.answer().ok()?
    }

    /// Sends the head of a post and waits until the other side asks for its body: the request
    /// Sends nothing more, and still reads.
    pub(crate) fn end_sending(&mut self) {
        let _ = self.stream.get_ref().shutdown(Shutdown::Write);
    }

    /// is then in its hands.
    #[track_caller]
    pub(crate) fn begin(&mut self, length: usize) {
        let head = format!(
            "POST /hook HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\n\
             Expect: 100-continue\r\n\r\n"
        );
        self.send(head).expect("the head is taken");
        // A `100` has no body, and is followed by the true answer.
        let mut line = String::new();
        for expected in ["HTTP/1.1 100 Continue\r\n", "\r\n"] {
            line.clear();
            io::BufRead::read_line(&mut self.stream, &mut line).expect("a word before the body");
            assert_eq!(line, expected);
        }
    }

    /// Closes it in both directions.
    pub(crate) fn close(self) {
        let _ = self.stream.get_ref().shutdown(Shutdown::Both);
    }
}
