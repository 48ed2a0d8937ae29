//! Follows the bytes of a head without parsing it: its size, its fields, its end.
//!
//! hyper does not tell how much of a head it read, why it refused one, or what stands behind it.

/// Bytes of a head that tell another protocol.
const START: usize = 16;

/// What is known of a head so far.
#[derive(Debug, Default)]
pub(super) struct Head {
    start: [u8; START],
    /// Bytes so far.
    pub(super) bytes: usize,
    /// Lines so far that are not blank; the first is the request line.
    lines: usize,
    /// Bytes of the line that has not ended yet, and whether it is a lone CR.
    unended: usize,
    is_cr: bool,
    is_whole: bool,
}

impl Head {
    /// The first bytes.
    pub(super) fn start(&self) -> &[u8] {
        &self.start[..self.bytes.min(START)]
    }

    /// Fields so far.
    pub(super) fn fields(&self) -> usize {
        self.lines.saturating_sub(1)
    }

    /// Takes the next bytes. Returns those behind the head, once it is whole.
    pub(super) fn take<'b>(&mut self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        if self.is_whole {
            return Some(bytes);
        }
        let free = self.start.iter_mut().skip(self.bytes);
        for (to, from) in free.zip(bytes) {
            *to = *from;
        }
        let mut rest = bytes;
        while let Some(at) = memchr::memchr(b'\n', rest) {
            let line = &rest[..at];
            let is_blank = match self.unended {
                0 => line.is_empty() || line == b"\r",
                _ => self.is_cr && line.is_empty(),
            };
            (self.unended, self.is_cr) = (0, false);
            self.bytes += at + 1;
            rest = &rest[at + 1..];
            if !is_blank {
                self.lines += 1;
            } else if self.lines > 0 {
                self.is_whole = true;
                return Some(rest);
            }
        }
        self.bytes += rest.len();
        if !rest.is_empty() {
            self.is_cr = self.unended == 0 && rest == b"\r";
            self.unended += rest.len();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_end_is_found_however_the_bytes_are_cut(cuts in prop::collection::vec(1..9_usize, 1..40), bare: bool) {
            let text = "\r\nPOST / HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n{\"a\":\n\n1}";
            let text = if bare { text.replace('\r', "") } else { text.to_owned() };
            let (mut head, mut behind, mut rest) = (Head::default(), Vec::new(), text.as_bytes());
            for cut in cuts.into_iter().cycle() {
                let (piece, more) = rest.split_at(cut.min(rest.len()));
                behind.extend_from_slice(head.take(piece).unwrap_or_default());
                rest = more;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(behind, b"{\"a\":\n\n1}");
            prop_assert_eq!(head.fields(), 2);
            prop_assert_eq!(head.start(), &text.as_bytes()[..START]);
        }
    }
}
