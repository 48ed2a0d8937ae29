//! HTTP/1.1 made by hand, so that no test asks the code under test, or its libraries, what
//! went over the wire.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::TOO_LONG;

/// A request or an answer, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// The request line or the status line.
    pub(crate) start: String,
    /// Names as written and values without the blanks around them, in order, with repeats.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, out of its chunks if it came in some.
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// Reads the next message; nothing if the other side has closed before it.
    ///
    /// A body without a length goes on to the end of an answer, and is none in a request.
    pub(crate) fn read(stream: &mut impl BufRead, is_answer: bool) -> io::Result<Option<Message>> {
        let Some(start) = line(stream)? else {
            return Ok(None);
        };
        let mut headers = Vec::new();
        while let Some(field) = line(stream)?.filter(|line| !line.is_empty()) {
            let (name, value) = field
                .split_once(':')
                .ok_or_else(|| broken("a header field"))?;
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut message = Message {
            start,
            headers,
            body: Vec::new(),
        };
        let chunked = message
            .header("transfer-encoding")
            .is_some_and(|how| how == "chunked");
        let length = message.header("content-length").map(str::parse::<usize>);
        if chunked {
            message.body = chunks(stream)?;
        } else if let Some(length) = length {
            message
                .body
                .resize(length.map_err(|_| broken("a length"))?, 0);
            stream.read_exact(&mut message.body)?;
        } else if is_answer {
            stream.read_to_end(&mut message.body)?;
        }
        Ok(Some(message))
    }

    /// The first field of that name, in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.headers.iter();
        fields
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// A word of the first line: the method and the target of a request.
    pub(crate) fn word(&self, index: usize) -> &str {
        self.start.split(' ').nth(index).unwrap_or_default()
    }

    /// The status of an answer.
    #[track_caller]
    pub(crate) fn status(&self) -> u16 {
        self.word(1)
            .parse()
            .unwrap_or_else(|_| panic!("no status in `{}`", self.start))
    }
}

/// A line without its end, each byte one character; nothing at the end of the stream.
fn line(stream: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if stream.read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    let text = bytes
        .strip_suffix(b"\r\n")
        .ok_or_else(|| broken("a line"))?;
    Ok(Some(text.iter().copied().map(char::from).collect()))
}

fn chunks(stream: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let head = line(stream)?.ok_or_else(|| broken("a chunk"))?;
        let length = head.split(';').next().unwrap_or_default().trim();
        let length = u64::from_str_radix(length, 16).map_err(|_| broken("a chunk"))?;
        if length == 0 {
            // Trailers, and the empty line behind them.
            while line(stream)?.is_some_and(|line| !line.is_empty()) {}
            return Ok(body);
        }
        stream.take(length).read_to_end(&mut body)?;
        line(stream)?;
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("{what} is not as HTTP writes it"),
    )
}

/// Sends these bytes as they are, and reads one answer.
#[track_caller]
pub(crate) fn post_raw(address: SocketAddr, bytes: &[u8]) -> Message {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(TOO_LONG)).expect("a time-out");
    stream.write_all(bytes).expect("the request is taken");
    let answer = Message::read(&mut BufReader::new(stream), true);
    answer
        .expect("an answer")
        .expect("an answer before the end")
}

/// Posts a body with these header fields and its length.
#[track_caller]
pub(crate) fn post(
    address: SocketAddr,
    target: &str,
    headers: &[(&str, &str)],
    body: impl AsRef<[u8]>,
) -> Message {
    let body = body.as_ref();
    let fields: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n{}\r\n",
        body.len(),
        fields.concat()
    );
    post_raw(address, &[head.as_bytes(), body].concat())
}
