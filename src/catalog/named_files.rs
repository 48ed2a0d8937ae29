//! The files that events name by URL, and content that stands in for them.

use serde::Deserialize;
use serde_json::Value;

use crate::json::Path;

/// Endings of URLs that name sound.
const AUDIO: [&str; 7] = [".m4a", ".mp3", ".wav", ".ogg", ".aac", ".mka", ".flac"];
/// Stands for each item of a list in [`NamedFiles::at`].
const EACH: &str = "*";

/// Where an event names files, as `provider.json` says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedFiles {
    /// The path of the URLs.
    #[serde(deserialize_with = "path")]
    at: Path,
    /// What is in the files.
    kind: FileKind,
    /// The member that holds the size of the file.
    size: Option<String>,
    /// Whether the files stand on the storage of the provider's customer, where the provider's
    /// credentials must not be sent.
    #[serde(default)]
    pub own_storage: bool,
}

/// What is in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// The messages of a session, as JSON.
    Chat,
    /// Who was in a session, as JSON.
    MetaData,
    /// What was said, as text.
    Transcript,
    /// A video.
    Video,
    /// Sound.
    Audio,
}

impl FileKind {
    /// The word for it in output.
    pub fn word(self) -> &'static str {
        match self {
            FileKind::Chat => "chat",
            FileKind::MetaData => "meta-data",
            FileKind::Transcript => "transcript",
            FileKind::Video => "video",
            FileKind::Audio => "audio",
        }
    }

    /// A small file of this kind. `src/catalog/content/make.sh` makes video and sound.
    pub fn content(self) -> &'static [u8] {
        match self {
            FileKind::Chat => include_bytes!("content/chat.json"),
            FileKind::MetaData => include_bytes!("content/metadata.json"),
            FileKind::Transcript => include_bytes!("content/transcript.txt"),
            FileKind::Video => include_bytes!("content/video.mov"),
            FileKind::Audio => include_bytes!("content/audio.m4a"),
        }
    }

    /// The media type of that file.
    pub fn media_type(self) -> &'static str {
        match self {
            FileKind::Chat | FileKind::MetaData => "application/json",
            FileKind::Transcript => "text/plain; charset=utf-8",
            FileKind::Video => "video/quicktime",
            FileKind::Audio => "audio/mp4",
        }
    }
}

impl NamedFiles {
    /// What is in the file of this URL.
    pub fn kind_of(&self, url: &str) -> FileKind {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let path = path.to_ascii_lowercase();
        match self.kind {
            FileKind::Video if AUDIO.iter().any(|ending| path.ends_with(ending)) => FileKind::Audio,
            kind => kind,
        }
    }

    /// What to change in a body of the event so that its URLs lead to `base`, and its size is that
    /// of the file there.
    pub fn redirected(&self, body: &Value, base: &str) -> Vec<(Path, Value)> {
        let mut urls = Vec::new();
        strings(body, self.at.keys(), &mut Vec::new(), &mut urls);
        let size = self.size.as_ref().zip(urls.first());
        let size = size.filter(|(member, _)| body.get(member.as_str()).is_some());
        let size = size.map(|(member, (_, url))| {
            let bytes = self.kind_of(url).content().len().to_string();
            (Path::new(vec![member.clone()]), bytes.into())
        });
        let urls = urls.iter().map(|(path, url)| {
            let url = format!("{base}/{}", bare(url));
            (path.clone(), url.into())
        });
        urls.chain(size).collect()
    }
}

/// The strings at a path. A single value stands for a list of one, and the other way round, since
/// receivers see both.
fn strings<'v>(
    value: &'v Value,
    keys: &[String],
    at: &mut Vec<String>,
    found: &mut Vec<(Path, &'v str)>,
) {
    let mut inside = |key: String, value: &'v Value, keys: &[String]| {
        at.push(key);
        strings(value, keys, at, found);
        at.pop();
    };
    match (keys, value) {
        ([each, rest @ ..], Value::Array(items)) if each == EACH => {
            for (index, item) in items.iter().enumerate() {
                inside(index.to_string(), item, rest);
            }
        }
        ([], Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                inside(index.to_string(), item, &[]);
            }
        }
        ([each, rest @ ..], value) if each == EACH => strings(value, rest, at, found),
        ([key, rest @ ..], Value::Object(members)) => {
            if let Some(member) = members.get(key) {
                inside(key.clone(), member, rest);
            }
        }
        ([], Value::String(url)) => found.push((Path::new(at.clone()), url)),
        _ => {}
    }
}

/// The path and the query of a URL, without the slash before them.
fn bare(url: &str) -> String {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => url.trim_start_matches('/'),
    };
    let path = path.split('#').next().unwrap_or_default();
    let is_fit = |c: char| c.is_ascii_graphic() && !"\"\\<>".contains(c);
    let encoded = path.chars().map(|c| match c {
        c if is_fit(c) => c.to_string(),
        c => percent_encoding::utf8_percent_encode(
            c.encode_utf8(&mut [0; 4]),
            percent_encoding::NON_ALPHANUMERIC,
        )
        .to_string(),
    });
    encoded.collect()
}

fn path<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Path, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    const BASE: &str = "http://127.0.0.1:4/p/e";

    fn files(at: &str) -> NamedFiles {
        serde_json::from_value(json!({ "at": at, "kind": "video", "size": "size" })).unwrap()
    }

    /// What the files of a body become.
    fn changed(at: &str, body: &Value) -> Vec<String> {
        let changed = files(at).redirected(body, BASE);
        let one = |(path, value): (Path, Value)| format!("{path} {}", value.as_str().unwrap());
        changed.into_iter().map(one).collect()
    }

    #[test]
    fn every_url_of_a_list_leads_to_the_server_and_keeps_its_path_and_query() {
        let body = json!({ "f": [{ "u": "https://h:1/a%20b/c.mov?x=1#y" }, { "u": "s3://bucket/d e" }, {}] });
        let expected = [
            "f.0.u http://127.0.0.1:4/p/e/a%20b/c.mov?x=1",
            "f.1.u http://127.0.0.1:4/p/e/d%20e",
        ];
        assert_eq!(changed("f.*.u", &body), expected);
    }

    #[test]
    fn one_url_stands_for_a_list_and_a_list_for_one() {
        assert_eq!(
            changed("f.*", &json!({ "f": "https://h/a" })),
            ["f http://127.0.0.1:4/p/e/a"]
        );
        let list = json!({ "f": ["http://h", "/x"] });
        assert_eq!(
            changed("f", &list),
            [
                "f.0 http://127.0.0.1:4/p/e/",
                "f.1 http://127.0.0.1:4/p/e/x"
            ]
        );
        assert_eq!(changed("f.*", &json!({ "f": null, "size": "7" })), [""; 0]);
    }

    #[test]
    fn the_size_is_that_of_the_file_that_is_served() {
        let body = |url: &str| json!({ "f": url, "size": "1" });
        let size = |url: &str| changed("f", &body(url)).pop().unwrap();
        let of = |kind: FileKind| format!("size {}", kind.content().len());
        assert_eq!(size("https://h/a.mov"), of(FileKind::Video));
        assert_eq!(size("https://h/a.MP3?x=.mov"), of(FileKind::Audio));
    }
}
