//! Whether lines are the ones that were promised: the same but for what changes from run to
//! run, which is masked on both sides.

use crate::support::masked;

/// Whether the lines are the expected ones, where `...` stands for any lines.
pub(super) fn fits(expected: &[&str], actual: &[String]) -> bool {
    match expected {
        [] => actual.is_empty(),
        ["...", rest @ ..] => (0..=actual.len()).any(|skipped| fits(rest, &actual[skipped..])),
        [line, rest @ ..] => actual
            .split_first()
            .is_some_and(|(found, others)| alike(found, line) && fits(rest, others)),
    }
}

/// Whether two lines are the same but for what changes. A log of today has today's date.
fn alike(found: &str, line: &str) -> bool {
    let date = regex::Regex::new(r"\b20\d\d-\d\d-\d\d\b").expect("a pattern");
    let [found, line] =
        [found, line].map(|text| date.replace_all(&masked(text), "<date>").into_owned());
    found == line
}

#[test]
fn only_what_changes_may_differ() {
    let fits = |expected: &str, actual: &str| {
        let expected: Vec<&str> = expected.lines().collect();
        let actual: Vec<String> = actual.lines().map(str::to_owned).collect();
        fits(&expected, &actual)
    };
    assert!(fits("200 in 3.1 ms", "200 in 85 µs"));
    assert!(!fits("200 in 3.1 ms", "500 in 3.1 ms"));
    assert!(fits(
        "14:03:22.118  x  48213907",
        "20:44:38.285  x  67556480"
    ));
    assert!(!fits("14:03:22.118  x", "14:03:22.118  y"));
    assert!(fits("2026-11-20 14:03:22  #1", "2026-11-29 08:00:01  #1"));
    assert!(fits("+0.3s     200", "+1m 2s    200"));
    assert!(!fits("+0.3s     200", "          200"));
    assert!(fits("as it arrived", "1 s before it arrived"));
    assert!(!fits("as it arrived", "1 s after it arrived"));
    assert!(fits("a\n...\nd", "a\nb\nc\nd"));
    assert!(fits("a\n...\nd", "a\nd"));
    assert!(!fits("a\n...\nd", "a\nd\ne"));
    assert!(!fits("a", "a\nb"));
    assert!(!fits("a\nb", "a"));
}
