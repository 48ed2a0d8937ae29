//! The gate: the product of what a request can say about itself, and what it looks like on the wire.

use super::page::{Page, error};
use crate::support::{Connection, Sandbox, post_raw};

/// The first reason to refuse a request, in the order of the gate.
#[allow(
    clippy::fn_params_excessive_bools,
    reason = "one for each thing that the gate looks at"
)]
fn expected(host: bool, origin: bool, site: bool, post: Option<bool>, token: bool) -> Option<u16> {
    match (host, origin, site, post, token) {
        (false, ..) => Some(421),
        (_, false, ..) | (_, _, false, ..) => Some(403),
        (_, _, _, Some(false), _) => Some(415),
        (_, _, _, _, false) => Some(401),
        _ => None,
    }
}

#[test]
#[allow(
    clippy::too_many_lines,
    reason = "one table, and the product of its columns"
)]
fn every_combination_but_the_good_ones_is_refused_whatever_the_path() {
    let sandbox = Sandbox::new();
    let (_listener, page) = Page::beside(&sandbox, &[]);
    let Page { address, token } = &page;
    let port = address.port();
    let hosts = [
        (format!("Host: 127.0.0.1:{port}\r\n"), true),
        (format!("Host: LOCALHOST:{port}\r\n"), true),
        (format!("Host: [::1]:{port}\r\n"), true),
        (String::new(), false),
        (format!("Host: rebind.example:{port}\r\n"), false),
        (format!("Host: 0.0.0.0:{port}\r\n"), false),
        ("Host: 127.0.0.1\r\n".to_owned(), false),
        (
            format!("Host: 127.0.0.1:{port}\r\nHost: 127.0.0.1:{port}\r\n"),
            false,
        ),
        (format!("Host: 127.0.0.1:{port}.\r\n"), false),
    ];
    let origins = [
        None,
        Some("own"),
        Some("https"),
        Some("null"),
        Some("http://127.0.0.1:1"),
        Some("http://evil.example"),
    ];
    let sites = [
        ("", true),
        ("Sec-Fetch-Site: same-origin\r\n", true),
        ("Sec-Fetch-Site: none\r\n", true),
        ("Sec-Fetch-Site: same-site\r\n", false),
        ("Sec-Fetch-Site: cross-site\r\n", false),
        (
            "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n",
            false,
        ),
    ];
    let methods = [
        ("GET", "", None),
        (
            "POST",
            "Content-Type: application/json\r\nContent-Length: 0\r\n",
            Some(true),
        ),
        (
            "POST",
            "Content-Type: text/plain\r\nContent-Length: 0\r\n",
            Some(false),
        ),
        ("POST", "Content-Length: 0\r\n", Some(false)),
    ];
    let tokens = [
        (format!("Authorization: Bearer {token}\r\n"), true),
        (String::new(), false),
        (
            format!("Authorization: Bearer {}\r\n", "0".repeat(64)),
            false,
        ),
        (format!("Authorization: Basic {token}\r\n"), false),
    ];
    let paths = [
        "/v1/status",
        "/%761/status",
        "//v1/status",
        "/./v1/status",
        "/v1/captures/1/raw",
    ];
    let ends = tokens
        .iter()
        .flat_map(|token| paths.map(|path| (token, path)));
    let ends: Vec<_> = ends.collect();
    let mut connection = Connection::to(*address);
    let (mut tried, mut let_in) = (0, 0);
    for (host, is_host) in &hosts {
        for origin in origins {
            for (site, is_site) in sites {
                for (method, fields, post) in methods {
                    for ((bearer, is_bearer), path) in &ends {
                        tried += 1;
                        let own = host.trim().strip_prefix("Host: ").unwrap_or("127.0.0.1");
                        let origin = match origin {
                            None => String::new(),
                            Some("own") => format!("Origin: http://{own}\r\n"),
                            Some("https") => format!("Origin: https://{own}\r\n"),
                            Some(other) => format!("Origin: {other}\r\n"),
                        };
                        let is_origin =
                            origin.is_empty() || origin == format!("Origin: http://{own}\r\n");
                        let request = format!(
                            "{method} {path} HTTP/1.1\r\n{host}{origin}{site}{fields}{bearer}\r\n"
                        );
                        if connection.send(&request).is_err() {
                            connection = Connection::to(*address);
                            connection.send(&request).unwrap();
                        }
                        let answer = if let Ok(Some(answer)) = connection.answer() {
                            answer
                        } else {
                            connection = Connection::to(*address);
                            connection.send(&request).unwrap();
                            connection.answer().unwrap().expect("an answer")
                        };
                        let status = answer.status();
                        if let Some(refused) =
                            expected(*is_host, is_origin, is_site, post, *is_bearer)
                        {
                            assert_eq!(status, refused, "{request}");
                        } else {
                            let_in += 1;
                            assert!([200, 404, 405].contains(&status), "{status}: {request}");
                        }
                        // No page of another origin is ever told that it may read an answer.
                        let mut names = answer.headers.iter().map(|(name, _)| name.as_str());
                        assert!(
                            !names.any(|name| name.starts_with("access-control")),
                            "{request}"
                        );
                    }
                }
            }
        }
    }
    assert_eq!((tried, let_in), (5 * 9 * 6 * 6 * 4 * 4, 5 * 3 * 2 * 3 * 2));
}

#[test]
fn requests_that_are_put_together_oddly_get_nothing() {
    let sandbox = Sandbox::new();
    let (_listener, page) = Page::beside(&sandbox, &[]);
    let Page { address, token } = &page;
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let ask = |request: String| post_raw(*address, request.as_bytes());
    // HTTP/1.0 without a Host, and a target with another host than the field.
    let old = format!("GET /v1/status HTTP/1.0\r\n{bearer}\r\n");
    assert_eq!(ask(old).status(), 421);
    let absolute = |named: &str| {
        format!(
            "GET http://{named}/v1/status HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{bearer}\r\n"
        )
    };
    assert_eq!(ask(absolute("evil.example")).status(), 421);
    assert_eq!(ask(absolute(&address.to_string())).status(), 200);
    // The token stands in a header, and nowhere else; and once.
    for target in [
        format!("/v1/status?token={token}"),
        format!("/v1/status#token={token}"),
    ] {
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {address}\r\nCookie: token={token}\r\nConnection: close\r\n\r\n"
        );
        assert_eq!(ask(request).status(), 401);
    }
    let twice = format!(
        "GET /v1/status HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{bearer}{bearer}\r\n"
    );
    assert_eq!(ask(twice).status(), 401);
    for method in ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
        let request =
            format!("{method} / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{bearer}\r\n");
        let answer = ask(request);
        assert_eq!(error(&answer), (405, "method".to_owned()));
        assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
    }
    // Heads beyond the limit end in a refusal, and the inspector goes on.
    let huge = format!(
        "GET / HTTP/1.1\r\nHost: {address}\r\nx: {}\r\n\r\n",
        "x".repeat(64 * 1024)
    );
    assert!(ask(huge).status() >= 400);
    let many: Vec<String> = (0..1000)
        .map(|number| format!("x-{number}: 1\r\n"))
        .collect();
    let many = many.concat();
    assert!(ask(format!("GET / HTTP/1.1\r\nHost: {address}\r\n{many}\r\n")).status() >= 400);
    page.json("/v1/status", "status");
}

#[test]
fn a_link_from_elsewhere_opens_the_page_and_nothing_more() {
    let sandbox = Sandbox::new();
    let (_listener, page) = Page::beside(&sandbox, &[]);
    let ask = |method: &str, target: &str, dest: &str| {
        let request = format!(
            "{}Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: {dest}\r\n\
             Content-Type: application/json\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            page.head(method, target)
        );
        post_raw(page.address, request.as_bytes()).status()
    };
    assert_eq!(ask("GET", "/", "document"), 200);
    assert_eq!(ask("GET", "/", "iframe"), 403);
    assert_eq!(ask("GET", "/v1/status", "document"), 401);
    assert_eq!(ask("POST", "/v1/verdict", "document"), 403);
}

#[test]
fn files_need_no_token_and_every_answer_forbids_what_a_page_could_do_with_it() {
    let sandbox = Sandbox::new();
    let (_listener, page) = Page::beside(&sandbox, &[]);
    let ask = |target: &str, fields: &str| {
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {}\r\n{fields}Connection: close\r\n\r\n",
            page.address
        );
        post_raw(page.address, request.as_bytes())
    };
    let index = ask("/", "");
    assert_eq!(index.status(), 200);
    assert_eq!(
        index.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let tag = index.header("etag").expect("a tag").to_owned();
    assert_eq!(ask("/", &format!("If-None-Match: {tag}\r\n")).status(), 304);
    for answer in [
        index,
        ask("/none.js", ""),
        page.get("/v1/status"),
        page.get("/v1/captures/9"),
    ] {
        let policy = answer.header("content-security-policy").expect("a policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            Some("same-origin")
        );
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            Some("same-origin")
        );
    }
    assert_eq!(
        page.get("/v1/status").header("cache-control"),
        Some("no-store")
    );
    for target in [
        "/none.js",
        "/../Cargo.toml",
        "/%69ndex.html",
        "//index.html",
        "/index.html/",
        "/index.html?x",
    ] {
        assert_eq!(ask(target, "").status(), 401, "{target}");
        assert_eq!(page.get(target).status(), 404, "{target}");
    }
}

#[test]
fn another_name_is_let_in_only_if_it_was_allowed() {
    let sandbox = Sandbox::new();
    let args = [
        "--inspect-allow-host",
        "inspect.example",
        "--inspect-allow-host",
        "0.0.0.0",
        "--inspect-allow-host",
        "[::]",
    ];
    let (_listener, page) = Page::beside(&sandbox, &args);
    let ask = |host: &str| {
        let request = page
            .head("GET", "/v1/status")
            .replace(&page.address.to_string(), host);
        post_raw(
            page.address,
            format!("{request}Connection: close\r\n\r\n").as_bytes(),
        )
        .status()
    };
    assert_eq!(ask("inspect.example"), 200);
    assert_eq!(ask("other.example"), 421);
    assert_eq!(ask("[::]"), 421);
    assert_eq!(ask("0.0.0.0"), 421);
    assert_eq!(ask(&format!("0.0.0.0:{}", page.address.port())), 421);
}
