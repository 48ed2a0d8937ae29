//! How many values a text has, before memory is taken for them.

/// The most values of a text that is read into a tree, where a stranger may have written it. An event
/// has some dozens, and each takes much more memory than text.
pub const MAX_VALUES: usize = 100_000;

/// Whether a text has more values than that.
pub fn has_too_many_values(text: &[u8]) -> bool {
    // Before each value but the first of all stands a comma, a bracket or a colon. A colon stands behind a
    // comma or a bracket, and texts may have them too.
    if text.len() <= MAX_VALUES
        || memchr::memchr3_iter(b',', b'[', b'{', text).count() <= MAX_VALUES
    {
        return false;
    }
    let (mut values, mut in_string, mut escaped) = (0, false, false);
    for byte in text {
        match byte {
            b'"' if !escaped => in_string = !in_string,
            b',' | b'[' | b'{' if !in_string => values += 1,
            _ => {}
        }
        escaped = in_string && *byte == b'\\' && !escaped;
    }
    values > MAX_VALUES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_text_is_no_value() {
        let many = |values: usize| format!("[{}0]", "0,".repeat(values - 1));
        assert!(!has_too_many_values(many(MAX_VALUES).as_bytes()));
        assert!(has_too_many_values(many(MAX_VALUES + 1).as_bytes()));
        let nested = |values: usize| r#"{"a":"#.repeat(values);
        assert!(!has_too_many_values(nested(MAX_VALUES).as_bytes()));
        assert!(has_too_many_values(nested(MAX_VALUES + 1).as_bytes()));
        let text = format!("[\"\\\"{}\"]", ",[{".repeat(MAX_VALUES));
        assert!(!has_too_many_values(text.as_bytes()));
    }
}
