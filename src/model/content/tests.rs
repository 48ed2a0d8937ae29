//! Bodies packed by other code than what unpacks them, bombs, and nonsense.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::*;
use crate::model::capture::Headers;

fn capture(codings: &[&str], body: impl Into<Bytes>) -> Capture {
    let mut headers = Headers::new();
    headers.push("Content-Type", "application/json");
    for value in codings {
        headers.push("Content-Encoding", value.to_string());
    }
    Capture {
        received_at: chrono::Utc::now(),
        peer: "".into(),
        method: "POST".into(),
        target: "/".into(),
        headers,
        body: body.into(),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// Brotli's stored form (RFC 7932, section 9.2): a window, one block as it is, the end.
fn brotli(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len() - 1).unwrap();
    // 1 bit of window (0: 16 bits), then ISLAST 0, MNIBBLES 00, MLEN - 1 in 16 bits,
    // ISUNCOMPRESSED 1, and zeros up to the byte.
    let header = u32::from(length) << 4 | 1 << 20;
    let mut out = header.to_le_bytes()[..3].to_vec();
    out.extend_from_slice(bytes);
    // ISLAST 1, ISLASTEMPTY 1.
    out.push(0b11);
    out
}

#[test]
fn a_body_is_unpacked_by_whatever_its_header_names() {
    let text = br#"{"a":"some text, some text, some text"}"#;
    for (coding, packed) in [
        ("gzip", gzip(text)),
        ("X-GZIP", gzip(text)),
        ("deflate", zlib(text)),
        ("deflate", deflate(text)),
        ("br", brotli(text)),
        ("zstd", zstd(text)),
        ("zstd", [zstd(&text[..9]), zstd(&text[9..])].concat()),
        ("gzip", [gzip(&text[..9]), gzip(&text[9..])].concat()),
    ] {
        let content = capture(&[coding], packed).content();
        assert_eq!(content.fault, None, "{coding}");
        assert_eq!(&content.bytes[..], text, "{coding}");
        assert_eq!(content.codings, [coding.to_ascii_lowercase()]);
    }
}

#[test]
fn several_codings_are_undone_from_the_last_to_the_first() {
    let packed = brotli(&gzip(&zstd(b"{}")));
    for fields in [&["zstd, gzip,br"][..], &["zstd", "gzip , identity", "br,"]] {
        let content = capture(fields, packed.clone()).content();
        assert_eq!((&content.bytes[..], content.fault), (&b"{}"[..], None));
        assert_eq!(content.codings, ["zstd", "gzip", "br"]);
    }
}

#[test]
fn a_body_that_was_not_packed_is_not_copied() {
    for fields in [&[][..], &["identity"], &[""]] {
        let capture = capture(fields, &b"{}"[..]);
        let content = capture.content();
        assert_eq!(content.bytes.as_ptr(), capture.body.as_ptr());
        assert!(content.codings.is_empty() && content.fault.is_none());
    }
    assert_eq!(capture(&["gzip"], "").content().fault, None);
}

#[test]
fn what_cannot_be_unpacked_stays_as_it_is_and_says_why() {
    let packed = gzip(b"{}");
    for (fields, body, fault) in [
        (
            &["gzip"][..],
            b"{}".to_vec(),
            ContentFault::Broken(Coding::Gzip),
        ),
        (
            &["gzip"],
            packed[..packed.len() - 1].to_vec(),
            ContentFault::Broken(Coding::Gzip),
        ),
        (
            &["br, compress"],
            packed.clone(),
            ContentFault::Unknown("compress".to_owned()),
        ),
        (
            &["gzip,gzip,gzip,gzip,gzip"],
            packed.clone(),
            ContentFault::TooOften,
        ),
    ] {
        let content = capture(fields, body.clone()).content();
        assert_eq!(content.fault, Some(fault));
        assert_eq!(&content.bytes[..], body);
    }
}

#[test]
fn a_bomb_is_not_unpacked_further_than_the_limit() {
    let zeros = vec![0; MAX_DECODED];
    for (name, coding, packed) in [
        ("gzip", Coding::Gzip, gzip(&zeros)),
        ("deflate", Coding::Deflate, zlib(&zeros)),
        ("zstd", Coding::Zstd, zstd(&zeros)),
        // Packed twice, a gigabyte would fit into a few hundred bytes.
        ("gzip, gzip", Coding::Gzip, gzip(&gzip(&zeros))),
    ] {
        let content = capture(&[name], packed).content();
        assert_eq!(
            content.fault,
            Some(ContentFault::TooDense(coding)),
            "{name}"
        );
    }
    let dense = gzip(&zeros[..=FREE_DECODED]);
    let fault = Some(ContentFault::TooDense(Coding::Gzip));
    assert_eq!(capture(&["gzip"], dense).content().fault, fault);
    let free = gzip(&zeros[..FREE_DECODED]);
    let content = capture(&["gzip"], free).content();
    assert_eq!((content.bytes.len(), content.fault), (FREE_DECODED, None));
}

#[test]
fn what_is_packed_as_usual_is_bounded_by_its_size_alone() {
    let mut random = fastrand::Rng::with_seed(1);
    let mut text: Vec<u8> = std::iter::repeat_with(|| random.u8(b'a'..=b'p'))
        .take(MAX_DECODED)
        .collect();
    let content = capture(&["gzip"], gzip(&text)).content();
    assert_eq!((content.bytes.len(), content.fault), (MAX_DECODED, None));
    text.push(b'a');
    let fault = Some(ContentFault::TooLarge(Coding::Gzip));
    assert_eq!(capture(&["gzip"], gzip(&text)).content().fault, fault);
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(
        coding in prop::sample::select(vec!["gzip", "deflate", "br", "zstd", "zstd,br"]),
        body in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let _ = capture(&[coding], body).content();
    }

    #[test]
    fn a_packed_body_that_was_damaged_makes_nothing_panic(
        which in 0..4_usize,
        text in prop::collection::vec(any::<u8>(), 1..2000),
        at in any::<prop::sample::Index>(),
        bits in 1..=255_u8,
    ) {
        let coding = ["gzip", "deflate", "br", "zstd"][which];
        let pack = [gzip, zlib, brotli, zstd][which];
        let mut packed = pack(&text);
        prop_assert_eq!(&capture(&[coding], packed.clone()).content().bytes[..], &text);
        let at = at.index(packed.len());
        packed[at] ^= bits;
        let _ = capture(&[coding], packed).content();
    }
}
