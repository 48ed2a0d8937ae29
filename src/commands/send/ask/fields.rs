//! The values of an event's fields, prefilled: each can be changed, none needs to be.

use dialoguer::Input;
use serde_json::Value;

use super::draft::BodyDraft;
use crate::catalog::{Change, Entry};
use crate::commands::Console;
use crate::commands::prompt::{Asking, choose, theme};
use crate::commands::send::findings::check;
use crate::flows::sending::BodyOptions;
use crate::json::Path;
use crate::model::error::Failure;
use crate::model::report::Verdict;
use crate::text::{show, width as text};

/// The widest that a value is shown in the list.
const WIDEST: usize = 32;

/// A field of a body that holds no other.
struct Leaf {
    /// Its path, as `--set` takes it.
    path: String,
    value: Value,
}

/// An option that changes a field, and its value. The last one for a path counts.
pub(super) struct Chosen {
    path: String,
    option: [String; 2],
}

impl Chosen {
    /// Adds it to the words of a command, where an option that can stand only once may be
    /// already.
    pub(super) fn add_to(self, words: &mut Vec<String>) {
        let [name, value] = self.option;
        let known = words.iter().position(|word| *word == name);
        let known = known.filter(|_| !name.starts_with("--set"));
        match known.and_then(|known| words.get_mut(known + 1)) {
            Some(known) => *known = value,
            None => words.extend([name, value]),
        }
    }
}

/// Asks as long as something is to be changed. Returns the options that change the same.
pub(super) fn ask<'c>(
    asking: &Asking,
    entry: Entry<'c>,
    draft: &mut BodyDraft<'_, 'c>,
    width: Option<usize>,
    console: &mut Console,
) -> Result<Vec<Chosen>, Failure> {
    let mut chosen: Vec<Chosen> = Vec::new();
    loop {
        let body = draft.body(entry)?;
        let value: Value = serde_json::from_slice(&body.bytes).unwrap_or_default();
        let mut leaves = Vec::new();
        collect(&value, &mut Vec::new(), &mut leaves);
        // It says what event this is.
        leaves.retain(|leaf| leaf.path != entry.provider.discriminator);
        let widest = leaves.iter().map(|leaf| text::width(&leaf.path)).max();
        let widest = widest.unwrap_or_default();
        let fields = entry.event.fields();
        let values = leaves.iter().map(|leaf| cut(&leaf.value));
        let value = values.map(|value| text::width(&value)).max();
        let value = value.unwrap_or_default();
        let items = leaves.iter().map(|leaf| {
            let documented = documented(&leaf.path);
            let field = fields.iter().find(|field| field.path == documented);
            let described = field.map_or("", |field| field.description);
            let shown = cut(&leaf.value);
            format!("{:widest$}  {shown:value$}  {described}", leaf.path)
        });
        let first = if chosen.is_empty() {
            "(no, go on)"
        } else {
            "(no more, go on)"
        };
        let items = std::iter::once(first.to_owned()).chain(items);
        let index = choose(asking, "Change a field? (type to search)", items, width)?;
        let Some(leaf) = index.checked_sub(1).and_then(|index| leaves.get(index)) else {
            return Ok(chosen);
        };
        let theme = theme();
        let input = Input::<String>::with_theme(&*theme)
            .with_prompt(&leaf.path)
            .report(false)
            .with_initial_text(shown(&leaf.value))
            .allow_empty(true);
        let typed = asking.answer(input.interact_text().map(Some))?;
        if typed == shown(&leaf.value) {
            continue;
        }
        let before = draft.options.clone();
        match set(draft.options, entry, leaf, &typed) {
            Ok(option) => {
                if is_sendable(entry, draft, console)? {
                    console.say(&show(&format!("{} {}", option[0], option[1])))?;
                    chosen.retain(|other| other.path != leaf.path);
                    chosen.push(Chosen {
                        path: leaf.path.clone(),
                        option,
                    });
                    continue;
                }
            }
            Err(failure) => console.fail(&failure)?,
        }
        console.say(&format!("{} stays as it was", leaf.path))?;
        *draft.options = before;
    }
}

/// Changes the value; returns the option that does.
fn set(
    options: &mut BodyOptions,
    entry: Entry<'_>,
    leaf: &Leaf,
    typed: &str,
) -> Result<[String; 2], Failure> {
    if entry.provider.session.first() == Some(&leaf.path) {
        options.session = Some(typed.into());
        return Ok(["--session".to_owned(), typed.to_owned()]);
    }
    let id = entry
        .provider
        .ids
        .iter()
        .find(|(_, id)| id.field == leaf.path);
    if let Some((name, _)) = id {
        options.ids.insert(name.clone(), typed.to_owned());
        return Ok([format!("--{name}"), typed.to_owned()]);
    }
    let assignment = format!("{}={typed}", leaf.path);
    let looks_like_json = serde_json::from_str::<Value>(typed).is_ok();
    let (option, change) = if leaf.value.is_string() && looks_like_json {
        ("--set-string", Change::set_string(&assignment)?)
    } else {
        ("--set", Change::set(&assignment)?)
    };
    options.changes.push(change);
    Ok([option.to_owned(), assignment])
}

/// Whether the body may go out as it is now; says what is odd about it.
fn is_sendable<'c>(
    entry: Entry<'c>,
    draft: &BodyDraft<'_, 'c>,
    console: &mut Console,
) -> Result<bool, Failure> {
    if !draft.options.validate {
        return Ok(true);
    }
    let body = draft.body(entry)?;
    Ok(check(&body.bytes, draft.validation, console)? != Verdict::Invalid)
}

/// All values that hold no others, in their order.
fn collect(value: &Value, path: &mut Vec<String>, leaves: &mut Vec<Leaf>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                path.push(key.clone());
                collect(member, path, leaves);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                collect(item, path, leaves);
                path.pop();
            }
        }
        value => leaves.push(Leaf {
            path: Path::new(path.clone()).to_string(),
            value: value.clone(),
        }),
    }
}

/// The path as the documents have it: `files.0.url` is `files[].url`.
fn documented(path: &str) -> String {
    let mut documented = String::new();
    for key in path.split('.') {
        if key.bytes().all(|byte| byte.is_ascii_digit()) {
            documented.push_str("[]");
        } else {
            if !documented.is_empty() {
                documented.push('.');
            }
            documented.push_str(key);
        }
    }
    documented
}

/// A value as it stands in the list.
fn cut(value: &Value) -> String {
    text::cut(&shown(value), WIDEST).into_owned()
}

/// A value as one would type it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_has_a_path_that_set_takes() {
        let body = serde_json::json!({"a": {"b": [1, {"c.d": "x"}]}, "e": null});
        let mut leaves = Vec::new();
        collect(&body, &mut Vec::new(), &mut leaves);
        let paths: Vec<&str> = leaves.iter().map(|leaf| &*leaf.path).collect();
        assert_eq!(paths, ["a.b.0", "a.b.1.\"c.d\"", "e"]);
        assert_eq!(documented("files.0.url"), "files[].url");
        assert_eq!(documented("a"), "a");
    }
}
