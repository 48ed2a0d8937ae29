//! Parsers of option values: times and sizes with units, ranges, paths.

use std::time::Duration;

use crate::flows::expectation::Expectation;
use crate::flows::relay::is_name;
use crate::selection::{Pattern, Query, Term};

/// A length of time: `10s`, `500ms`, `2m`; a bare number is seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).map_err(|_| expected_duration());
    }
    humantime::parse_duration(text).map_err(|_| expected_duration())
}

fn expected_duration() -> String {
    "expected a time such as 10s, 500ms or 2m".to_owned()
}

/// A length of time above zero.
pub(super) fn some_time(text: &str) -> Result<Duration, String> {
    match duration(text) {
        Ok(Duration::ZERO) => Err("expected a time above 0, such as 10s".to_owned()),
        other => other,
    }
}

/// A number of parallel sessions: 1 to 1000.
pub(super) fn lanes(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(lanes @ 1..=1000) => Ok(lanes),
        _ => Err("expected a number from 1 to 1000".to_owned()),
    }
}

/// A number of bytes: `16MiB`, `64k`; a bare number is bytes.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let expected = || "expected a size such as 16MiB, 500kB or 4096".to_owned();
    let bytes = parse_size::parse_size(text).map_err(|_| expected())?;
    usize::try_from(bytes).map_err(|_| expected())
}

/// The size at which a log is rotated.
pub(super) fn size_of_a_part(text: &str) -> Result<u64, String> {
    match size(text)? {
        size @ 4096.. => Ok(size as u64),
        _ => Err("expected at least 4KiB, such as 100MB".to_owned()),
    }
}

/// The size of a header, with room for those of every usual client.
pub(super) fn head(text: &str) -> Result<usize, String> {
    match size(text) {
        Ok(bytes) if bytes < 1024 => Err("expected at least 1KiB".to_owned()),
        other => other,
    }
}

/// The path of a URL: `/hook`.
pub(super) fn path(text: &str) -> Result<String, String> {
    let fits = text.starts_with('/')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"?#".contains(&byte));
    if fits {
        Ok(text.to_owned())
    } else {
        Err(
            "expected a path such as /hook, without a query; encode other characters as in %20"
                .to_owned(),
        )
    }
}

/// A number of at least 1.
pub(super) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("expected a number of at least 1".to_owned()),
    }
}

/// A number of captures, at least 1.
pub(super) fn at_least_one_u64(text: &str) -> Result<u64, String> {
    at_least_one(text).map(|number| number as u64)
}

/// A share, from 0 to 1.
pub(super) fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a number from 0 to 1, such as 0.1".to_owned()),
    }
}

/// The name of a source or a follower at a relay.
pub(super) fn relay_name(text: &str) -> Result<String, &'static str> {
    if is_name(text) {
        return Ok(text.to_owned());
    }
    Err("expected 1 to 64 letters, digits, - and _")
}

/// A position in a log: `start` (1), or a seq.
pub(super) fn from_where(text: &str) -> Result<u64, String> {
    match text {
        "start" => Ok(1),
        _ => match text.trim_start_matches('#').parse() {
            Ok(seq) if seq > 0 => Ok(seq),
            _ => Err("expected `start` or the number of a capture".to_owned()),
        },
    }
}

/// `EVENT=N`, `EVENT>=N`, or the same with a query in parentheses in place of the event.
pub(super) fn expectation(text: &str) -> Result<Expectation, String> {
    let expected = "expected EVENT=N, 'EVENT>=N' or '(QUERY)>=N', such as roomdrop=1";
    // A query may have these signs too.
    let end = text.rfind(')').map_or(0, |at| at + 1);
    let at = text[end..].find('=').ok_or_else(|| {
        // The shell has taken `>=1` for the name of a file.
        format!("{expected}; with > it needs quotes: --expect '{text}>=1'")
    })? + end;
    let (left, count) = (&text[..at], &text[at + 1..]);
    let (left, or_more) = match left.strip_suffix('>') {
        Some(left) => (left, true),
        None => (left, false),
    };
    let name = left.trim().to_owned();
    let query = match name.strip_prefix('(').map(|rest| rest.strip_suffix(')')) {
        Some(Some(query)) => query.parse().map_err(|error| format!("{error}"))?,
        Some(None) => return Err(expected.to_owned()),
        None if name.is_empty() => return Err("expected an event name before `=`".to_owned()),
        None => Query::Term(Term::Event(vec![Pattern::exactly(name.clone())])),
    };
    let count = count.trim().parse();
    Ok(Expectation {
        name,
        query,
        or_more,
        count: count.map_err(|_| "expected a number after `=`".to_owned())?,
    })
}

/// A value for what a query means: `(QUERY)=VALUE`, or `VALUE` for everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    /// What it is for.
    pub query: Query,
    /// The value.
    pub value: String,
}

/// A value, or `(QUERY)=VALUE`.
pub(super) fn routed(text: &str) -> Result<Routed, String> {
    let (query, value) = match for_query(text)? {
        Some((query, value)) => (query, value),
        None => (Query::default(), text),
    };
    Ok(Routed {
        query,
        value: value.to_owned(),
    })
}

/// Statuses in turn, for what a query means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replies {
    /// What they are for.
    pub query: Query,
    /// The statuses.
    pub statuses: Vec<u16>,
}

/// `503,503,200`, or the same behind `(QUERY)=`.
pub(super) fn replies(text: &str) -> Result<Replies, String> {
    let Routed { query, value } = routed(text)?;
    let statuses = value.split(',').map(|status| status.trim().parse::<u16>());
    let statuses: Result<Vec<u16>, _> = statuses.collect();
    let expected = |_| "expected statuses such as 503,503,200, or (QUERY)=503,200".to_owned();
    Ok(Replies {
        query,
        statuses: statuses.map_err(expected)?,
    })
}

/// The query of `(QUERY)=VALUE`, and the value; nothing if it does not have that form. The query
/// ends at the first `)=` before which there is one.
fn for_query(text: &str) -> Result<Option<(Query, &str)>, String> {
    let Some(inside) = text.strip_prefix('(') else {
        return Ok(None);
    };
    let mut wrong = None;
    for (at, end) in inside.match_indices(")=") {
        match inside[..at].parse() {
            Ok(query) => return Ok(Some((query, &inside[at + end.len()..]))),
            Err(error) => wrong = wrong.or(Some(error)),
        }
    }
    wrong.map_or(Ok(None), |error| {
        Err(format!("in the parentheses: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_in_parentheses_ends_where_it_is_one() {
        let read = |text: &str| routed(text).map(|one| (one.query.to_string(), one.value));
        let is = |query: &str, value: &str| Ok((query.to_owned(), value.to_owned()));
        assert_eq!(read("http://h/?a=(b)=1"), is("", "http://h/?a=(b)=1"));
        assert_eq!(
            read("(event:a)=http://h/)=1"),
            is("event:a", "http://h/)=1")
        );
        assert_eq!(read("(body:\"x)=y\")=200"), is("body:\"x)=y\"", "200"));
        assert_eq!(
            read("((event:a or event:b) session:1)=x").map(|(_, value)| value),
            Ok("x".to_owned())
        );
        // A subshell.
        assert_eq!(read("(cd x; ./run)"), is("", "(cd x; ./run)"));
        assert!(routed("(nonsense:a)=x").is_err());
    }

    #[test]
    fn times_have_units_or_are_seconds() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("1.5"), Ok(Duration::from_millis(1500)));
        for wrong in ["", "-1", "soon", "5 parsecs", "1e300"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn paths_begin_with_a_slash_and_end_before_the_query() {
        assert_eq!(path("/a%20b"), Ok("/a%20b".to_owned()));
        for wrong in ["", "hook", "/a?b", "/a#b", "/a b", "/é", "http://h/"] {
            assert!(path(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn limits_that_would_refuse_everything_are_errors() {
        assert_eq!(some_time("1ms"), Ok(Duration::from_millis(1)));
        assert!(some_time("0").is_err() && some_time("0s").is_err());
        assert_eq!(head("1KiB"), Ok(1024));
        assert!(head("1023").is_err());
    }

    #[test]
    fn sizes_have_units_or_are_bytes() {
        assert_eq!(size("4096"), Ok(4096));
        assert_eq!(size("16MiB"), Ok(16 << 20));
        assert!(size("lots").is_err());
    }

    #[test]
    fn expectations_are_exact_or_open() {
        let read = |text: &str| {
            let Expectation {
                name,
                or_more,
                count,
                ..
            } = expectation(text)?;
            Ok::<_, String>((name, or_more, count))
        };
        assert_eq!(read("a=1"), Ok(("a".to_owned(), false, 1)));
        assert_eq!(read("a/b >= 20"), Ok(("a/b".to_owned(), true, 20)));
        let query = "(event:a n>=3 verdict:valid)";
        assert_eq!(
            read(&format!("{query}>=5")),
            Ok((query.to_owned(), true, 5))
        );
        for wrong in [
            "",
            "a",
            "=1",
            "a=",
            "a=-1",
            "a>1",
            ">=1",
            "(a=1",
            "(nonsense:a)=1",
        ] {
            assert!(expectation(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_place_in_a_log_is_its_start_or_a_number() {
        assert_eq!(from_where("start"), Ok(1));
        assert_eq!(from_where("#17"), Ok(17));
        assert!(from_where("0").is_err() && from_where("end").is_err());
        assert_eq!(share("0.25"), Ok(0.25));
        assert!(share("25").is_err() && share("NaN").is_err());
        assert!(at_least_one("0").is_err());
    }
}
