//! The files of the catalog, in the binary or in a folder.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use include_dir::{Dir, include_dir};

use super::CatalogError;
use crate::files::read_found;

static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas");
static SAMPLES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/samples");

/// The file that describes a provider.
const PROVIDER_FILE: &str = "provider";

/// A file of the catalog.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// The name of the file in errors.
    pub(super) path: String,
    /// Its text, exactly.
    pub(super) text: Cow<'static, str>,
    /// Whether the file is built in, so that tests have checked it.
    pub(super) embedded: bool,
}

/// The files of one source, by provider and by name without ending.
#[derive(Debug, Default)]
pub(super) struct Files {
    schemas: BTreeMap<String, BTreeMap<String, File>>,
    samples: BTreeMap<String, BTreeMap<String, File>>,
}

impl Files {
    /// The names of the providers, sorted.
    pub(super) fn providers(&self) -> impl Iterator<Item = &str> {
        self.schemas.keys().map(String::as_str)
    }

    /// The file that describes the provider.
    pub(super) fn provider_file(&self, provider: &str) -> Option<&File> {
        self.schemas.get(provider)?.get(PROVIDER_FILE)
    }

    /// The events of a provider that have a schema and a sample, sorted by name.
    pub(super) fn events(&self, provider: &str) -> impl Iterator<Item = (&str, &File, &File)> {
        let samples = self.samples.get(provider);
        self.schemas
            .get(provider)
            .into_iter()
            .flatten()
            .filter_map(move |(name, schema)| Some((name.as_str(), schema, samples?.get(name)?)))
    }

    /// Checks that each schema has a sample, and each sample a schema.
    pub(super) fn check_pairs(&self) -> Result<(), CatalogError> {
        let sides = [
            (&self.schemas, &self.samples, "schemas", "samples"),
            (&self.samples, &self.schemas, "samples", "schemas"),
        ];
        for (these, others, side, other_side) in sides {
            for (provider, files) in these {
                for (name, file) in files {
                    let partner = others.get(provider).and_then(|files| files.get(name));
                    if name != PROVIDER_FILE && partner.is_none() {
                        return Err(CatalogError::Pair {
                            path: file.path.clone(),
                            missing: file.path.replacen(side, other_side, 1),
                        });
                    }
                }
            }
        }
        Ok(())
    }
}

/// The files inside the binary.
pub(super) fn embedded() -> Files {
    let side = |dir: &'static Dir<'static>, side: &str| {
        let mut providers: BTreeMap<String, BTreeMap<String, File>> = BTreeMap::new();
        for folder in dir.dirs() {
            for file in folder.files() {
                let (Some((provider, name)), Some(text)) =
                    (names(file.path()), file.contents_utf8())
                else {
                    continue;
                };
                let path = format!("{side}/{provider}/{name}.json");
                let file = File {
                    path,
                    text: Cow::Borrowed(text),
                    embedded: true,
                };
                providers.entry(provider).or_default().insert(name, file);
            }
        }
        providers
    };
    Files {
        schemas: side(&SCHEMAS, "schemas"),
        samples: side(&SAMPLES, "samples"),
    }
}

/// The files of a folder on disk.
pub(super) fn in_folder(folder: &Path) -> Result<Files, CatalogError> {
    let schemas = folder.join("schemas");
    if !schemas.is_dir() {
        // The error of a missing or unreadable folder is clearer than that of an empty one.
        fs::read_dir(folder).map_err(|source| CatalogError::Read {
            path: folder.to_owned(),
            source,
        })?;
        return Err(CatalogError::NoSchemas {
            path: folder.to_owned(),
        });
    }
    let samples = folder.join("samples");
    Ok(Files {
        schemas: side_in(&schemas)?,
        samples: if samples.is_dir() {
            side_in(&samples)?
        } else {
            BTreeMap::new()
        },
    })
}

fn side_in(side: &Path) -> Result<BTreeMap<String, BTreeMap<String, File>>, CatalogError> {
    let mut providers: BTreeMap<String, BTreeMap<String, File>> = BTreeMap::new();
    for folder in entries(side)?.into_iter().filter(|path| path.is_dir()) {
        for path in entries(&folder)? {
            if path.extension().is_none_or(|ending| ending != "json") {
                continue;
            }
            let relative = path.strip_prefix(side).unwrap_or(&path);
            let Some((provider, name)) = names(relative) else {
                continue;
            };
            let text = read_found(&path).and_then(|text| {
                let not_utf8 = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8");
                String::from_utf8(text).map_err(not_utf8)
            });
            let text = text.map_err(|source| CatalogError::Read {
                path: path.clone(),
                source,
            })?;
            let file = File {
                path: path.display().to_string(),
                text: Cow::Owned(text),
                embedded: false,
            };
            providers.entry(provider).or_default().insert(name, file);
        }
    }
    Ok(providers)
}

fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>, CatalogError> {
    let read = |source| CatalogError::Read {
        path: folder.to_owned(),
        source,
    };
    fs::read_dir(folder)
        .map_err(read)?
        .map(|entry| entry.map(|entry| entry.path()).map_err(read))
        .collect()
}

/// Provider and name of `provider/name.json`.
fn names(path: &Path) -> Option<(String, String)> {
    let provider = path.parent()?.file_name()?.to_str()?;
    let name = path.file_stem()?.to_str()?;
    Some((provider.to_owned(), name.to_owned()))
}
