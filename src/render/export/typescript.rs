//! TypeScript: a type for each event, and a union for each provider, told apart by the
//! discriminator.
//!
//! A type says as much of a schema as TypeScript can say. Every value that the schema accepts is
//! assignable; patterns and limits of numbers are left to `validate`.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::names::Named;
use super::schema;
use crate::catalog::{Event, Provider};
use crate::json::quoted;

/// The types of the events of these providers.
pub fn typescript(providers: &[&Provider]) -> String {
    let mut text = format!(
        "// Webhook events, made by enx-hook {}: `enx-hook export typescript` makes them anew.\n\
         // A provider may send events that are not here: keep a default branch.\n",
        env!("CARGO_PKG_VERSION")
    );
    let all = Named::all(providers);
    for named in &all {
        for (name, event) in &named.events {
            let schema = schema::plain(event);
            comment(&about(event), 0, &mut text);
            let _ = writeln!(text, "export type {name} = {};", Type::of(&schema, 0).text);
        }
        let provider = named.provider;
        let told = format!(
            "An event of {}. `{}` says which.",
            provider.title, provider.discriminator
        );
        comment(&[told], 0, &mut text);
        let names: Vec<&str> = named.events.iter().map(|(name, _)| &**name).collect();
        union(&named.union, &names, &mut text);
    }
    comment(&["An event of any provider.".to_owned()], 0, &mut text);
    let unions: Vec<&str> = all.iter().map(|named| &*named.union).collect();
    union("WebhookEvent", &unions, &mut text);
    text
}

/// What is said of an event.
fn about(event: &Event) -> Vec<String> {
    let mut about = vec![event.title().to_owned(), event.description().to_owned()];
    about.extend(event.pitfalls().map(|pitfall| format!("- {pitfall}")));
    about
}

/// Writes a doc comment before what comes next.
fn comment(paragraphs: &[String], depth: usize, text: &mut String) {
    let margin = "  ".repeat(depth);
    let lines: Vec<String> = paragraphs
        .iter()
        .flat_map(|paragraph| paragraph.lines())
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.replace("*/", "*\\/"))
        .collect();
    if depth == 0 {
        text.push('\n');
    }
    let _ = match &*lines {
        [] => Ok(()),
        [line] => writeln!(text, "{margin}/** {line} */"),
        lines => {
            let lines = lines.iter().map(|line| format!("{margin} * {line}\n"));
            writeln!(
                text,
                "{margin}/**\n{}{margin} */",
                lines.collect::<String>()
            )
        }
    };
}

fn union(name: &str, members: &[&str], text: &mut String) {
    let members = members.iter().map(|member| format!("\n  | {member}"));
    let members: String = members.collect();
    let members = if members.is_empty() {
        " never"
    } else {
        &members
    };
    let _ = writeln!(text, "export type {name} ={members};");
}

/// A type.
#[derive(Clone, PartialEq, Eq)]
struct Type {
    text: String,
    /// Whether it needs no parentheses inside of another type.
    is_one: bool,
}

impl From<&str> for Type {
    fn from(name: &str) -> Type {
        Type::one(name.to_owned())
    }
}

impl Type {
    fn one(text: String) -> Type {
        Type { text, is_one: true }
    }

    /// The type of a schema. Members stand one level deeper than `depth`.
    fn of(schema: &Value, depth: usize) -> Type {
        let Some(keywords) = schema.as_object() else {
            return Type::from(if *schema == false { "never" } else { "unknown" });
        };
        let list = |keyword: &str| keywords.get(keyword).and_then(Value::as_array);
        let types = |list: &Vec<Value>| -> Vec<Type> {
            list.iter().map(|inner| Type::of(inner, depth)).collect()
        };
        let mut all: Vec<Type> = Type::own(keywords, depth).into_iter().collect();
        all.extend(list("allOf").map(types).into_iter().flatten());
        for keyword in ["anyOf", "oneOf"] {
            all.extend(list(keyword).map(|list| Type::any_of(types(list))));
        }
        // `unknown` adds nothing.
        all.retain(|one| one.text != "unknown");
        if all.is_empty() {
            return Type::from("unknown");
        }
        Type::joined(&all, " & ")
    }

    /// What the keywords of a schema themselves say, if they say something.
    fn own(keywords: &Map<String, Value>, depth: usize) -> Option<Type> {
        if let Some(value) = keywords.get("const") {
            return Some(Type::literal(value));
        }
        if let Some(values) = keywords.get("enum").and_then(Value::as_array) {
            return Some(Type::any_of(values.iter().map(Type::literal).collect()));
        }
        let has = |names: &[&str]| names.iter().any(|name| keywords.contains_key(*name));
        let names: Vec<&str> = match keywords.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ if has(&["properties", "additionalProperties", "patternProperties"]) => {
                vec!["object"]
            }
            _ if has(&["items", "prefixItems"]) => vec!["array"],
            _ => return None,
        };
        let of_name = |name: &&str| match *name {
            "integer" => Type::from("number"),
            "array" => Type::array(keywords, depth),
            "object" => Type::object(keywords, depth),
            same => Type::from(same),
        };
        Some(Type::any_of(names.iter().map(of_name).collect()))
    }

    fn array(keywords: &Map<String, Value>, depth: usize) -> Type {
        let items = keywords.get("items");
        let items = items.map_or("unknown".into(), |items| Type::of(items, depth));
        let rest = format!("{}[]", items.inner());
        let Some(first) = keywords.get("prefixItems").and_then(Value::as_array) else {
            return Type::one(rest);
        };
        // Each of them may be missing.
        let first = first
            .iter()
            .map(|one| format!("{}?", Type::of(one, depth).inner()));
        let all: Vec<String> = first.chain([format!("...{rest}")]).collect();
        Type::one(format!("[{}]", all.join(", ")))
    }

    fn object(keywords: &Map<String, Value>, depth: usize) -> Type {
        let of = |keyword: &str| keywords.get(keyword).and_then(Value::as_object);
        let required = keywords.get("required").and_then(Value::as_array);
        let required = required.map_or(&[][..], Vec::as_slice);
        let named = of("properties").cloned().unwrap_or_default();
        let unnamed = required.iter().filter_map(Value::as_str);
        let unnamed = unnamed.filter(|name| !named.contains_key(*name));
        let unnamed: Vec<_> = unnamed.map(|name| (name.to_owned(), true.into())).collect();
        let (margin, mut text) = ("  ".repeat(depth + 1), "{\n".to_owned());
        let mut types = Vec::new();
        for (name, schema) in named.into_iter().chain(unnamed) {
            let about = schema.get("description").and_then(Value::as_str);
            comment(
                &[about.unwrap_or_default().to_owned()],
                depth + 1,
                &mut text,
            );
            let one = Type::of(&schema, depth + 1);
            let is_required = required.iter().any(|required| *required == name);
            let mark = if is_required { "" } else { "?" };
            let _ = writeln!(text, "{margin}{}{mark}: {};", key(&name), one.text);
            types.push(one);
            types.extend((!is_required).then(|| Type::from("undefined")));
        }
        let others = keywords.get("additionalProperties");
        let patterns = of("patternProperties").into_iter().flat_map(Map::values);
        let mut open: Vec<&Value> = patterns
            .chain(others.filter(|one| one.is_object()))
            .collect();
        if types.is_empty() && open.is_empty() {
            open.push(others.unwrap_or(&Value::Bool(true)));
        }
        if !open.is_empty() {
            // An index signature has to hold for the named members too.
            types.extend(open.into_iter().map(|schema| Type::of(schema, depth + 1)));
            let any = Type::any_of(types).text;
            let _ = writeln!(text, "{margin}[name: string]: {any};");
        }
        Type::one(format!("{text}{}}}", "  ".repeat(depth)))
    }

    /// The type of exactly this value.
    fn literal(value: &Value) -> Type {
        Type::one(match value {
            Value::Array(items) => {
                let items = items.iter().map(|item| Type::literal(item).text);
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
            Value::Object(members) => {
                let member = |(name, value): (&String, &Value)| {
                    format!("{}: {}", quoted(name), Type::literal(value).text)
                };
                let members: Vec<String> = members.iter().map(member).collect();
                format!("{{ {} }}", members.join("; "))
            }
            plain => plain.to_string(),
        })
    }

    /// One of these types.
    fn any_of(mut types: Vec<Type>) -> Type {
        types.retain(|one| one.text != "never");
        if types.is_empty() {
            return Type::from("never");
        }
        match types.iter().find(|one| one.text == "unknown") {
            Some(unknown) => unknown.clone(),
            None => Type::joined(&types, " | "),
        }
    }

    /// All of them with an operator in between, each once.
    fn joined(types: &[Type], operator: &str) -> Type {
        let mut each: Vec<&Type> = Vec::new();
        for one in types {
            if !each.contains(&one) {
                each.push(one);
            }
        }
        if let [one] = *each {
            return one.clone();
        }
        let each: Vec<String> = each.into_iter().map(Type::inner).collect();
        Type {
            text: each.join(operator),
            is_one: false,
        }
    }

    /// The type inside of another one.
    fn inner(&self) -> String {
        if self.is_one {
            self.text.clone()
        } else {
            format!("({})", self.text)
        }
    }
}

/// The name of a member, in quotes where TypeScript needs them.
fn key(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.chars().all(is_plain) && name.starts_with(|c: char| !c.is_ascii_digit()) {
        return name.to_owned();
    }
    quoted(name)
}
