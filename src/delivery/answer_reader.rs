//! Reads one HTTP/1.1 answer from a connection (RFC 9112).

use std::io::{self, ErrorKind};

use bytes::{Buf as _, BytesMut};
use reqwest::header::{
    CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::attempt::{BodyEnd, PartialAnswer};
use super::transport_error::is_closed;

/// The most fields in a head.
const MAX_FIELDS: usize = 100;
/// The most bytes in a head.
const MAX_HEAD: usize = 64 * 1024;
/// The least space for one read.
const ROOM: usize = 2 * 1024;

/// Reads one answer into `answer`, with at most `limit` bytes of its body. Returns how the body
/// ends, and whether the connection can carry another answer.
///
/// # Errors
///
/// `UnexpectedEof` if the connection ends before the answer does, `InvalidData` if the answer is
/// not HTTP/1.1, and the errors of the stream.
pub(super) async fn read<S: AsyncRead + Unpin + ?Sized>(
    stream: &mut S,
    buffer: &mut BytesMut,
    answer: &mut PartialAnswer,
    limit: usize,
) -> io::Result<(BodyEnd, bool)> {
    let mut reader = Reader {
        stream,
        buffer,
        body: &mut answer.body,
        limit,
    };
    let mut head = reader.head().await?;
    // Interim answers (RFC 9110, section 15.2) precede the final one.
    while (100..200).contains(&head.status) && head.status != 101 {
        head = reader.head().await?;
    }
    let (length, keeps) = (head.length(), head.keeps());
    answer.head = Some((head.status, head.headers));
    let length = length?;
    let is_whole = match length {
        Length::Known(length) => {
            answer.length = u64::try_from(length).ok();
            reader.known(length).await?
        }
        Length::Chunked => reader.chunked().await?,
        Length::UntilClosed => reader.until_closed().await?,
    };
    if !is_whole {
        return Ok((BodyEnd::Cut(limit), false));
    }
    let keeps = keeps && !matches!(length, Length::UntilClosed);
    Ok((BodyEnd::Whole, keeps))
}

fn invalid() -> io::Error {
    ErrorKind::InvalidData.into()
}

struct Head {
    status: u16,
    /// Whether it is HTTP/1.1, where a connection stays open by default.
    is_11: bool,
    headers: HeaderMap,
}

/// The length of a body (RFC 9112, section 6.3).
enum Length {
    Known(usize),
    Chunked,
    UntilClosed,
}

impl Head {
    /// The head at the beginning of `bytes` and its length, if it is complete.
    fn parse(bytes: &[u8]) -> io::Result<Option<(Head, usize)>> {
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut response = httparse::Response::new(&mut fields);
        let parsed = response.parse(bytes).map_err(|_| invalid())?;
        let httparse::Status::Complete(length) = parsed else {
            return Ok(None);
        };
        let mut headers = HeaderMap::new();
        for field in response.headers.iter() {
            let name = HeaderName::from_bytes(field.name.as_bytes());
            let value = HeaderValue::from_bytes(field.value);
            let (Ok(name), Ok(value)) = (name, value) else {
                return Err(invalid());
            };
            headers.append(name, value);
        }
        let head = Head {
            status: response.code.unwrap_or_default(),
            is_11: response.version == Some(1),
            headers,
        };
        Ok(Some((head, length)))
    }

    fn length(&self) -> io::Result<Length> {
        if matches!(self.status, 101 | 204 | 304) {
            return Ok(Length::Known(0));
        }
        if self.has_token(&TRANSFER_ENCODING, "chunked") {
            return Ok(Length::Chunked);
        }
        let Some(length) = self.headers.get(CONTENT_LENGTH) else {
            return Ok(Length::UntilClosed);
        };
        let length = length.to_str().unwrap_or_default().parse();
        length.map(Length::Known).map_err(|_| invalid())
    }

    fn keeps(&self) -> bool {
        if self.is_11 {
            !self.has_token(&CONNECTION, "close")
        } else {
            self.has_token(&CONNECTION, "keep-alive")
        }
    }

    fn has_token(&self, name: &HeaderName, token: &str) -> bool {
        let values = self.headers.get_all(name).iter();
        values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|part| part.trim().eq_ignore_ascii_case(token))
    }
}

struct Reader<'c, S: ?Sized> {
    stream: &'c mut S,
    /// Bytes that were read and not used yet.
    buffer: &'c mut BytesMut,
    body: &'c mut BytesMut,
    /// The most bytes of the body.
    limit: usize,
}

impl<S: AsyncRead + Unpin + ?Sized> Reader<'_, S> {
    async fn head(&mut self) -> io::Result<Head> {
        loop {
            if let Some((head, length)) = Head::parse(self.buffer)? {
                self.buffer.advance(length);
                return Ok(head);
            }
            self.more_of_a_head().await?;
        }
    }

    /// A body of known length. Returns whether it is whole: the part beyond the limit is not read.
    async fn known(&mut self, length: usize) -> io::Result<bool> {
        let wanted = length.min(self.limit);
        self.take(wanted).await?;
        Ok(wanted == length)
    }

    async fn until_closed(&mut self) -> io::Result<bool> {
        loop {
            let room = self.limit - self.body.len();
            if self.buffer.len() > room {
                self.take(room).await?;
                return Ok(false);
            }
            self.body.unsplit(self.buffer.split());
            match self.more().await {
                Ok(()) => {}
                Err(error) if is_closed(&error) => return Ok(true),
                Err(error) => return Err(error),
            }
        }
    }

    /// A body in chunks (RFC 9112, section 7.1). Trailers are read and dropped.
    async fn chunked(&mut self) -> io::Result<bool> {
        loop {
            let size = self.chunk_size().await?;
            if size == 0 {
                while !self.line().await?.is_empty() {}
                return Ok(true);
            }
            let wanted = size.min(self.limit - self.body.len());
            self.take(wanted).await?;
            if wanted < size {
                return Ok(false);
            }
            if !self.line().await?.is_empty() {
                return Err(invalid());
            }
        }
    }

    async fn chunk_size(&mut self) -> io::Result<usize> {
        loop {
            match httparse::parse_chunk_size(self.buffer).map_err(|_| invalid())? {
                httparse::Status::Complete((length, size)) => {
                    self.buffer.advance(length);
                    return usize::try_from(size).map_err(|_| invalid());
                }
                httparse::Status::Partial => self.more_of_a_head().await?,
            }
        }
    }

    /// The next line, without its end.
    async fn line(&mut self) -> io::Result<BytesMut> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', self.buffer) {
                let mut line = self.buffer.split_to(end + 1);
                line.truncate(end);
                if line.ends_with(b"\r") {
                    line.truncate(end - 1);
                }
                return Ok(line);
            }
            self.more_of_a_head().await?;
        }
    }

    /// Moves the next bytes to the body, exactly this many.
    async fn take(&mut self, mut length: usize) -> io::Result<()> {
        loop {
            let some = self.buffer.len().min(length);
            self.body.unsplit(self.buffer.split_to(some));
            length -= some;
            if length == 0 {
                return Ok(());
            }
            self.more().await?;
        }
    }

    async fn more_of_a_head(&mut self) -> io::Result<()> {
        if self.buffer.len() > MAX_HEAD {
            return Err(invalid());
        }
        self.more().await
    }

    async fn more(&mut self) -> io::Result<()> {
        self.buffer.reserve(ROOM);
        match self.stream.read_buf(self.buffer).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
