//! Which file uses which, read from the tokens: paths that begin at `crate`, `super`, `self` or
//! a module of the file itself, followed through re-exports to the file that defines the item.
//! Code that only tests see does not count.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

use super::source::Source;

/// A path of names, from the root of the crate.
type Path = Vec<String>;

/// What one module has.
#[derive(Debug, Default)]
struct Module {
    children: BTreeSet<String>,
    /// Names that it re-exports, and the paths behind them.
    exports: BTreeMap<String, Path>,
    uses: Vec<Path>,
}

/// The files of the crate by their modules, and the files that each uses.
#[derive(Debug, Default)]
pub(super) struct Graph {
    modules: BTreeMap<Path, Module>,
    edges: BTreeMap<Path, BTreeSet<Path>>,
}

impl Graph {
    /// The graph of these files, those left out that only tests see.
    pub(super) fn of(sources: &[Source]) -> Graph {
        let mut graph = Graph::default();
        let mut only_tests: BTreeSet<Path> = BTreeSet::new();
        for source in sources {
            let mut reader = Reader {
                module: source.module(),
                found: Module::default(),
                only_tests: BTreeSet::new(),
            };
            reader.find_children(source.tokens());
            reader.read(source.tokens());
            only_tests.extend(reader.only_tests);
            graph.modules.insert(reader.module, reader.found);
        }
        graph.modules.retain(|module, _| {
            !(1..=module.len()).any(|length| only_tests.contains(&module[..length]))
        });
        for (module, found) in &graph.modules {
            let used = found.uses.iter().filter_map(|path| graph.file(path, 0));
            let used = used.filter(|used| used != module).collect();
            graph.edges.insert(module.clone(), used);
        }
        graph
    }

    /// The module whose file defines what a path names.
    fn file(&self, path: &[String], depth: usize) -> Option<Path> {
        let mut at: Path = Vec::new();
        for (index, name) in path.iter().enumerate() {
            let module = self.modules.get(&at)?;
            if module.children.contains(name) {
                at.push(name.clone());
            } else if let Some(target) = module.exports.get(name).filter(|_| depth < 8) {
                let rest = &path[index + 1..];
                return self.file(&[target, rest].concat(), depth + 1);
            } else {
                break;
            }
        }
        self.modules.contains_key(&at).then_some(at)
    }

    /// Sets of files that use each other, directly or through others.
    pub(super) fn circles(&self) -> Vec<Vec<String>> {
        circles(&self.edges)
    }

    /// The same among the modules of a room, each with all that is below it.
    pub(super) fn circles_of_modules(&self) -> Vec<Vec<String>> {
        let mut edges: BTreeMap<Path, BTreeSet<Path>> = BTreeMap::new();
        for (from, to) in self.all_edges() {
            if from.len() > 1 && to.len() > 1 && from[0] == to[0] && from[1] != to[1] {
                edges
                    .entry(from[..2].to_vec())
                    .or_default()
                    .insert(to[..2].to_vec());
            }
        }
        circles(&edges)
    }

    /// Uses between different second-level modules of a room, except those of shared modules.
    pub(super) fn siblings(&self, room: &str, shared: &[&str]) -> Vec<String> {
        let found = self.all_edges().filter(|(from, to)| {
            from.len() > 1
                && to.len() > 1
                && from[0] == room
                && to[0] == room
                && from[1] != to[1]
                && !shared.contains(&&*to[1])
        });
        found
            .map(|(from, to)| format!("{} uses {}", from.join("::"), to.join("::")))
            .collect()
    }

    fn all_edges(&self) -> impl Iterator<Item = (&Path, &Path)> {
        self.edges
            .iter()
            .flat_map(|(from, all)| all.iter().map(move |to| (from, to)))
    }
}

fn circles(edges: &BTreeMap<Path, BTreeSet<Path>>) -> Vec<Vec<String>> {
    let reached: BTreeMap<&Path, BTreeSet<&Path>> = edges
        .keys()
        .map(|start| {
            let mut reached = BTreeSet::new();
            let mut waiting = vec![start];
            while let Some(at) = waiting.pop() {
                for next in edges.get(at).into_iter().flatten() {
                    if reached.insert(next) {
                        waiting.push(next);
                    }
                }
            }
            (start, reached)
        })
        .collect();
    let mut circles = BTreeSet::new();
    for (start, all) in &reached {
        if all.contains(*start) {
            let back = all
                .iter()
                .filter(|other| reached.get(**other).is_some_and(|all| all.contains(*start)));
            circles.insert(back.map(|path| path.join("::")).collect::<Vec<_>>());
        }
    }
    circles.into_iter().collect()
}

type Tokens = Peekable<IntoIter>;

struct Reader {
    module: Path,
    found: Module,
    only_tests: BTreeSet<Path>,
}

impl Reader {
    /// The modules that are files of their own, and those among them that only tests see.
    fn find_children(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        let mut is_test = false;
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    is_test |= tokens.peek().is_some_and(is_cfg_test);
                }
                TokenTree::Ident(ident) if ident == "mod" => {
                    if let Some(TokenTree::Ident(name)) = tokens.next()
                        && matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ';')
                    {
                        let name = name.to_string();
                        if is_test {
                            let mut path = self.module.clone();
                            path.push(name);
                            self.only_tests.insert(path);
                        } else {
                            self.found.children.insert(name);
                        }
                    }
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => is_test = false,
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => is_test = false,
                _ => {}
            }
        }
    }

    fn read(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        // Whether `pub`, and perhaps where, stands before what comes next.
        let mut is_public = false;
        let mut follows_path = false;
        while let Some(token) = tokens.next() {
            let mut stays_public = false;
            let mut is_separator = false;
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    if tokens.peek().is_some_and(is_cfg_test) {
                        tokens.next();
                        skip_item(&mut tokens);
                    }
                }
                TokenTree::Punct(punct) => is_separator = matches!(punct.as_char(), ':' | '.'),
                TokenTree::Group(group) => {
                    // `pub(crate)` names a place that is no use of it.
                    if is_public && group.delimiter() == Delimiter::Parenthesis {
                        stays_public = true;
                    } else {
                        self.read(group.stream());
                    }
                }
                TokenTree::Ident(ident) if ident == "pub" => stays_public = true,
                TokenTree::Ident(ident) if ident == "use" => {
                    self.tree(None, is_public, &mut tokens);
                }
                TokenTree::Ident(ident) => {
                    let start = self.start(&ident.to_string());
                    if let Some(start) = start.filter(|_| !follows_path)
                        && takes_colons(&mut tokens)
                    {
                        self.tree(Some(start), false, &mut tokens);
                    }
                }
                TokenTree::Literal(_) => {}
            }
            is_public = stays_public;
            follows_path = is_separator;
        }
    }

    /// Where a path begins that starts with this name, unless it belongs to another crate.
    fn start(&self, name: &str) -> Option<Path> {
        match name {
            "crate" => Some(Vec::new()),
            "super" => Some(self.module.split_last()?.1.to_vec()),
            "self" => Some(self.module.clone()),
            child if self.found.children.contains(child) => {
                let mut path = self.module.clone();
                path.push(child.to_owned());
                Some(path)
            }
            _ => None,
        }
    }

    /// Follows a path, and all branches of a `use` tree.
    fn tree(&mut self, start: Option<Path>, is_public: bool, tokens: &mut Tokens) {
        let mut at = start;
        loop {
            match tokens.peek() {
                Some(TokenTree::Ident(ident)) => {
                    let name = ident.to_string();
                    tokens.next();
                    at = match at {
                        None => match self.start(&name) {
                            Some(start) => Some(start),
                            None => return,
                        },
                        Some(mut path) if name == "super" => {
                            path.pop();
                            Some(path)
                        }
                        Some(path) if name == "self" => Some(path),
                        Some(mut path) => {
                            path.push(name);
                            Some(path)
                        }
                    };
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let mut branches = group.stream().into_iter().peekable();
                    tokens.next();
                    while branches.peek().is_some() {
                        self.tree(at.clone(), is_public, &mut branches);
                        while branches.next().is_some_and(|token| {
                            !matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',')
                        }) {}
                    }
                    return;
                }
                _ => break,
            }
            if !takes_colons(tokens) {
                break;
            }
        }
        let Some(path) = at else { return };
        if is_public && let Some(name) = path.last() {
            let name = match tokens.peek() {
                Some(TokenTree::Ident(word)) if word == "as" => {
                    tokens.next();
                    tokens.peek().map_or_else(String::new, ToString::to_string)
                }
                _ => name.clone(),
            };
            self.found.exports.insert(name, path.clone());
        }
        self.found.uses.push(path);
    }
}

/// `[cfg(test)]`, also `[cfg(all(test, …))]`.
fn is_cfg_test(token: &TokenTree) -> bool {
    let text = token.to_string().replace(char::is_whitespace, "");
    text.starts_with("[cfg(test") || text.starts_with("[cfg(all(test")
}

/// Passes over the item that an attribute stands before.
fn skip_item(tokens: &mut Tokens) {
    for token in tokens.by_ref() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => return,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
            _ => {}
        }
    }
}

/// Takes `::` if it comes next.
fn takes_colons(tokens: &mut Tokens) -> bool {
    let first = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
    tokens.next_if(first).is_some() && tokens.next().is_some()
}

/// The graph of made-up files.
fn made_up(files: &[(&str, &str)]) -> Graph {
    let sources: Vec<Source> = files
        .iter()
        .map(|(path, text)| Source::made_up(path, text))
        .collect();
    Graph::of(&sources)
}

#[test]
fn files_that_use_each_other_are_found_through_re_exports() {
    let graph = made_up(&[
        ("src/lib.rs", "pub mod room; pub mod other;"),
        ("src/room.rs", "mod a; mod b; mod c; pub use b::B;"),
        ("src/room/a.rs", "use super::B; pub(super) struct A;"),
        ("src/room/b.rs", "fn f() { crate::room::a::g() }"),
        (
            "src/room/c.rs",
            "use super::b; #[cfg(test)] mod tests { use super::super::a; }",
        ),
        ("src/other.rs", "use crate::room::B as Bee;"),
    ]);
    assert_eq!(graph.circles(), [["room::a", "room::b"]]);
    assert_eq!(graph.circles_of_modules(), [["room::a", "room::b"]]);
}

#[test]
fn a_parent_and_a_child_may_form_a_circle_too() {
    let graph = made_up(&[
        ("src/lib.rs", "mod room;"),
        ("src/room.rs", "mod a; use a::A; pub struct Shared;"),
        ("src/room/a.rs", "use super::Shared;"),
    ]);
    assert_eq!(graph.circles(), [["room", "room::a"]]);
}

#[test]
fn code_of_tests_is_no_use() {
    let graph = made_up(&[
        ("src/lib.rs", "mod room;"),
        ("src/room.rs", "mod a; #[cfg(test)] mod tests; use a::A;"),
        (
            "src/room/a.rs",
            "#[cfg(test)] mod check { use super::super::Shared; }",
        ),
        ("src/room/tests.rs", "use super::*;"),
    ]);
    assert_eq!(graph.circles(), [[""; 0]; 0]);
}

#[test]
fn siblings_are_found_and_shared_modules_are_not() {
    let graph = made_up(&[
        ("src/lib.rs", "mod commands;"),
        (
            "src/commands.rs",
            "pub mod send; pub mod replay; mod console;",
        ),
        (
            "src/commands/send.rs",
            "mod x; use super::console::Console;",
        ),
        (
            "src/commands/send/x.rs",
            "use crate::commands::replay::Speed;",
        ),
        ("src/commands/replay.rs", ""),
        ("src/commands/console.rs", ""),
    ]);
    assert_eq!(
        graph.siblings("commands", &["console"]),
        ["commands::send::x uses commands::replay"]
    );
}
