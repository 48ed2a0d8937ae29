//! Bodies that a stranger may send: each of about any length.

/// A body of about that many bytes.
pub(crate) type Shape = fn(usize) -> String;

/// The shapes, by their names.
pub(crate) const SHAPES: [(&str, Shape); 12] = [
    ("URLs with http:", |size| {
        list(size, r#""http://h.example/f""#, "")
    }),
    ("objects, trailing comma", |size| {
        list(size, r#"{"url":"x"}"#, ",")
    }),
    ("empty strings", |size| list(size, r#""""#, "")),
    ("undocumented members", |size| {
        members(size, |n| format!(r#""k{n}":1"#))
    }),
    ("one key again and again", |size| {
        members(size, |n| format!(r#""k":{n}"#))
    }),
    ("numbers beyond 2^53", |size| {
        members(size, |n| format!(r#""k{n}":1e99"#))
    }),
    ("a text of escapes", |size| text(r"\u00e9\n", size)),
    ("a text of bad escapes", |size| text(r"\q", size)),
    ("a key of that length", |size| {
        event(&["\"", &"k".repeat(size), "\":1"].concat(), "")
    }),
    ("opening brackets", |size| "[".repeat(size)),
    ("words where commas belong", |size| {
        format!("[{}]", "1 ".repeat(size / 2))
    }),
    ("objects in objects", |size| nested(size)),
];

fn event(member: &str, comma: &str) -> String {
    format!(
        r#"{{"type":"recording","trans_date":1731573916,"app_id":"a","room_id":"r","conf_num":"7",{member}{comma}}}"#
    )
}

fn list(size: usize, item: &str, comma: &str) -> String {
    let items = vec![item; size / (item.len() + 1)].join(",");
    event(&format!(r#""recording":[{items}]"#), comma)
}

fn members(size: usize, member: fn(usize) -> String) -> String {
    let all: Vec<String> = (0..size / 12).map(member).collect();
    event(&all.join(","), "")
}

fn text(piece: &str, size: usize) -> String {
    event(
        &format!(
            r#""recording":["https://h/f"],"x":"{}""#,
            piece.repeat(size / piece.len())
        ),
        "",
    )
}

/// Long keys around a repeated one, whose place they all lead to.
fn nested(size: usize) -> String {
    let open = format!(r#"{{"{}":"#, "k".repeat(size / 100));
    let inner = r#"{"a":1,"a":2}"#;
    event(
        &format!(r#""x":{}{inner}{}"#, open.repeat(100), "}".repeat(100)),
        "",
    )
}
