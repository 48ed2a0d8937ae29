//! Targets as they are typed, right and wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use proptest::prelude::*;

use super::*;

fn target(text: &str) -> TargetUrl {
    TargetUrl::parse(text).unwrap()
}

fn advice(text: &str) -> String {
    let error = TargetUrl::parse(text).unwrap_err();
    assert_eq!(error.category(), Category::Usage);
    error.advice().unwrap()
}

#[test]
fn a_target_is_an_absolute_url_of_http_or_https() {
    assert_eq!(
        target("http://localhost:8080/hook?x=1").to_string(),
        "http://localhost:8080/hook?x=1"
    );
    assert_eq!(
        target(" HTTPS://Example.com ").to_string(),
        "https://example.com/"
    );
    assert_eq!(target("http://h/a#b").to_string(), "http://h/a");
    assert!(target("https://h").is_https());
    assert!(!target("http://h").is_https());
}

#[test]
fn the_authority_always_has_a_port() {
    assert_eq!(target("http://[::1]:8080/").authority(), "[::1]:8080");
    assert_eq!(target("http://[::1]/").authority(), "[::1]:80");
    assert_eq!(target("https://h/").authority(), "h:443");
}

#[test]
fn a_missing_scheme_is_that_of_the_host() {
    for (typed, meant) in [
        ("localhost:8080/x", "http://localhost:8080/x"),
        ("[::1]:80/x", "http://[::1]/x"),
        (":8080/x", "http://localhost:8080/x"),
        (":8080", "http://localhost:8080/"),
        ("8080", "http://localhost:8080/"),
        ("192.168.1.7/hook", "http://192.168.1.7/hook"),
        ("app:3000", "http://app:3000/"),
        ("u:p@localhost", "http://u:***@localhost/"),
        ("hook.example.com/x?y", "https://hook.example.com/x?y"),
        ("httpbin.org/post", "https://httpbin.org/post"),
        ("u:p@example.com:8443", "https://u:***@example.com:8443/"),
    ] {
        assert_eq!(target(typed).to_string(), meant);
    }
    let example = "write it like http://localhost:8080/hook";
    for text in [
        "",
        "/hook",
        "http:/",
        "http//",
        "a b",
        "ftp://h/",
        "http:///x",
    ] {
        assert_eq!(advice(text), example, "{text}");
    }
}

#[test]
fn a_url_that_is_nearly_one_is_named_together_with_what_was_meant() {
    for (text, meant) in [
        ("http:/h/x", "http://h/x"),
        ("http//h", "http://h"),
        ("http:h", "http://h"),
        ("HTTPS:\\\\h\\x", "https://h\\\\x"),
        ("\"http://h/x\"", "http://h/x"),
        ("'https://u:secret@h/x'", "https://***@h/x"),
        ("\u{201c}http://h/x\u{201d}", "http://h/x"),
        ("\"http://h/x", "http://h/x"),
        ("http://::1/x", "http://[::1]/x"),
        ("http://::1:8080/x", "http://[::1]:8080/x"),
        ("https://2001:db8::1?x", "https://[2001:db8::1]?x"),
    ] {
        assert_eq!(advice(text), format!("write {meant}"), "{text}");
        let error = TargetUrl::parse(text).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert_eq!(target("::1:8080/x").to_string(), "http://[::1]:8080/x");
    assert_eq!(target("::1").to_string(), "http://[::1]/");
    // Not every text with many colons is an address, and quotes alone are no URL.
    for text in ["http://x::y/", "\"\""] {
        assert!(!advice(text).contains('['), "{text}");
    }
}

#[test]
fn each_way_to_be_wrong_has_an_error_of_its_own() {
    let error = |text| TargetUrl::parse(text).unwrap_err();
    assert!(matches!(error("ftp://h/"), TargetError::Scheme(scheme) if scheme == "ftp"));
    assert!(matches!(error("http://"), TargetError::NoHost(_)));
    assert!(matches!(error("http:///hook"), TargetError::NoHost(_)));
    assert!(matches!(error("http://?x"), TargetError::NoHost(_)));
    assert!(matches!(
        error("http://:80/"),
        TargetError::Malformed { .. }
    ));
    assert!(matches!(
        error("http://h:99999/"),
        TargetError::Malformed { .. }
    ));
    assert!(matches!(
        error("http://%3A:p@h/"),
        TargetError::Credentials(_)
    ));
    assert!(matches!(
        error("http://u:%ff@h/"),
        TargetError::Credentials(_)
    ));
}

#[test]
fn user_information_becomes_credentials_and_leaves_the_url() {
    let target = target("http://enx:p%40ss%3aw%C3%B6rd%@h:1/hook");
    let credentials = target.credentials().unwrap();
    assert_eq!(credentials.user, "enx");
    assert_eq!(credentials.password.expose(), "p@ss:wörd%");
    assert_eq!(target.url().as_str(), "http://h:1/hook");
    assert_eq!(target.uri().to_string(), "http://h:1/hook");
    assert_eq!(target.to_string(), "http://enx:***@h:1/hook");
    assert_eq!(format!("{target:?}"), "Target(http://enx:***@h:1/hook)");
}

#[test]
fn a_user_alone_is_a_token_and_is_masked() {
    let target = target("http://token@h/");
    assert_eq!(target.credentials().unwrap().user, "token");
    assert_eq!(target.credentials().unwrap().password.expose(), "");
    assert_eq!(target.to_string(), "http://***@h/");
}

#[test]
fn this_machine_is_known_by_its_names_and_addresses() {
    for host in [
        "localhost",
        "LOCALHOST.",
        "app.localhost",
        "127.0.0.1",
        "127.9.9.9",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "[::]",
    ] {
        assert!(target(&format!("http://{host}:1/")).is_loopback(), "{host}");
    }
    for host in [
        "localhost.example.com",
        "notlocalhost",
        "192.168.0.1",
        "[fe80::1]",
        "127.example.com",
    ] {
        assert!(!target(&format!("http://{host}/")).is_loopback(), "{host}");
    }
}

/// All that a target or its error can show.
fn all_that_is_shown(text: &str) -> String {
    match TargetUrl::parse(text) {
        Ok(target) => format!("{target} {target:?} {}", target.authority()),
        Err(error) => {
            let advice = error.advice();
            let failure = crate::model::error::Failure::from(error);
            format!("{} {failure:?} {advice:?}", failure.message())
        }
    }
}

#[test]
fn a_password_stays_hidden_even_where_the_url_cannot_be_read() {
    for text in [
        "enx:hunter2@localhost:8080/x",
        "http://enx:hunter2@h:99999/",
        "http://enx:x/hunter2@h/",
        "http:///enx:hunter2@h/",
        "http:/enx:hunter2@h/",
        "ht\ttp://enx:hunter2@h/",
        "ftp://enx:hunter2@h/",
        "enx:hunter2@h/?a=http://b/",
        "http://%3a:hunter2@h/",
        "http://enx:hunter2%ff@h/",
    ] {
        let shown = all_that_is_shown(text);
        assert!(!shown.contains("hunter2"), "{text}: {shown}");
    }
}

proptest! {
    #[test]
    fn a_password_is_never_shown(
        start in "(http://|https://|HTTP://|http:/|//|ftp://|)",
        user in "[a-z:% \\t]{0,6}",
        rest in "[a-z:/?#\\[\\]0-9 %\\\\]{0,12}",
    ) {
        let shown = all_that_is_shown(&format!("{start}{user}:hunter2@{rest}"));
        prop_assert!(!shown.contains("hunter2"), "{}", shown);
    }

    /// With a slash before it, it is a path if the URL can be read at all.
    #[test]
    fn a_password_with_any_characters_is_not_shown_by_an_error(
        start in "(http://|https://|http:/|//|)",
        user in "[a-z:%/?#\\\\ \\t]{0,6}",
        rest in "[a-z:/?#0-9 %\\\\]{0,12}",
    ) {
        let text = format!("{start}{user}hunter2@{rest}");
        if let Err(error) = TargetUrl::parse(&text) {
            let shown = format!("{error:?} {error} {:?}", error.advice());
            prop_assert!(!shown.contains("hunter2"), "{}", shown);
        }
    }

    #[test]
    fn any_text_is_a_target_or_an_error(text in "(http://)?\\PC{0,40}") {
        let _ = all_that_is_shown(&text);
    }

    #[test]
    fn a_shown_target_without_a_password_is_that_target_again(
        text in "https?://[a-z]{1,8}(:[1-9][0-9]{0,3})?/[ -~é]{0,12}",
    ) {
        if let Ok(target) = TargetUrl::parse(&text) {
            prop_assert_eq!(TargetUrl::parse(&target.to_string()).unwrap(), target);
        }
    }
}

#[test]
fn a_host_beyond_the_users_own_network_is_public() {
    let is_public = |host: &str| {
        TargetUrl::parse(&format!("http://{host}/"))
            .unwrap()
            .is_public()
    };
    for host in [
        "hook.example.com",
        "8.8.8.8",
        "[2606:4700::1]",
        "100.128.0.1",
        "a.local.example.",
    ] {
        assert!(is_public(host), "{host}");
    }
    for host in [
        "localhost",
        "x.localhost",
        "127.0.0.2",
        "[::1]",
        "0.0.0.0",
        "10.1.2.3",
        "172.20.0.1",
        "192.168.1.1",
        "169.254.1.1",
        "100.64.0.1",
        "[fd00::1]",
        "[fe80::1]",
        "[::ffff:10.0.0.1]",
        "receiver",
        "nas.local",
        "host.docker.internal",
        "app.test.",
        "pi.home.arpa",
    ] {
        assert!(!is_public(host), "{host}");
    }
}
