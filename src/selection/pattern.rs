//! A name, or a pattern of names: `roomdrop`, `4821*`, `"a b"*`.

use std::fmt;
use std::str::FromStr;

use crate::json::quoted;

/// Characters that a bare part of a pattern cannot have.
const SPECIAL: &str = "*,)\"";

/// A name in which `*` stands for any text, also for none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// What stands between the asterisks. One part: there is none.
    parts: Vec<String>,
}

impl Pattern {
    /// A pattern that only this name fits.
    pub fn exactly(name: impl Into<String>) -> Pattern {
        Pattern {
            parts: vec![name.into()],
        }
    }

    /// The one name that fits, if there are no others.
    pub fn name(&self) -> Option<&str> {
        match &self.parts[..] {
            [name] => Some(name),
            _ => None,
        }
    }

    /// Whether a name fits.
    pub fn fits(&self, name: &str) -> bool {
        let [first, middle @ .., last] = &self.parts[..] else {
            return self.name() == Some(name);
        };
        let Some(mut rest) = name.strip_prefix(first.as_str()) else {
            return false;
        };
        for part in middle {
            match rest.find(part.as_str()) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last.as_str())
    }

    /// Reads the pattern at the start of a text; returns it with the rest. Nothing: a quote has
    /// no end, or there is no pattern.
    pub(super) fn read(text: &str) -> Option<(Pattern, &str)> {
        let mut parts = vec![String::new()];
        let mut rest = text;
        loop {
            let stop = rest
                .find(|character: char| character.is_whitespace() || SPECIAL.contains(character));
            let (bare, behind) = rest.split_at(stop.unwrap_or(rest.len()));
            parts.last_mut()?.push_str(bare);
            rest = behind;
            if let Some(behind) = rest.strip_prefix('*') {
                parts.push(String::new());
                rest = behind;
            } else if rest.starts_with('"') {
                let (text, behind) = super::condition::string(rest)?;
                parts.last_mut()?.push_str(&text);
                rest = behind;
            } else {
                break;
            }
        }
        (rest.len() < text.len()).then_some((Pattern { parts }, rest))
    }
}

/// As a flag has it: no quotes, and every character but `*` stands for itself.
impl FromStr for Pattern {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Pattern, Self::Err> {
        Ok(Pattern {
            parts: text.split('*').map(str::to_owned).collect(),
        })
    }
}

/// As a query has it.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name() == Some("") {
            return f.write_str("\"\"");
        }
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                f.write_str("*")?;
            }
            let is_odd = |character: char| {
                character.is_whitespace() || character.is_control() || SPECIAL.contains(character)
            };
            if part.contains(is_odd) {
                f.write_str(&quoted(part))?;
            } else {
                f.write_str(part)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asterisk_stands_for_any_text() {
        let fits = |pattern: &str, name| pattern.parse().is_ok_and(|one: Pattern| one.fits(name));
        for (pattern, name) in [
            ("a", "a"),
            ("a*", "a"),
            ("a*", "abc"),
            ("*c", "abc"),
            ("a*b*c", "a-b-b-c"),
            ("*", ""),
            ("a*a", "aa"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("a", "ab"),
            ("a*", "ba"),
            ("a*a", "a"),
            ("a*b*c", "acb"),
            ("", "a"),
        ] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn quotes_in_a_query_keep_an_asterisk_from_being_one() {
        let (pattern, rest) = Pattern::read("\"a*,\"*b,c").unwrap_or_else(|| panic!("it reads"));
        assert_eq!((pattern.to_string().as_str(), rest), ("\"a*,\"*b", ",c"));
        assert!(pattern.fits("a*,xb") && !pattern.fits("ab"));
        assert!(Pattern::read("\"a").is_none() && Pattern::read(" a").is_none());
    }
}
