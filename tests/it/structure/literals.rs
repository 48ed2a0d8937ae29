//! Text in the source that equals a name. Comments and doc comments are not text; what only
//! contains a name, such as an example in a help text, does not equal it.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::Lit;

use super::source::Source;

/// Each literal that equals one of the names, with its place.
pub(super) fn equal_to(source: &Source, names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    search(source.tokens(), &mut |line, text| {
        if names.contains(&text) {
            found.push(format!(
                "{}:{line}: the literal \"{text}\" names an event",
                source.path
            ));
        }
    });
    found
}

fn search(tokens: TokenStream, told: &mut dyn FnMut(usize, &str)) {
    let mut after_hash = false;
    for token in tokens {
        match &token {
            TokenTree::Group(group) if !(after_hash && is_doc(group)) => {
                search(group.stream(), told);
            }
            TokenTree::Literal(literal) => {
                if let Some(text) = text_of(Lit::new(literal.clone())) {
                    told(literal.span().start().line, &text);
                }
            }
            _ => {}
        }
        // `#[doc = …]` and `#![doc = …]`.
        after_hash = match &token {
            TokenTree::Punct(punct) => {
                punct.as_char() == '#' || (after_hash && punct.as_char() == '!')
            }
            _ => false,
        };
    }
}

/// Whether an attribute is documentation, as which doc comments are told too.
fn is_doc(group: &proc_macro2::Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(ident)) if ident == "doc")
}

/// What a literal says, if it is text in any of its forms.
fn text_of(literal: Lit) -> Option<String> {
    match literal {
        Lit::Str(text) => Some(text.value()),
        Lit::ByteStr(bytes) => String::from_utf8(bytes.value()).ok(),
        Lit::CStr(text) => text.value().into_string().ok(),
        _ => None,
    }
}

#[test]
fn a_name_is_found_in_every_kind_of_literal_and_in_macros() {
    let text = r##"
        const A: &str = "ping";
        const B: &[u8] = b"ping";
        const C: &str = r#"ping"#;
        const D: &str = "\x70ing";
        #[serde(rename = "ping")]
        fn f() { json!({ "type": "pong" }) }
        #[cfg(test)] mod tests { const E: &core::ffi::CStr = c"ping"; }
    "##;
    let found = equal_to(&Source::made_up("src/x.rs", text), &["ping", "pong"]);
    let lines: Vec<_> = found
        .iter()
        .filter_map(|place| place.split(':').nth(1))
        .collect();
    assert_eq!(lines, ["2", "3", "4", "5", "6", "7", "8"]);
}

#[test]
fn a_name_in_a_comment_or_within_longer_text_is_not_found() {
    let text = "//!ping\n\n///ping\n// ping \"ping\"\n/* \"ping\" */\n#[doc = \"ping\"]\n\
                const A: &str = \"send ping\"; const B: char = 'p'; fn ping() {}";
    assert_eq!(
        equal_to(&Source::made_up("src/x.rs", text), &["ping", "p"]),
        [""; 0]
    );
}
