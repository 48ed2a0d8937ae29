//! Who imports whom, read from the tokens: `use` trees and paths in code, also inside macros
//! and tests, are the same to it. A path counts if it begins at the crate (`crate::`,
//! `enx_hook::`) or climbs (`super::`); where it ends is resolved by the file's place.

use std::iter::Peekable;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

use super::source::Source;

/// The floors of the house. A room imports only from floors below its own.
const FLOORS: [(&str, u8); 19] = [
    ("main", 9),
    ("lib", 8),
    ("cli", 7),
    ("config", 7),
    ("commands", 6),
    ("render", 5),
    ("flows", 4),
    ("receiver", 3),
    ("journal", 3),
    ("delivery", 3),
    ("validation", 3),
    ("catalog", 2),
    ("selection", 2),
    ("layout", 2),
    ("wire", 2),
    ("json", 1),
    ("text", 1),
    ("files", 1),
    ("model", 0),
];

/// Neighbours on one floor that may be imported: what was typed is given its meaning, and
/// the crate's root brings the two together.
const NEIGHBOURS: [(&str, &str); 3] = [("config", "cli"), ("lib", "cli"), ("lib", "config")];

/// The floor of a room.
pub(super) fn floor(room: &str) -> Option<u8> {
    FLOORS
        .iter()
        .find(|(name, _)| *name == room)
        .map(|(_, floor)| *floor)
}

/// A path of one room in the code of another, or of the same.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// File and line.
    place: String,
    from: String,
    to: String,
}

impl Import {
    /// Why it may not be, if so.
    pub(super) fn fault(&self) -> Option<String> {
        let Import { place, from, to } = self;
        if from == to || NEIGHBOURS.contains(&(from, to)) {
            return None;
        }
        let (Some(above), Some(below)) = (floor(from), floor(to)) else {
            return Some(format!(
                "{place}: `{from}` imports `{to}`, and one of them has no floor"
            ));
        };
        (above <= below)
            .then(|| format!("{place}: `{from}` (floor {above}) imports `{to}` (floor {below})"))
    }
}

/// All imports of a file.
pub(super) fn of(source: &Source) -> Vec<Import> {
    let mut reader = Reader {
        source,
        module: source.module(),
        imports: Vec::new(),
    };
    reader.read(source.tokens());
    reader.imports
}

struct Reader<'s> {
    source: &'s Source,
    /// The modules that lead to the code that is being read.
    module: Vec<String>,
    imports: Vec<Import>,
}

type Tokens = Peekable<IntoIter>;

impl Reader<'_> {
    fn read(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Ident(ident) if ident == "mod" => self.inline_module(&mut tokens),
                TokenTree::Ident(ident) => {
                    let start = match ident.to_string().as_str() {
                        // In `main.rs` this is another crate, which is no room.
                        "crate" if self.source.room() != "main" => Some(Vec::new()),
                        "enx_hook" => Some(Vec::new()),
                        "super" => Some(self.above(&self.module)),
                        "self" => Some(self.module.clone()),
                        _ => None,
                    };
                    if let Some(start) = start.filter(|_| takes_colons(&mut tokens)) {
                        let line = ident.span().start().line;
                        self.path(start, line, &mut tokens);
                    }
                }
                _ => {}
            }
        }
    }

    /// `mod name { … }`: what is inside stands one module deeper.
    fn inline_module(&mut self, tokens: &mut Tokens) {
        let Some(TokenTree::Ident(name)) = tokens.next() else {
            return;
        };
        if let Some(TokenTree::Group(body)) = tokens.peek() {
            self.module.push(name.to_string());
            let body = body.stream();
            self.read(body);
            self.module.pop();
            tokens.next();
        }
    }

    /// Follows a path behind its `::`, and all branches of a `use` tree.
    fn path(&mut self, mut at: Vec<String>, line: usize, tokens: &mut Tokens) {
        loop {
            match tokens.next() {
                Some(TokenTree::Ident(ident)) if ident == "super" => at = self.above(&at),
                Some(TokenTree::Ident(ident)) if ident == "self" => {}
                Some(TokenTree::Ident(ident)) => at.push(ident.to_string()),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let mut branches = group.stream().into_iter().peekable();
                    while branches.peek().is_some() {
                        self.path(at.clone(), line, &mut branches);
                        while branches.next().is_some_and(|token| !is_comma(&token)) {}
                    }
                    return;
                }
                _ => break,
            }
            if !takes_colons(tokens) {
                break;
            }
        }
        // What stands at the crate's root is the library's own.
        let to = at
            .first()
            .filter(|name| floor(name).is_some() || at.len() > 1);
        self.imports.push(Import {
            place: format!("{}:{line}", self.source.path),
            from: self.source.room().to_owned(),
            to: to.map_or("lib", String::as_str).to_owned(),
        });
    }

    fn above(&self, module: &[String]) -> Vec<String> {
        let (_, above) = module
            .split_last()
            .unwrap_or_else(|| panic!("{}: `super` at the crate's root", self.source.path));
        above.to_vec()
    }
}

/// Takes `::` if it comes next: a colon with another one right behind it.
fn takes_colons(tokens: &mut Tokens) -> bool {
    let first = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
    tokens.next_if(first).is_some() && tokens.next().is_some()
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

/// The faults of a made-up file, as `line from -> to`.
fn faults(path: &str, text: &str) -> Vec<String> {
    let imports = of(&Source::made_up(path, text));
    let wrong = imports.iter().filter(|import| import.fault().is_some());
    wrong
        .map(|Import { place, from, to }| {
            let line = place.rsplit(':').next().unwrap_or_default();
            format!("{line} {from} -> {to}")
        })
        .collect()
}

#[test]
fn an_import_downward_is_right_however_it_is_written() {
    let text = "use crate::{catalog::{self, Catalog}, model::*};\n\
                use super::shape::Shape;\n\
                fn f() -> crate::model::error::Failure { crate::json::read(b\"\") }";
    assert_eq!(faults("src/validation/rules.rs", text), [""; 0]);
    assert_eq!(
        faults("src/json/tree.rs", "use crate::model::report::Place;"),
        [""; 0]
    );
    assert_eq!(
        faults("src/config.rs", "use crate::cli; use crate::commands;"),
        [""; 0]
    );
    assert_eq!(
        faults(
            "src/lib.rs",
            "pub use crate::cli::Cli; use self::config::x;"
        ),
        [""; 0]
    );
    assert_eq!(
        faults(
            "src/main.rs",
            "use enx_hook::model::environment::Streams; fn main() { enx_hook::run() }"
        ),
        [""; 0]
    );
}

#[test]
fn an_import_upward_or_sideways_is_found_wherever_it_hides() {
    let cases = [
        (
            "src/journal.rs",
            "use crate::validation::Classification;",
            "1 journal -> validation",
        ),
        (
            "src/journal/read.rs",
            "\nuse super::super::delivery;",
            "2 journal -> delivery",
        ),
        (
            "src/catalog.rs",
            "use crate::{model::Report, render::Line};",
            "1 catalog -> render",
        ),
        (
            "src/wire/check.rs",
            "use crate::{json::x, model::{self, Finding}, journal::{c}};",
            "1 wire -> journal",
        ),
        (
            "src/receiver.rs",
            "fn f() { matches!(x, crate::commands::Format::Json) }",
            "1 receiver -> commands",
        ),
        (
            "src/delivery.rs",
            "#[cfg(test)]\nmod tests {\nuse crate::receiver::Receiver;\n}",
            "3 delivery -> receiver",
        ),
        (
            "src/delivery/a.rs",
            "use self::super::super::render::Line;",
            "1 delivery -> render",
        ),
        (
            "src/delivery.rs",
            "mod tests {\nuse super::super::receiver::Receiver;\n}",
            "2 delivery -> receiver",
        ),
        (
            "src/model.rs",
            "pub(in crate::catalog) struct X;",
            "1 model -> catalog",
        ),
        (
            "src/commands/send.rs",
            "use crate::cli::Send;",
            "1 commands -> cli",
        ),
        ("src/cli.rs", "use crate::config;", "1 cli -> config"),
        (
            "src/render.rs",
            "fn f() { crate::run() }",
            "1 render -> lib",
        ),
        (
            "src/text.rs",
            "use enx_hook::model::Catalog;\nuse enx_hook::commands::X;",
            "2 text -> commands",
        ),
        ("src/lib.rs", "use crate::main::x;", "1 lib -> main"),
    ];
    for (path, text, expected) in cases {
        assert_eq!(faults(path, text), [expected], "{path}: {text}");
    }
}

#[test]
fn a_room_without_a_floor_is_found() {
    assert_eq!(
        faults("src/model.rs", "use crate::attic::Box;"),
        ["1 model -> attic"]
    );
    assert_eq!(
        faults("src/attic.rs", "use crate::model::report::Report;"),
        ["1 attic -> model"]
    );
}

#[test]
fn what_is_only_said_is_no_import() {
    let text = "//! See [`crate::commands`].\n/// [`crate::cli::Cli`]\n// use crate::cli;\n\
                const A: &str = \"crate::commands::x\"; pub(crate) fn f() { x.crate_(); m::supers() }";
    assert_eq!(of(&Source::made_up("src/journal.rs", text)), []);
}
