//! The files of the page, embedded in the program.

use include_dir::{Dir, include_dir};
use xxhash_rust::xxh3::xxh3_64;

static PAGE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/flows/inspector/page");

/// A file of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asset {
    pub(super) content_type: &'static str,
    pub(super) bytes: &'static [u8],
}

impl Asset {
    /// The file at this path, which is compared as it was sent.
    pub(super) fn at(path: &str) -> Option<Asset> {
        let name = match path.strip_prefix('/')? {
            "" => "index.html",
            name => name,
        };
        let file = PAGE.get_file(name)?;
        Some(Asset {
            content_type: content_type(name)?,
            bytes: file.contents(),
        })
    }

    /// What changes with its bytes.
    pub(super) fn tag(self) -> String {
        format!("\"{:016x}\"", xxh3_64(self.bytes))
    }
}

fn content_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_page_are_served_and_only_at_their_own_paths() {
        assert_eq!(Asset::at("/"), Asset::at("/index.html"));
        assert!(Asset::at("/").is_some());
        for path in [
            "",
            "index.html",
            "//",
            "/./index.html",
            "/../page/index.html",
            "/index.html/",
            "/Index.html",
            "/%69ndex.html",
            "//index.html",
            "/index.html?x",
            "/index.html\0",
        ] {
            assert_eq!(Asset::at(path), None, "{path}");
        }
    }
}
