//! The content of a body: its `Content-Encoding` is undone.
//!
//! The log, forwarding and replay use the bytes as they arrived. Display, validation and
//! selection use the content, so that all of them see the same.
//!
//! A small body can unpack to a very large one: the result is limited to [`MAX_DECODED`], and
//! above `FREE_DECODED` to `MAX_RATIO` times the body, so that a flood of small bodies cannot
//! take much time or memory.

use std::fmt;
use std::io::{self, Read};

use brotli_decompressor::Decompressor;
use bytes::Bytes;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ruzstd::decoding::StreamingDecoder;

use super::capture::Capture;
use super::growing::Growing;

/// The largest content in bytes. The help and the documents state this number.
pub const MAX_DECODED: usize = 16 * 1024 * 1024;

/// The largest content for one byte of the body. Events rarely reach 20.
pub const MAX_RATIO: usize = 100;

/// The content in bytes up to which the ratio does not matter.
const FREE_DECODED: usize = 1024 * 1024;

/// The most codings of one body. More than one is unusual; many are an attack.
const MAX_CODINGS: usize = 4;

/// Bytes that brotli reads at a time.
const BROTLI_BUFFER: usize = 4096;

/// The content of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The unpacked bytes; as they arrived if that failed.
    pub bytes: Bytes,
    /// The codings that the header names, in the order in which they were applied.
    pub codings: Vec<String>,
    /// Why it could not be unpacked, or what is wrong with its header.
    pub fault: Option<ContentFault>,
    /// The content type that the header names.
    pub content_type: Option<String>,
}

/// Why a body cannot be unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContentFault {
    /// An unsupported coding, by its name.
    Unknown(String),
    /// The body does not match its header, or is cut off.
    Broken(Coding),
    /// It would be larger than [`MAX_DECODED`].
    TooLarge(Coding),
    /// It would be larger than `MAX_RATIO` times the body.
    TooDense(Coding),
    /// It has too many codings.
    TooOften,
    /// It was packed and could be unpacked, and no header says so.
    Unmarked(Coding),
}

/// How a body can be packed (RFC 9110, section 8.4.1; RFC 7932; RFC 8878).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// `gzip`, also called `x-gzip`
    Gzip,
    /// `deflate`
    Deflate,
    /// `br`
    Brotli,
    /// `zstd`
    Zstd,
}

impl Capture {
    /// The content of the body. Copies nothing if there is no coding.
    pub fn content(&self) -> Content {
        let fields = self
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
        let mut codings = Vec::new();
        for (_, value) in fields {
            let value = String::from_utf8_lossy(value);
            codings.extend(
                value
                    .split(',')
                    .map(|coding| coding.trim().to_ascii_lowercase())
                    .filter(|coding| !coding.is_empty() && coding != "identity"),
            );
        }
        let content_type = self.headers.get("content-type");
        let content_type = content_type.map(|kind| String::from_utf8_lossy(kind).into_owned());
        if codings.is_empty() || self.body.is_empty() {
            let plain = unmarked(&self.body).unwrap_or_else(|| Content::plain(self.body.clone()));
            return Content {
                content_type,
                ..plain
            };
        }
        let (bytes, fault) = match unpack(&codings, &self.body) {
            Ok(bytes) => (bytes, None),
            Err(fault) => (self.body.clone(), Some(fault)),
        };
        Content {
            bytes,
            codings,
            fault,
            content_type,
        }
    }
}

impl Content {
    /// A body that was not packed.
    pub fn plain(bytes: Bytes) -> Content {
        Content {
            bytes,
            codings: Vec::new(),
            fault: None,
            content_type: None,
        }
    }
}

/// The content of a body that is packed though no header says so, if JSON comes out.
fn unmarked(body: &Bytes) -> Option<Content> {
    let (coding, bytes) = unpacked(body)?;
    let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
    is_json.then(|| Content {
        bytes,
        codings: vec![coding.to_string()],
        fault: Some(ContentFault::Unmarked(coding)),
        content_type: None,
    })
}

/// The content of bytes that begin as packed ones do.
pub fn unpacked(bytes: &Bytes) -> Option<(Coding, Bytes)> {
    let coding = match **bytes {
        [0x1f, 0x8b, ..] => Coding::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Coding::Zstd,
        [0x78, ..] if is_zlib(bytes) => Coding::Deflate,
        _ => return None,
    };
    Some((coding, unpack_one(coding, bytes, most_of(bytes)).ok()?))
}

impl Coding {
    fn of(name: &str) -> Option<Coding> {
        Some(match name {
            "gzip" | "x-gzip" => Coding::Gzip,
            "deflate" => Coding::Deflate,
            "br" => Coding::Brotli,
            "zstd" => Coding::Zstd,
            _ => return None,
        })
    }
}

/// The last coding is the outermost.
fn unpack(codings: &[String], body: &Bytes) -> Result<Bytes, ContentFault> {
    if codings.len() > MAX_CODINGS {
        return Err(ContentFault::TooOften);
    }
    // Check all names before any work.
    let known: Vec<Coding> = codings
        .iter()
        .map(|name| Coding::of(name).ok_or_else(|| ContentFault::Unknown(name.clone())))
        .collect::<Result<_, _>>()?;
    let most = most_of(body);
    let unpack = |bytes: Bytes, coding| unpack_one(coding, &bytes, most);
    known.into_iter().rev().try_fold(body.clone(), unpack)
}

/// The most bytes that a body may unpack to.
fn most_of(body: &Bytes) -> usize {
    let most = body.len().saturating_mul(MAX_RATIO);
    most.clamp(FREE_DECODED, MAX_DECODED)
}

fn unpack_one(coding: Coding, bytes: &Bytes, most: usize) -> Result<Bytes, ContentFault> {
    // Room for all at once, where that is known.
    let known =
        (coding == Coding::Gzip).then(|| bytes.last_chunk().map(|end| u32::from_le_bytes(*end)));
    let known = known
        .flatten()
        .map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
    let room = if known <= most { known } else { 0 };
    let mut out = Growing::new(room, most + 1);
    let unpacked = match coding {
        Coding::Gzip => at_most(most, MultiGzDecoder::new(&**bytes), &mut out),
        Coding::Deflate if is_zlib(bytes) => at_most(most, ZlibDecoder::new(&**bytes), &mut out),
        Coding::Deflate => at_most(most, DeflateDecoder::new(&**bytes), &mut out),
        Coding::Brotli => at_most(most, Decompressor::new(&**bytes, BROTLI_BUFFER), &mut out),
        Coding::Zstd => frames(most, bytes, &mut out),
    };
    match unpacked {
        Ok(()) if out.length() > MAX_DECODED => Err(ContentFault::TooLarge(coding)),
        Ok(()) if out.length() > most => Err(ContentFault::TooDense(coding)),
        Ok(()) => Ok(out.into_bytes()),
        Err(_) => Err(ContentFault::Broken(coding)),
    }
}

/// Reads up to one byte more than the limit.
fn at_most(most: usize, from: impl Read, out: &mut Growing) -> io::Result<()> {
    let room = (most + 1).saturating_sub(out.length()) as u64;
    io::copy(&mut from.take(room), out).map(drop)
}

/// All Zstandard frames, one after the other.
fn frames(most: usize, bytes: &[u8], out: &mut Growing) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() && out.length() <= most {
        let frame = StreamingDecoder::new(&mut rest).map_err(io::Error::other)?;
        at_most(most, frame, out)?;
    }
    Ok(())
}

/// `deflate` means the zlib format (RFC 1950), whose first two bytes tell it; some senders
/// leave that out (RFC 9110, section 8.4.1.2).
fn is_zlib(bytes: &[u8]) -> bool {
    match bytes {
        [first, second, ..] => {
            first & 0x0f == 8 && u16::from_be_bytes([*first, *second]).is_multiple_of(31)
        }
        _ => false,
    }
}

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Coding::Gzip => "gzip",
            Coding::Deflate => "deflate",
            Coding::Brotli => "br",
            Coding::Zstd => "zstd",
        })
    }
}

impl fmt::Display for ContentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ContentFault::Unknown(name) => write!(
                f,
                "the body is packed as `{name}` (Content-Encoding), which is not known here"
            ),
            ContentFault::Broken(coding) => write!(
                f,
                "the body is not {coding}, as its Content-Encoding says, or broke off"
            ),
            ContentFault::TooLarge(coding) => write!(
                f,
                "the body unpacks ({coding}) to more than the {} MiB that are looked at",
                MAX_DECODED / (1024 * 1024)
            ),
            ContentFault::Unmarked(coding) => {
                write!(
                    f,
                    "the body is packed ({coding}), and no Content-Encoding says so"
                )
            }
            ContentFault::TooDense(coding) => write!(
                f,
                "the body unpacks ({coding}) to more than {MAX_RATIO} times its size"
            ),
            ContentFault::TooOften => write!(
                f,
                "the body is packed more than {MAX_CODINGS} times (Content-Encoding)"
            ),
        }
    }
}

#[cfg(test)]
mod tests;
