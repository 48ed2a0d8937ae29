//! What changes from run to run, and what stands in its place where whole outputs are compared.

use std::sync::LazyLock;

use regex::Regex;

/// What changes from run to run, the longer patterns first.
static CHANGING: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let patterns = [
        (r#""(took_ms|seconds)":[0-9.e-]+"#, "<number>"),
        (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "<moment>"),
        (r"\b\d\d:\d\d:\d\d(\.\d{3})?\b", "<time of day>"),
        (r"\b\d+(\.\d+)? (µs|ms|s)\b", "<duration>"),
        // With the spaces that fill its column.
        (r"\+\d+(\.\d+)?(µs|ms|s|m)( \d+s)? +", "<gap> "),
        // On a busy machine what is sent in one second arrives in the next.
        (
            r"(as|(<duration>|\d+d( \d+h)?) before) it arrived\b",
            "<distance> it arrived",
        ),
        // Each system says it in its own words.
        (r": [A-Z][a-z ]+ \(os error \d+\)", ": <reason>"),
        (r"\b127\.0\.0\.1:\d{5}\b", "<peer>"),
        (r"\benxhook-[0-9a-f]{4}\b", "<mark>"),
        (r"\benx-hook([ /])\d+\.\d+\.\d+\b", "enx-hook$1<version>"),
        (r#""log":"[0-9a-f]{16}""#, "<log>"),
        (r"\b[0-9a-f]{24}\b", "<room>"),
        (r"\b\d{10}\b", "<Unix time>"),
        (r"\b\d{8}\b", "<session>"),
    ];
    let compile = |(pattern, mask)| (Regex::new(pattern).expect("a pattern"), mask);
    patterns.into_iter().map(compile).collect()
});

/// A text without what changes from run to run.
pub(crate) fn masked(text: &str) -> String {
    CHANGING
        .iter()
        .fold(text.to_owned(), |text, (pattern, mask)| {
            pattern.replace_all(&text, *mask).into_owned()
        })
}
