//! The walk over a text: once from front to back, and nothing where anything is in doubt.

use super::compile::Places;
use super::place::{Check, MOST_CAPTURED, Member, ObjectPlace, Order, PlaceId, Rest};
use super::scalar::LARGEST;
use super::text::Marks;
use crate::json::raw::{Raw, string, unescape};

/// Levels of nesting that are walked into; deeper ones are left to the full validator.
const MOST_DEPTH: usize = 32;

/// A value that is kept until its object ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Captured<'t> {
    #[default]
    Absent,
    Integer(i64),
    Text(Raw<'t>),
    /// Null, a boolean, an array or an object.
    Other,
}

impl Captured<'_> {
    /// Whether it can name something: a number, or a text that is not empty.
    fn is_name(&self) -> bool {
        match self {
            Captured::Integer(_) => true,
            Captured::Text(raw) => !raw.bytes.is_empty(),
            Captured::Absent | Captured::Other => false,
        }
    }
}

/// Memory that is used again from document to document.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    text: Vec<u8>,
    /// Where names that no schema has begin and end.
    names: Vec<(usize, usize)>,
}

/// The values of an object that are kept until it ends.
type Kept<'t> = [Captured<'t>; MOST_CAPTURED];

/// Walks a text whose places are these. Returns the value that names the session, if the whole
/// text is accepted.
pub(super) fn walk<'t>(
    text: &'t [u8],
    places: &Places,
    scratch: &mut Scratch,
) -> Option<Captured<'t>> {
    scratch.names.clear();
    let mut walk = Walk {
        text,
        at: 0,
        places,
        scratch,
        depth: 0,
    };
    walk.blank();
    let mut captured = Kept::default();
    let root = places.places.first()?.object.as_ref()?;
    if walk.peek()? != b'{' {
        return None;
    }
    walk.object(root, &mut captured)?;
    walk.blank();
    if walk.at != text.len() {
        return None;
    }
    let mut wanted = root.wanted.iter().map(|slot| captured[*slot]);
    Some(wanted.find(Captured::is_name).unwrap_or_default())
}

struct Walk<'t, 'w> {
    text: &'t [u8],
    at: usize,
    places: &'w Places,
    scratch: &'w mut Scratch,
    depth: usize,
}

impl<'t, 'w> Walk<'t, 'w> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn blank(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn literal(&mut self, literal: &[u8]) -> Option<()> {
        if !self.text.get(self.at..)?.starts_with(literal) {
            return None;
        }
        self.at += literal.len();
        Some(())
    }

    /// The value that stands here: its marks, and itself to be kept.
    fn value(&mut self, id: PlaceId, kept: &mut Captured<'t>) -> Option<Marks> {
        *kept = Captured::Other;
        let place = self.places.places.get(id)?;
        match self.peek()? {
            b'"' => {
                let raw = self.string()?;
                let marks = self.answer(place.text?, raw)?;
                *kept = Captured::Text(raw);
                Some(marks)
            }
            b'-' | b'0'..=b'9' => {
                let (accepted, marked) = place.integers.as_ref()?;
                let number = self.integer()?;
                if !accepted.contains(number) {
                    return None;
                }
                let marked = marked.iter().enumerate();
                let marks = marked.fold(0, |marks, (bit, integers)| {
                    marks | (Marks::from(integers.contains(number)) << bit)
                });
                *kept = Captured::Integer(number);
                Some(marks)
            }
            b'{' => {
                let object = place.object.as_ref()?;
                let mut captured = Kept::default();
                self.depth += 1;
                if self.depth > MOST_DEPTH {
                    return None;
                }
                self.object(object, &mut captured)?;
                self.depth -= 1;
                Some(object.marks)
            }
            b'[' => {
                let (count, items, marks) = place.items.as_ref()?;
                self.depth += 1;
                if self.depth > MOST_DEPTH {
                    return None;
                }
                let found = self.array(*items)?;
                self.depth -= 1;
                count.contains(found).then_some(*marks)
            }
            b't' => {
                self.literal(b"true")?;
                place.truth
            }
            b'f' => {
                self.literal(b"false")?;
                place.falsity
            }
            b'n' => {
                self.literal(b"null")?;
                place.null
            }
            _ => None,
        }
    }

    /// The string that begins here.
    fn string(&mut self) -> Option<Raw<'t>> {
        let raw = string(self.text, self.at + 1)?;
        self.at += raw.bytes.len() + 2;
        Some(raw)
    }

    /// What an automaton says of a string.
    fn answer(&mut self, automaton: usize, raw: Raw<'_>) -> Option<Marks> {
        let automaton = self.places.automata.get(automaton)?;
        if raw.has_escape {
            self.scratch.text.clear();
            if !unescape(raw.bytes, &mut self.scratch.text) {
                return None;
            }
            return automaton.any(&self.scratch.text);
        }
        if raw.is_graphic {
            automaton.plain(raw.bytes)
        } else {
            automaton.any(raw.bytes)
        }
    }

    /// An integer of at most fifteen digits, without fraction or exponent.
    fn integer(&mut self) -> Option<i64> {
        let is_negative = self.peek() == Some(b'-');
        self.at += usize::from(is_negative);
        let start = self.at;
        let mut number = 0_i64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number * 10 + i64::from(digit - b'0');
            if number > LARGEST {
                return None;
            }
            self.at += 1;
        }
        let digits = self.at - start;
        let starts_with_zero = self.text.get(start) == Some(&b'0');
        // Minus zero is no integer to everyone.
        if digits == 0 || starts_with_zero && (digits > 1 || is_negative) {
            return None;
        }
        // A fraction or an exponent is found where a comma or a bracket should be.
        Some(if is_negative { -number } else { number })
    }

    /// The items from the opening bracket on; how many there are.
    fn array(&mut self, items: PlaceId) -> Option<i64> {
        self.at += 1;
        self.blank();
        if self.peek()? == b']' {
            self.at += 1;
            return Some(0);
        }
        let mut count = 0;
        loop {
            self.value(items, &mut Captured::Absent)?;
            count += 1;
            if self.is_closed(b']')? {
                return Some(count);
            }
        }
    }

    /// Goes on to what comes next in a container: false; true where that ends.
    fn is_closed(&mut self, closer: u8) -> Option<bool> {
        self.blank();
        let found = self.peek()?;
        self.at += 1;
        if found == closer {
            return Some(true);
        }
        self.blank();
        (found == b',').then_some(false)
    }

    /// The members from the opening bracket on.
    fn object(&mut self, object: &'w ObjectPlace, captured: &mut Kept<'t>) -> Option<()> {
        self.at += 1;
        self.blank();
        let first_name = self.scratch.names.len();
        let (mut there, mut lacking) = (0, 0);
        let mut is_done = self.peek()? == b'}';
        self.at += usize::from(is_done);
        let mut expected = 0;
        while !is_done {
            let (place, member) = match self.member(object, &mut expected) {
                Some(member) => (member.place, Some(member)),
                None => (self.unnamed(object.rest.as_ref()?, first_name)?, None),
            };
            self.blank();
            self.literal(b":")?;
            self.blank();
            let mut ignored = Captured::Absent;
            let kept = match member.and_then(|member| member.slot) {
                Some(slot) => &mut captured[slot],
                None => &mut ignored,
            };
            let marks = self.value(place, kept)?;
            if let Some(member) = member {
                if there & member.bit != 0 {
                    return None;
                }
                there |= member.bit;
                for (index, bit) in member.marks.iter().enumerate() {
                    if marks >> index & 1 == 0 {
                        lacking |= bit;
                    }
                }
            }
            is_done = self.is_closed(b'}')?;
        }
        self.scratch.names.truncate(first_name);
        let holds = |check: &Check| match check {
            Check::There(bits) => there & bits == *bits,
            Check::Marked(bits) => lacking & bits == 0,
        };
        let is_whole = there & object.required == object.required
            && object.checks.iter().all(|check| check.holds(&holds))
            && object
                .compare
                .iter()
                .all(|(order, one, other)| order.holds(captured[*one], captured[*other]));
        is_whole.then_some(())
    }

    /// The member whose name stands here, if it is one of the schema's. Most texts have them in
    /// the order of the text before.
    fn member(&mut self, object: &'w ObjectPlace, expected: &mut usize) -> Option<&'w Member> {
        let rest = self.text.get(self.at..)?;
        let (before, after) = object.members.split_at(*expected);
        let candidates = after.iter().chain(before);
        let (skipped, member) = candidates
            .enumerate()
            .find(|(_, member)| rest.starts_with(&member.name))?;
        *expected = (*expected + skipped + 1) % object.members.len();
        self.at += member.name.len();
        Some(member)
    }

    /// A name that no schema has, and that has not come before.
    fn unnamed(&mut self, rest: &Rest, first: usize) -> Option<PlaceId> {
        /// Names that are compared with each other.
        const MOST: usize = 64;
        if self.peek()? != b'"' {
            return None;
        }
        let start = self.at + 1;
        let raw = self.string()?;
        let end = start + raw.bytes.len();
        let others = &self.scratch.names[first..];
        let is_new = others
            .iter()
            .all(|(start, end)| self.text[*start..*end] != *raw.bytes);
        // Written with an escape, it may be another one all the same.
        if raw.has_escape || !is_new || others.len() == MOST {
            return None;
        }
        self.answer(rest.names, raw)?;
        self.scratch.names.push((start, end));
        Some(rest.place)
    }
}

impl Order {
    /// Whether two values stand to each other as they should, beyond doubt.
    fn holds(self, one: Captured<'_>, other: Captured<'_>) -> bool {
        match (self, one, other) {
            (_, Captured::Absent, _) | (_, _, Captured::Absent) => true,
            (Order::AtMost, Captured::Integer(one), Captured::Integer(other)) => one <= other,
            // Times of one form in one zone are ordered as their texts are.
            (Order::NotBefore, Captured::Text(one), Captured::Text(other)) => {
                one.bytes.len() == other.bytes.len()
                    && one.bytes <= other.bytes
                    && is_utc(one.bytes)
                    && is_utc(other.bytes)
            }
            _ => false,
        }
    }
}

/// Whether a text is a time in UTC, with or without fractions of a second.
fn is_utc(time: &[u8]) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00";
    let Some((seconds, rest)) = time.split_at_checked(FORM.len()) else {
        return false;
    };
    let fits = seconds.iter().zip(FORM).all(|(byte, form)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    });
    let Some(fraction) = rest.strip_suffix(b"Z") else {
        return false;
    };
    let is_fraction = |fraction: &[u8]| {
        fraction.len() > 1 && fraction[0] == b'.' && fraction[1..].iter().all(u8::is_ascii_digit)
    };
    fits && (fraction.is_empty() || is_fraction(fraction))
}
