//! What some tests need beyond cargo. Where it is missing they say that they checked nothing,
//! and why; in CI they fail instead, since nobody reads what passed.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Says why a test checks nothing on this machine. Past the test harness, which keeps to
/// itself what a test that passes prints.
pub(crate) fn skip(why: &str) {
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    let _ = writeln!(std::io::stderr(), "{name}: skipped: {why}");
}

/// The first of these programs that can be run; CI has one.
#[track_caller]
pub(crate) fn tool(names: &[&'static str]) -> Option<&'static str> {
    let found = names.iter().find(|name| {
        let mut version = Command::new(name);
        version.arg("--version");
        version
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        version.status().is_ok_and(|status| status.success())
    });
    if found.is_none() {
        let names = names.join(" or ");
        assert!(std::env::var_os("CI").is_none(), "CI lacks {names}");
        skip(&format!("{names} is missing"));
    }
    found.copied()
}

/// The folder of `tests/foreign/install` (`target/foreign`, or `ENX_HOOK_FOREIGN`), if it has
/// all these entries; CI has them.
#[track_caller]
pub(crate) fn foreign(entries: &[&str]) -> Option<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var_os("ENX_HOOK_FOREIGN")
        .map_or_else(|| project.join("target/foreign"), PathBuf::from);
    let missing = entries
        .iter()
        .find(|entry| !folder.join(entry).exists())
        .copied();
    let Some(missing) = missing else {
        return Some(folder);
    };
    assert!(
        std::env::var_os("CI").is_none(),
        "CI lacks {missing} of tests/foreign"
    );
    skip("tests/foreign/install was not run");
    None
}
