//! The group `files`: what a receiver does with the files that events name.

use super::receiver::Receiver;
use super::{check, found, of, text, with_result};
use crate::support::{SECRET, fetch, urls};

const ONLY: [&str; 2] = ["--only", "files"];
const USER: [&str; 2] = ["--files-user", "enx:secret"];

/// A receiver that asks for each file before it answers.
fn downloading(download: impl Fn(&str) + Send + Sync + 'static) -> Receiver {
    Receiver::open(move |seen| {
        for url in urls(&seen.request.body) {
            download(&url);
        }
        None
    })
}

/// The credentials that belong to a file.
fn credentials(url: &str) -> &'static [(&'static str, &'static str)] {
    if url.contains("/file_transfer/") {
        &[]
    } else {
        &[SECRET]
    }
}

#[test]
fn a_receiver_that_tries_again_until_all_came_passes() {
    let receiver = downloading(|url| {
        for _ in 0..3 {
            let answer = fetch("GET", url, credentials(url));
            let length = answer.header("content-length").map(str::to_owned);
            if answer.status() == 200 && length == Some(answer.body.len().to_string()) {
                break;
            }
        }
    });
    for args in [&ONLY[..], &[&ONLY[..], &USER].concat()] {
        let run = check(&receiver.url(), args);
        run.code(0);
        assert_eq!(with_result(&run, &["pass"]).len(), 4, "{}", run.out());
    }
}

#[test]
fn a_receiver_that_ignores_401_fails() {
    let receiver = downloading(|url| {
        fetch("GET", url, &[]);
    });
    let run = check(&receiver.url(), &[&ONLY[..], &["--strict"]].concat());
    run.code(1);
    assert_eq!(found(&run), ["files-downloaded"], "{}", run.out());
    let line = of(&run, "files-downloaded");
    assert_eq!(line["level"], "should");
    let said = text(&line, "message");
    assert!(
        said.starts_with("2 of 9 files downloaded whole; "),
        "{said}"
    );
    assert!(said.contains("answered 401, 0 of"), "{said}");
    assert!(text(&line, "change").contains("treat a 401 as a failure"));
    assert_eq!(
        with_result(&run, &["skip"]),
        ["download-after-503", "download-after-cut"]
    );
}

#[test]
fn wrong_credentials_fail_with_files_user() {
    let receiver = downloading(|url| {
        fetch("GET", url, credentials(url));
    });
    let args = ["--only", "files-downloaded", "--files-user", "enx:other"];
    let run = check(&receiver.url(), &args);
    assert_eq!(found(&run), ["files-downloaded"], "{}", run.out());
    let change = text(&of(&run, "files-downloaded"), "change");
    assert!(
        change.contains("other credentials than those of --files-user"),
        "{change}"
    );
}

#[test]
fn credentials_that_reach_the_own_storage_fail() {
    let receiver = downloading(|url| {
        fetch("GET", url, &[SECRET]);
    });
    let run = check(&receiver.url(), &["--only", "own-storage-credentials"]);
    run.code(0);
    assert_eq!(found(&run), ["own-storage-credentials"], "{}", run.out());
}

#[test]
fn a_receiver_that_does_not_try_again_fails() {
    let receiver = downloading(|url| {
        fetch("GET", url, credentials(url));
    });
    for name in ["download-after-503", "download-after-cut"] {
        let run = check(&receiver.url(), &["--only", name]);
        assert_eq!(found(&run), [name], "{}", run.out());
        let said = text(&of(&run, name), "message");
        assert!(said.starts_with("0 of 9 files downloaded whole"), "{said}");
    }
}

#[test]
fn files_are_served_only_if_asked_for() {
    let receiver = Receiver::open(|seen| {
        assert!(urls(&seen.request.body).is_empty());
        None
    });
    let run = check(&receiver.url(), &["--skip", "promptness"]);
    let lines = run.json_of("check");
    assert!(
        lines.len() > 20 && lines.iter().all(|line| line["group"] != "files"),
        "{}",
        run.out()
    );
}
