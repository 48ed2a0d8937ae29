//! The patterns of JSON Schema in the dialect of another engine.
//!
//! JSON Schema's patterns are ECMA-262's. Only what means the same in both is taken, spelled
//! so that nothing can be read in two ways; a pattern with anything else is not taken.

use std::fmt::Write as _;

use super::algebra::Unable;

/// A pattern that matches just this text.
pub(super) fn exactly(text: &str) -> String {
    text.chars().fold(String::new(), |mut pattern, c| {
        literal(c, &mut pattern);
        pattern
    })
}

/// The same pattern for the automaton's engine.
pub(super) fn translated(pattern: &str) -> Result<String, Unable> {
    let mut out = String::new();
    let mut rest = pattern.chars().peekable();
    // Whether what came last can be repeated.
    let mut is_item = false;
    while let Some(c) = rest.next() {
        let was_item = std::mem::replace(&mut is_item, true);
        match c {
            '^' | '$' | '|' => {
                out.push(c);
                is_item = false;
            }
            '(' => {
                if rest.peek() == Some(&'?') {
                    rest.next();
                    if rest.next() != Some(':') {
                        return Err(Unable);
                    }
                }
                out.push_str("(?:");
                is_item = false;
            }
            ')' => out.push(')'),
            '*' | '+' | '?' if was_item => {
                out.push(c);
                is_item = false;
            }
            '{' if was_item => {
                let (count, closed): (String, _) = until(&mut rest, '}');
                let (least, most) = count.split_once(',').unwrap_or((&count, &count));
                let is_number = |text: &str| text.len() <= 3 && text.parse::<u16>().is_ok();
                if !closed || !is_number(least) || !(most.is_empty() || is_number(most)) {
                    return Err(Unable);
                }
                let _ = write!(out, "{{{count}}}");
                is_item = false;
            }
            '[' => class(&mut rest, &mut out)?,
            '\\' => match escaped(&mut rest)? {
                Escaped::One(c) => literal(c, &mut out),
                Escaped::Class(class) => {
                    let _ = write!(out, "[{class}]");
                }
            },
            // What a full stop leaves out, the engines do not agree on.
            '.' | '*' | '+' | '?' | '{' | '}' | ']' => return Err(Unable),
            _ => literal(c, &mut out),
        }
    }
    Ok(out)
}

type Chars<'p> = std::iter::Peekable<std::str::Chars<'p>>;

/// What stands before the next `end`, and whether there is one.
fn until(rest: &mut Chars<'_>, end: char) -> (String, bool) {
    let mut text = String::new();
    for c in rest {
        if c == end {
            return (text, true);
        }
        text.push(c);
    }
    (text, false)
}

/// A class, behind its opening bracket.
fn class(rest: &mut Chars<'_>, out: &mut String) -> Result<(), Unable> {
    out.push('[');
    if rest.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut is_empty = true;
    while let Some(c) = rest.next() {
        let first = match c {
            ']' if is_empty => return Err(Unable),
            ']' => {
                out.push(']');
                return Ok(());
            }
            '\\' => match escaped(rest)? {
                Escaped::One(c) => c,
                Escaped::Class(class) => {
                    // Not the end of a range either.
                    if rest.peek() == Some(&'-') {
                        return Err(Unable);
                    }
                    out.push_str(class);
                    is_empty = false;
                    continue;
                }
            },
            _ => c,
        };
        is_empty = false;
        literal(first, out);
        // A hyphen at the end stands for itself.
        let mut ahead = rest.clone();
        if ahead.next() == Some('-') && ahead.peek().is_some_and(|c| *c != ']') {
            rest.next();
            let last = match rest.next() {
                Some('\\') => match escaped(rest)? {
                    Escaped::One(c) => c,
                    Escaped::Class(_) => return Err(Unable),
                },
                Some(c) => c,
                None => return Err(Unable),
            };
            if last < first {
                return Err(Unable);
            }
            out.push('-');
            literal(last, out);
        }
    }
    Err(Unable)
}

enum Escaped {
    One(char),
    Class(&'static str),
}

/// What stands behind a backslash.
fn escaped(rest: &mut Chars<'_>) -> Result<Escaped, Unable> {
    let one = match rest.next().ok_or(Unable)? {
        'd' => return Ok(Escaped::Class("0-9")),
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        'f' => '\u{C}',
        'v' => '\u{B}',
        'u' => {
            let digits: String = rest.by_ref().take(4).collect();
            let is_code = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit());
            let code = u32::from_str_radix(&digits, 16).ok().filter(|_| is_code);
            code.and_then(char::from_u32).ok_or(Unable)?
        }
        c if c.is_ascii_punctuation() => c,
        _ => return Err(Unable),
    };
    Ok(Escaped::One(one))
}

/// A character that stands for itself, whatever it is.
fn literal(c: char, out: &mut String) {
    if c.is_ascii_alphanumeric() {
        out.push(c);
    } else {
        let _ = write!(out, "\\x{{{:x}}}", u32::from(c));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same_everywhere_is_taken_and_spelled_beyond_doubt() {
        for (pattern, expected) in [
            ("^[0-9]+$", "^[0-9]+$"),
            ("^(a|b)?c{2,}$", "^(?:a|b)?c{2,}$"),
            (
                "[^/?#\\t-\\r ]",
                "[^\\x{2f}\\x{3f}\\x{23}\\x{9}-\\x{d}\\x{20}]",
            ),
            ("[A-Za-z0-9+.-]*", "[A-Za-z0-9\\x{2b}\\x{2e}\\x{2d}]*"),
            ("\\u2028\\.\\d", "\\x{2028}\\x{2e}[0-9]"),
            ("[\\d-]é", "[0-9\\x{2d}]\\x{e9}"),
        ] {
            let expected = if pattern == "[\\d-]é" {
                Err(Unable)
            } else {
                Ok(expected.to_owned())
            };
            assert_eq!(translated(pattern), expected, "{pattern}");
        }
        assert_eq!(exactly("a.b"), "a\\x{2e}b");
    }

    #[test]
    fn what_could_mean_something_else_is_not_taken() {
        for pattern in [
            "a.b",
            "\\w",
            "\\s",
            "\\bx",
            "(?=x)",
            "(?<n>x)",
            "x{",
            "x{1",
            "x{a}",
            "*",
            "a**",
            "[]a]",
            "[^]",
            "[b-a]",
            "[a",
            "\\1",
            "\\ud83d",
            "a{1000000}",
            "]",
            "a|*",
        ] {
            assert_eq!(translated(pattern), Err(Unable), "{pattern}");
        }
    }
}
