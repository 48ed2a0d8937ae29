//! The drafts of a folder: read, extended, and written so that `--catalog` takes them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::draft::{Draft, DraftKind};
use super::format::Form;
use super::place::Place;
use super::schema::{LEARNED, from_schema, sample, schema};
use crate::catalog::Catalog;
use crate::files::AtomicFile;
use crate::model::error::{Category, Explain};

/// What a folder has, and what is added to it.
#[derive(Debug)]
pub struct Drafts {
    folder: PathBuf,
    /// The files that change, by their path in the folder.
    files: BTreeMap<PathBuf, Value>,
}

/// A folder that cannot take drafts.
#[derive(Debug, thiserror::Error)]
pub enum DraftsError {
    /// A file cannot be read or written.
    #[error("cannot {what} {}", path.display())]
    File {
        /// `read` or `write`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is there that `learn` did not write.
    #[error("{} has no counts of `learn`, so it stays as it is", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
}

impl Explain for DraftsError {
    fn category(&self) -> Category {
        match self {
            DraftsError::File { .. } => Category::Undone,
            DraftsError::Foreign { .. } => Category::Usage,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            DraftsError::File { .. } => None,
            DraftsError::Foreign { .. } => Some("write to another folder".to_owned()),
        }
    }
}

impl Drafts {
    /// No drafts yet, for a folder.
    pub fn new(folder: &Path) -> Drafts {
        Drafts {
            folder: folder.to_owned(),
            files: BTreeMap::new(),
        }
    }

    /// Adds a draft to what the folder has of its event, and returns the paths of its files.
    ///
    /// # Errors
    ///
    /// When a file of that name is there and cannot be extended.
    pub fn add(&mut self, draft: &Draft, catalog: &Catalog) -> Result<Vec<PathBuf>, DraftsError> {
        let path = schema_path(&draft.provider, &draft.event);
        let known = self.read(&path)?;
        let mut draft = draft.clone();
        if let Some(known) = &known {
            let learned = known.get(LEARNED).is_some();
            let Some(before) = learned.then(|| from_schema(known)).flatten() else {
                let path = self.folder.join(path);
                return Err(DraftsError::Foreign { path });
            };
            draft.captures += known[LEARNED]["captures"].as_u64().unwrap_or_default();
            draft.place.merge(before);
        }
        let (schema, sample) = documents(&draft, known.as_ref(), catalog);
        let sample_path = sample_path(&draft.provider, &draft.event);
        self.files.insert(path.clone(), schema);
        self.files.insert(sample_path.clone(), sample);
        let mut paths = vec![path, sample_path];
        if let DraftKind::Event(discriminator) = &draft.kind
            && catalog.provider(&draft.provider).is_none()
        {
            paths.insert(0, self.provider(&draft.provider, discriminator)?);
        }
        Ok(paths.iter().map(|path| self.folder.join(path)).collect())
    }

    /// The file of a provider that the catalog does not have. What a person changed in it stays.
    fn provider(&mut self, name: &str, discriminator: &str) -> Result<PathBuf, DraftsError> {
        let path = Path::new("schemas").join(name).join("provider.json");
        let mut provider = self.read(&path)?.unwrap_or_else(|| {
            json!({
                "name": name,
                "title": name,
                "description": format!(
                    "Drafted by enx-hook learn. Its events are told apart by {discriminator}."
                ),
                "discriminator": discriminator,
            })
        });
        let events = self.events(name)?;
        let is_common = |field: &str| {
            let required =
                |event: &Value| event["required"].as_array().cloned().unwrap_or_default();
            events
                .iter()
                .all(|event| required(event).iter().any(|name| name == field))
        };
        let clock = |field: &str| {
            let form = |event: &Value| from_schema(&event["properties"][field])?.form();
            let forms: Option<Vec<Form>> = events.iter().map(form).collect();
            match forms?.as_slice() {
                [first, rest @ ..] if rest.iter().all(|form| form == first) => match first {
                    Form::UnixSeconds => Some("unix-seconds"),
                    Form::DateTime => Some("rfc3339"),
                    _ => None,
                },
                _ => None,
            }
        };
        let first = events
            .first()
            .and_then(|event| event["properties"].as_object());
        let names = first.into_iter().flatten().map(|(name, _)| name.as_str());
        let common: Vec<&str> = names
            .filter(|name| *name != discriminator && is_common(name))
            .collect();
        let fresh: Map<String, Value> = common
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), json!({ "now": clock(name)? }))))
            .collect();
        provider["common"] = json!(common);
        provider["fresh"] = fresh.into();
        self.files.insert(path.clone(), provider);
        Ok(path)
    }

    /// The schemas of all events of a provider, of the folder and those that are added.
    fn events(&self, provider: &str) -> Result<Vec<Value>, DraftsError> {
        let inside = Path::new("schemas").join(provider);
        let mut paths: Vec<PathBuf> = self.files.keys().cloned().collect();
        if let Ok(entries) = fs::read_dir(self.folder.join(&inside)) {
            let names = entries
                .flatten()
                .map(|entry| inside.join(entry.file_name()));
            paths.extend(names.filter(|path| path.extension().is_some_and(|one| one == "json")));
        }
        paths.retain(|path| {
            path.parent() == Some(&*inside)
                && path.file_stem().is_some_and(|stem| stem != "provider")
        });
        paths.sort();
        paths.dedup();
        let events = paths.iter().map(|path| self.read(path));
        events.filter_map(Result::transpose).collect()
    }

    /// A file as it will be, or as it is; nothing if there is none.
    fn read(&self, path: &Path) -> Result<Option<Value>, DraftsError> {
        if let Some(value) = self.files.get(path) {
            return Ok(Some(value.clone()));
        }
        let path = self.folder.join(path);
        let read = fs::read(&path);
        let source = match read.map(|text| serde_json::from_slice(&text)) {
            Ok(Ok(value)) => return Ok(Some(value)),
            Ok(Err(error)) => io::Error::other(error),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => error,
        };
        let what = "read";
        Err(DraftsError::File { what, path, source })
    }

    /// How many files change.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Writes all files, each whole or not at all.
    ///
    /// # Errors
    ///
    /// When a folder or a file cannot be written.
    pub fn write(&self) -> Result<(), DraftsError> {
        for (path, value) in &self.files {
            let path = self.folder.join(path);
            let folder = path.parent().unwrap_or(&self.folder);
            let written = fs::create_dir_all(folder).and_then(|()| {
                let mut file = AtomicFile::begin(&path)?;
                writeln!(file, "{value:#}")?;
                file.commit()
            });
            if let Err(source) = written {
                let what = "write";
                return Err(DraftsError::File { what, path, source });
            }
        }
        Ok(())
    }
}

fn schema_path(provider: &str, event: &str) -> PathBuf {
    Path::new("schemas")
        .join(provider)
        .join(format!("{event}.json"))
}

fn sample_path(provider: &str, event: &str) -> PathBuf {
    Path::new("samples")
        .join(provider)
        .join(format!("{event}.json"))
}

/// The schema and the sample of a draft. The title and the description of a person stay.
pub(super) fn documents(draft: &Draft, known: Option<&Value>, catalog: &Catalog) -> (Value, Value) {
    let mut body = schema(&draft.place);
    let mut learned = body.remove(LEARNED).unwrap_or_else(|| json!({}));
    learned["captures"] = json!(draft.captures);
    let described = |keyword: &str, text: String| {
        let known = known.and_then(|known| known.get(keyword)).cloned();
        (keyword.to_owned(), known.unwrap_or_else(|| text.into()))
    };
    let mut schema = Map::new();
    schema.insert(
        "$schema".to_owned(),
        "https://json-schema.org/draft/2020-12/schema".into(),
    );
    let mut sample = sample(&draft.place, "");
    match &draft.kind {
        DraftKind::Event(discriminator) => {
            let text = "Drafted by enx-hook learn from captures. Say here what it means.";
            schema.extend([
                described("title", draft.event.clone()),
                described("description", text.to_owned()),
            ]);
            if let Some(Value::Object(name)) = body
                .get_mut("properties")
                .and_then(|all| all.get_mut(discriminator))
            {
                // The only constant: it is the name of the file as well.
                for keyword in ["type", "format", "enum"] {
                    name.shift_remove(keyword);
                }
                name.shift_insert(0, "const".to_owned(), json!(draft.event));
            }
            sample[discriminator] = json!(draft.event);
        }
        DraftKind::Fields => {
            schema.insert("x-extends".to_owned(), json!(draft.event));
            let entry = catalog
                .provider(&draft.provider)
                .and_then(|one| one.event(&draft.event));
            let mut whole = entry
                .and_then(|event| event.sample().ok())
                .unwrap_or_default();
            add_fields(&mut whole, &beyond_sample(&draft.place, ""));
            sample = whole;
        }
    }
    schema.append(&mut body);
    schema.insert(LEARNED.to_owned(), learned);
    (schema.into(), sample)
}

/// What the sample of a known event gets besides: documented places have no counts.
fn beyond_sample(place: &Place, name: &str) -> Value {
    if place.seen > 0 {
        return sample(place, name);
    }
    if let Some(items) = &place.items {
        return json!([beyond_sample(items, name)]);
    }
    let members = place.members.iter();
    Value::Object(
        members
            .map(|(name, member)| (name.clone(), beyond_sample(member, name)))
            .collect(),
    )
}

/// Adds members that are not there, also inside others and in every item.
fn add_fields(value: &mut Value, more: &Value) {
    match (value, more) {
        (Value::Object(members), Value::Object(more)) => {
            for (name, more) in more {
                match members.get_mut(name) {
                    Some(member) => add_fields(member, more),
                    None => drop(members.insert(name.clone(), more.clone())),
                }
            }
        }
        (Value::Array(items), Value::Array(more)) => {
            for item in items {
                for more in more {
                    add_fields(item, more);
                }
            }
        }
        _ => {}
    }
}
