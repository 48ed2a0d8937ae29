//! One HTTP/1.1 answer, read off a connection (RFC 9112).

use bytes::{Buf as _, Bytes, BytesMut};
use reqwest::header::{
    CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::attempt::{ANSWER_LIMIT, Answer};
use super::wire_error::WireError;

/// Fields in a head that are read; more is taken for garbage.
const MAX_FIELDS: usize = 100;
/// Bytes of a head that are read; more is taken for garbage.
const MAX_HEAD: usize = 64 * 1024;
/// Bytes that are asked for at a time, at least.
const ROOM: usize = 2 * 1024;

struct Head {
    status: u16,
    /// Whether it is HTTP/1.1, where a connection stays open unless it is said otherwise.
    is_11: bool,
    headers: HeaderMap,
}

/// How long a body is (RFC 9112, section 6.3).
enum Length {
    Known(usize),
    Chunked,
    ToTheEnd,
}

/// Reads one answer, and says whether the connection can carry another. `begun` is its status
/// as soon as that is known.
pub(super) async fn read<S>(
    stream: &mut S,
    buffer: &mut BytesMut,
    begun: &mut Option<u16>,
) -> Result<(Answer, bool), WireError>
where
    S: AsyncRead + Unpin + ?Sized,
{
    let mut head = head(stream, buffer).await?;
    // Interim answers (RFC 9110, section 15.2) come before the one that counts.
    while (100..200).contains(&head.status) && head.status != 101 {
        head = self::head(stream, buffer).await?;
    }
    *begun = Some(head.status);
    let length = length(&head)?;
    let (body, whole) = match length {
        Length::Known(length) => known(stream, buffer, length).await?,
        Length::Chunked => chunked(stream, buffer).await?,
        Length::ToTheEnd => to_the_end(stream, buffer).await?,
    };
    let keeps = whole && !matches!(length, Length::ToTheEnd) && keeps(&head);
    let length = match length {
        Length::Known(length) => u64::try_from(length).ok(),
        _ if whole => u64::try_from(body.len()).ok(),
        _ => None,
    };
    let answer = Answer {
        status: head.status,
        body,
        truncated: !whole,
        length,
        headers: head.headers,
    };
    Ok((answer, keeps))
}

async fn head<S>(stream: &mut S, buffer: &mut BytesMut) -> Result<Head, WireError>
where
    S: AsyncRead + Unpin + ?Sized,
{
    loop {
        if let Some((head, length)) = parse(buffer)? {
            buffer.advance(length);
            return Ok(head);
        }
        if buffer.len() > MAX_HEAD {
            return Err(WireError::BadAnswer);
        }
        more(stream, buffer).await?;
    }
}

fn parse(bytes: &[u8]) -> Result<Option<(Head, usize)>, WireError> {
    let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    match response.parse(bytes) {
        Err(_) => Err(WireError::BadAnswer),
        Ok(httparse::Status::Partial) => Ok(None),
        Ok(httparse::Status::Complete(length)) => {
            let mut headers = HeaderMap::new();
            for field in response.headers.iter() {
                let name = HeaderName::from_bytes(field.name.as_bytes());
                let value = HeaderValue::from_bytes(field.value);
                let (Ok(name), Ok(value)) = (name, value) else {
                    return Err(WireError::BadAnswer);
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
    }
}

fn length(head: &Head) -> Result<Length, WireError> {
    if matches!(head.status, 101 | 204 | 304) {
        return Ok(Length::Known(0));
    }
    if has_token(&head.headers, &TRANSFER_ENCODING, "chunked") {
        return Ok(Length::Chunked);
    }
    match head.headers.get(CONTENT_LENGTH) {
        None => Ok(Length::ToTheEnd),
        Some(length) => {
            let text = length.to_str().unwrap_or_default();
            text.parse()
                .map(Length::Known)
                .map_err(|_| WireError::BadAnswer)
        }
    }
}

fn keeps(head: &Head) -> bool {
    if head.is_11 {
        !has_token(&head.headers, &CONNECTION, "close")
    } else {
        has_token(&head.headers, &CONNECTION, "keep-alive")
    }
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| part.trim().eq_ignore_ascii_case(token))
}

/// A body whose length is told; beyond the limit it is left unread.
async fn known<S>(
    stream: &mut S,
    buffer: &mut BytesMut,
    length: usize,
) -> Result<(Bytes, bool), WireError>
where
    S: AsyncRead + Unpin + ?Sized,
{
    let wanted = length.min(ANSWER_LIMIT);
    while buffer.len() < wanted {
        more(stream, buffer).await?;
    }
    Ok((buffer.split_to(wanted).freeze(), wanted == length))
}

async fn to_the_end<S>(stream: &mut S, buffer: &mut BytesMut) -> Result<(Bytes, bool), WireError>
where
    S: AsyncRead + Unpin + ?Sized,
{
    while buffer.len() <= ANSWER_LIMIT {
        match more(stream, buffer).await {
            Ok(()) => {}
            Err(WireError::Closed) => return Ok((buffer.split().freeze(), true)),
            Err(error) => return Err(error),
        }
    }
    buffer.truncate(ANSWER_LIMIT);
    Ok((buffer.split().freeze(), false))
}

/// A body in chunks (RFC 9112, section 7.1); trailers are read and dropped.
async fn chunked<S>(stream: &mut S, buffer: &mut BytesMut) -> Result<(Bytes, bool), WireError>
where
    S: AsyncRead + Unpin + ?Sized,
{
    let mut body = BytesMut::new();
    loop {
        let size = loop {
            match httparse::parse_chunk_size(buffer) {
                Ok(httparse::Status::Complete((length, size))) => {
                    buffer.advance(length);
                    break usize::try_from(size).map_err(|_| WireError::BadAnswer)?;
                }
                Ok(httparse::Status::Partial) if buffer.len() < MAX_HEAD => {
                    more(stream, buffer).await?;
                }
                _ => return Err(WireError::BadAnswer),
            }
        };
        if size == 0 {
            while !line(stream, buffer).await?.is_empty() {}
            return Ok((body.freeze(), true));
        }
        let wanted = size.min(ANSWER_LIMIT - body.len());
        while buffer.len() < wanted {
            more(stream, buffer).await?;
        }
        body.extend_from_slice(&buffer.split_to(wanted));
        if wanted < size {
            return Ok((body.freeze(), false));
        }
        if !line(stream, buffer).await?.is_empty() {
            return Err(WireError::BadAnswer);
        }
    }
}

/// The next line, without its end.
async fn line<S>(stream: &mut S, buffer: &mut BytesMut) -> Result<BytesMut, WireError>
where
    S: AsyncRead + Unpin + ?Sized,
{
    loop {
        if let Some(end) = memchr::memchr(b'\n', buffer) {
            let mut line = buffer.split_to(end + 1);
            line.truncate(end);
            if line.ends_with(b"\r") {
                line.truncate(end - 1);
            }
            return Ok(line);
        }
        if buffer.len() > MAX_HEAD {
            return Err(WireError::BadAnswer);
        }
        more(stream, buffer).await?;
    }
}

async fn more<S>(stream: &mut S, buffer: &mut BytesMut) -> Result<(), WireError>
where
    S: AsyncRead + Unpin + ?Sized,
{
    buffer.reserve(ROOM);
    match stream.read_buf(buffer).await {
        Ok(0) => Err(WireError::Closed),
        Ok(_) => Ok(()),
        Err(error) => Err(WireError::of(error)),
    }
}
