//! What a schema asks of null, of true and false, and of integers.

use serde_json::{Map, Value};

use super::algebra::{Algebra, Boolean, Unable};

/// Integers up to this magnitude are looked at: fifteen digits, well below 2^53.
pub(super) const LARGEST: i64 = 999_999_999_999_999;

/// Whether a schema accepts the one value that is meant: null, or true, or false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Single<const WHICH: u8>(pub(super) bool);

pub(super) const NULL: u8 = 0;
pub(super) const TRUE: u8 = 1;
pub(super) const FALSE: u8 = 2;

impl<const WHICH: u8> Boolean for Single<WHICH> {
    fn constant(all: bool) -> Self {
        Single(all)
    }

    fn not(self) -> Self {
        Single(!self.0)
    }

    fn and(self, other: Self) -> Self {
        Single(self.0 && other.0)
    }

    fn or(self, other: Self) -> Self {
        Single(self.0 || other.0)
    }
}

impl<'s, const WHICH: u8> Algebra<'s> for Single<WHICH> {
    fn equal(value: &'s Value) -> Result<Self, Unable> {
        let which = match value {
            Value::Null => Some(NULL),
            Value::Bool(true) => Some(TRUE),
            Value::Bool(false) => Some(FALSE),
            _ => None,
        };
        Ok(Single(which == Some(WHICH)))
    }

    fn keyword(_: &str, _: &'s Map<String, Value>) -> Result<Self, Unable> {
        Err(Unable)
    }
}

/// A set of integers: ranges with both ends in, ascending, apart from each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Integers(Vec<(i64, i64)>);

impl Integers {
    pub(super) fn contains(&self, number: i64) -> bool {
        self.0
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&number))
    }

    pub(super) fn between(first: i64, last: i64) -> Integers {
        let (first, last) = (first.max(-LARGEST), last.min(LARGEST));
        Integers(if first <= last {
            vec![(first, last)]
        } else {
            Vec::new()
        })
    }
}

impl Boolean for Integers {
    fn constant(all: bool) -> Self {
        if all {
            Integers::between(-LARGEST, LARGEST)
        } else {
            Integers(Vec::new())
        }
    }

    fn not(self) -> Self {
        let mut rest = Vec::new();
        let mut next = -LARGEST;
        for (first, last) in self.0 {
            if next < first {
                rest.push((next, first - 1));
            }
            next = last + 1;
        }
        if next <= LARGEST {
            rest.push((next, LARGEST));
        }
        Integers(rest)
    }

    fn and(self, other: Self) -> Self {
        self.not().or(other.not()).not()
    }

    fn or(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self.0.sort_unstable();
        let mut ranges: Vec<(i64, i64)> = Vec::new();
        for (first, last) in self.0 {
            match ranges.last_mut() {
                Some((_, end)) if first <= *end + 1 => *end = last.max(*end),
                _ => ranges.push((first, last)),
            }
        }
        Integers(ranges)
    }
}

impl<'s> Algebra<'s> for Integers {
    fn equal(value: &'s Value) -> Result<Self, Unable> {
        let Value::Number(number) = value else {
            return Ok(Integers::constant(false));
        };
        match number.as_i64() {
            Some(number) => Ok(Integers::between(number, number)),
            // `1.0` is 1; what else it may be is not asked often.
            None => Err(Unable),
        }
    }

    fn keyword(keyword: &str, schema: &'s Map<String, Value>) -> Result<Self, Unable> {
        let bound = schema.get(keyword).and_then(Value::as_i64).ok_or(Unable)?;
        let bound = bound.clamp(-LARGEST - 1, LARGEST + 1);
        match keyword {
            "minimum" => Ok(Integers::between(bound, LARGEST)),
            "maximum" => Ok(Integers::between(-LARGEST, bound)),
            "exclusiveMinimum" => Ok(Integers::between(bound + 1, LARGEST)),
            "exclusiveMaximum" => Ok(Integers::between(-LARGEST, bound - 1)),
            _ => Err(Unable),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_integers_are_combined_as_sets_are() {
        let small = Integers::between(0, 9);
        let odd = Integers::between(5, 20).not();
        let both = small.clone().and(odd.clone());
        let any = small.clone().or(odd.clone());
        for number in [-LARGEST, -1, 0, 4, 5, 9, 10, 20, 21, LARGEST] {
            let (one, other) = (small.contains(number), odd.contains(number));
            assert_eq!(both.contains(number), one && other, "{number}");
            assert_eq!(any.contains(number), one || other, "{number}");
            assert_eq!(small.clone().not().contains(number), !one, "{number}");
        }
        assert_eq!(
            small.clone().or(small.clone().not()),
            Integers::constant(true)
        );
        assert_eq!(small.clone().and(small.not()), Integers::constant(false));
    }
}
