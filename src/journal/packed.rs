//! Unpacks inputs that are compressed with gzip or Zstandard, recognised by their first bytes.
//! Nothing is unpacked to disk.

use std::io::{self, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

use crate::files::lines::read_full;

/// The start of a gzip member (RFC 1952).
pub(super) const GZIP: &[u8] = &[0x1f, 0x8b];
/// The start of a Zstandard frame (RFC 8878).
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// The bytes that tell whether a file is compressed.
pub(super) const PACKED_START: usize = ZSTD.len();

/// Whether a file with this start is compressed.
pub fn is_packed(start: &[u8]) -> bool {
    start.starts_with(GZIP) || start.starts_with(ZSTD)
}

/// The same input, unpacked if it is compressed.
pub(super) fn unpacked(mut input: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    // A pipe cannot seek back.
    let mut start = vec![0; ZSTD.len()];
    let length = read_full(&mut input, &mut start)?;
    start.truncate(length);
    let (is_gzip, is_zstd) = (start.starts_with(GZIP), start.starts_with(ZSTD));
    let whole = Cursor::new(start).chain(input);
    if is_gzip {
        return Ok(Box::new(MultiGzDecoder::new(BufReader::new(whole))));
    }
    if is_zstd {
        let frames = Frames {
            input: Some(BufReader::new(Box::new(whole))),
            frame: None,
        };
        return Ok(Box::new(frames));
    }
    Ok(Box::new(whole))
}

type Packed = BufReader<Box<dyn Read + Send>>;

/// Reads one Zstandard frame after the other.
struct Frames {
    /// The input between two frames.
    input: Option<Packed>,
    frame: Option<Box<StreamingDecoder<Packed, ruzstd::decoding::FrameDecoder>>>,
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let read = frame.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
            }
            if let Some(frame) = self.frame.take() {
                self.input = Some(frame.into_inner());
            }
            let Some(mut input) = self.input.take() else {
                return Ok(0);
            };
            if io::BufRead::fill_buf(&mut input)?.is_empty() {
                return Ok(0);
            }
            let frame = StreamingDecoder::new(input).map_err(io::Error::other)?;
            self.frame = Some(Box::new(frame));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        unpacked(Box::new(Cursor::new(bytes)))?.read_to_end(&mut all)?;
        Ok(all)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text).unwrap();
        packed.finish().unwrap()
    }

    fn zstd(text: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest)
    }

    #[test]
    fn what_is_packed_is_unpacked_also_in_several_pieces_and_else_nothing_changes() {
        let text = b"{\"n\":1}\n".repeat(5000);
        for pack in [gzip, zstd] {
            let once = pack(&text);
            assert_eq!(read(once.clone()).unwrap(), text);
            let twice = [once.clone(), pack(b"more")].concat();
            assert_eq!(read(twice).unwrap(), [&text[..], b"more"].concat());
            assert!(read(once[..once.len() / 2].to_vec()).is_err(), "cut off");
        }
        for plain in [&b""[..], b"{", b"\x1f", b"\x28\xb5\x2f", &text] {
            assert_eq!(read(plain.to_vec()).unwrap(), plain);
        }
    }
}
