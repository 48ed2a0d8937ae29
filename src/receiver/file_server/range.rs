//! `Range` of a request (RFC 9110, section 14).

use std::ops::Range;

/// What a request asks for of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// These bytes.
    Bytes(Range<usize>),
    /// Bytes that it does not have.
    OutOfBounds,
}

/// Reads the field. What is no single range of bytes is ignored, as a server may do.
pub(super) fn part(field: Option<&[u8]>, length: usize) -> Part {
    let text = field.and_then(|field| std::str::from_utf8(field).ok());
    let range = text.and_then(|text| text.split_once('='));
    let range = range.filter(|(unit, _)| unit.trim().eq_ignore_ascii_case("bytes"));
    let Some((first, last)) = range.and_then(|(_, range)| range.trim().split_once('-')) else {
        return Part::Whole;
    };
    let number = |text: &str| match text {
        "" => Some(None),
        text if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            // A number beyond any file is beyond this one.
            Some(Some(text.parse::<usize>().unwrap_or(usize::MAX)))
        }
        _ => None,
    };
    let range = match (number(first), number(last)) {
        (Some(Some(first)), Some(None)) => first..length,
        (Some(Some(first)), Some(Some(last))) if first <= last => {
            first..last.saturating_add(1).min(length)
        }
        (Some(None), Some(Some(last))) => length.saturating_sub(last)..length,
        _ => return Part::Whole,
    };
    if range.is_empty() {
        Part::OutOfBounds
    } else {
        Part::Bytes(range)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(field: &str) -> Part {
        part(Some(field.as_bytes()), 10)
    }

    #[test]
    fn single_ranges_are_served() {
        assert_eq!(part(None, 10), Part::Whole);
        assert_eq!(read("bytes=2-4"), Part::Bytes(2..5));
        assert_eq!(read("Bytes = 2-"), Part::Bytes(2..10));
        assert_eq!(read("bytes=-3"), Part::Bytes(7..10));
        assert_eq!(read("bytes=-30"), Part::Bytes(0..10));
        assert_eq!(read("bytes=0-99999999999999999999999"), Part::Bytes(0..10));
    }

    #[test]
    fn ranges_behind_the_end_are_out_of_bounds_and_others_are_ignored() {
        for field in [
            "bytes=10-",
            "bytes=10-12",
            "bytes=-0",
            "bytes=99999999999999999999999-",
        ] {
            assert_eq!(read(field), Part::OutOfBounds, "{field}");
        }
        for field in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=4-2",
            "bytes=0-1,3-4",
            "lines=0-1",
            "bytes=a-b",
        ] {
            assert_eq!(read(field), Part::Whole, "{field}");
        }
    }

    proptest! {
        #[test]
        fn a_range_lies_inside_the_file(field in "bytes=[0-9]{0,4}-[0-9]{0,4}", length in 0_usize..2000) {
            if let Part::Bytes(range) = part(Some(field.as_bytes()), length) {
                prop_assert!(range.start < range.end && range.end <= length);
            }
        }
    }
}
