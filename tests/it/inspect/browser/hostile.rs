//! Payloads of an attacker: any page in the developer's browser can post them to `localhost`.

use super::{Page, in_browser, inspected};
use crate::support::{Sandbox, post};

/// Bodies that try to be more than text.
fn bodies() -> Vec<Vec<u8>> {
    let texts = [
        r#"{"type":"<script>alert(1)</script>","conf_num":"<img src=x onerror=alert(1)>"}"#,
        r#"{"type":"roomdrop","conf_num":"javascript:alert(1)","room_id":"<svg/onload=alert(1)>","<b>":"</textarea><script>alert(1)</script>"}"#,
        r#"{"type":"roomdrop","conf_num":"../../v1/status?","room_id":"http://evil.example/x.png","x":"data:text/html,<script>alert(1)</script>"}"#,
        r#"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="http://evil.example/"/></svg>"#,
        "<!doctype html><script src=http://evil.example/></script><iframe src='javascript:alert(1)'></iframe>",
        "{\"type\":\"roomdrop\",\"conf_num\":\"\u{202e}321\",\"room_id\":\"a\u{200b}b\u{feff}c\u{2066}d\",\"x\":\"\u{1b}]0;t\u{7}\u{0}\"}",
        r#"{"type":"roomdrop","conf_num":"a\u0000b","room_id":"\ud800 \u202e","n":9223372036854775808,"m":-9223372036854775809,"f":1e400,"z":0.10000000000000000000001}"#,
        r#"{"type":"roomdrop","type":"session_stop","conf_num":"1","conf_num":"2","conf_num":3}"#,
        r#"{"type":"roomdrop","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"conf_num":"7"}"#,
        "event: capture\nid: 99999\ndata: {\"kind\":\"capture\"}\n\nevent: lagged\ndata: {}\n\n",
        "",
        "null",
        r#""just a text""#,
    ];
    let mut bodies: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    bodies.push(b"{\"type\":\"roomdrop\",\"room_id\":\"\xff\xfe\xc3\x28<b>\"}".to_vec());
    bodies.push(vec![
        0x89, b'P', b'N', b'G', 0, 1, 2, 0xff, b'<', b'b', b'>',
    ]);
    bodies.push(
        format!(
            "{{\"type\":\"roomdrop\",\"room_id\":\"{}\"}}",
            "A".repeat(10_000_000)
        )
        .into(),
    );
    let keys: Vec<String> = (0..100_000).map(|n| format!("\"k{n}\":{n}")).collect();
    bodies.push(format!("{{\"type\":\"roomdrop\",{}}}", keys.join(",")).into());
    bodies.push("[".repeat(5_000).into());
    bodies
}

#[test]
fn hostile_payloads_are_text_and_the_same_text_as_in_the_terminal() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let (listener, url) = inspected(&sandbox, &[]);
        let bodies = bodies();
        for body in &bodies {
            let headers = [
                ("X-Evil", "<img src=x onerror=alert(1)>"),
                ("Content-Type", "text/html"),
            ];
            post(listener.address(), "/%3Cscript%3E?%22'=1", &headers, body);
        }
        page.open_live(&url);
        page.until(&format!("rows().length === {}", bodies.len()));
        for seq in 1..=bodies.len() {
            shown_as_in_the_terminal(page, &sandbox, seq);
        }
        // The editor, which holds the text itself.
        for seq in [2, 6, 7, 8] {
            page.go(&format!("#/e/{seq}"));
            page.until(&format!(
                "pane().includes('Edit #{seq}') && document.querySelector('[aria-label=Verdict] .payload')"
            ));
            let text = page.js("return document.querySelector('[aria-label=Body]').value");
            assert_eq!(text.as_str().unwrap().as_bytes(), bodies[seq - 1]);
        }
        for hash in [
            "#/sessions",
            "#/s/..%2F..%2Fv1%2Fstatus%3F",
            "#/s/javascript%3Aalert(1)",
            "#/d/1..2",
            "#/d/6..7",
            "#/send",
        ] {
            page.go(hash);
            page.until("!document.getElementById('pane').ariaBusy && pane().length > 10");
        }
        // Everything that it made is text: no element, and no attribute with a script.
        let made = page
            .js("return {
                scripts: [...document.querySelectorAll('script')].map((one) => one.src),
                foreign: document.querySelectorAll('#main :is(img, svg, iframe, object, embed, image, link, style, base)').length,
                links: [...document.querySelectorAll('#main a[href]')].map((a) => a.getAttribute('href')).filter((href) => !href.startsWith('#/')),
                handlers: [...document.querySelectorAll('#main *')].filter((one) => [...one.attributes].some((a) => a.name.startsWith('on'))).length,
                polluted: ({}).polluted === undefined,
            }");
        let base = url.split('#').next().unwrap_or_default();
        let expected = serde_json::json!({
            "scripts": [format!("{base}app.js")], "foreign": 0, "links": [], "handlers": 0, "polluted": true,
        });
        assert_eq!(made, expected);
        page.is_clean();
    });
}

/// Every line of the page is one of the terminal's, in the same order.
fn shown_as_in_the_terminal(page: &Page, sandbox: &Sandbox, seq: usize) {
    page.go(&format!("#/c/{seq}"));
    page.until(&format!(
        "document.querySelector('#pane .title')?.innerText.includes('#{seq}') && document.querySelector('#pane .payload')"
    ));
    // Up to where the page folds what `log show` shows in full; without the codes beside it.
    let lines = page.js(
        "return [...document.querySelectorAll('#pane [aria-label=Payload] div:not(.big)')].map((line) => {
            const parts = [...line.childNodes].filter((part) => !part.classList?.contains('beside'));
            const fold = parts.findIndex((part) => part.classList?.contains('s-fold'));
            const text = parts.slice(0, fold < 0 ? parts.length : fold).map((part) => part.textContent).join('');
            return [fold < 0, text];
        })",
    );
    let shown = sandbox.enx(&["log", "show", &seq.to_string(), "log.jsonl"]);
    let shown = shown.out();
    let mut rest = shown.lines();
    for line in lines.as_array().unwrap() {
        let (whole, line) = (line[0] == true, line[1].as_str().unwrap());
        let wanted = format!("  {line}");
        let mut wanted = wanted.trim_end();
        if !whole {
            wanted = wanted.trim_end_matches('"');
        }
        if !whole && wanted.is_empty() {
            continue;
        }
        let is_same = |other: &str| {
            if whole {
                other.trim_end() == wanted
            } else {
                other.starts_with(wanted)
            }
        };
        let near: String = shown.chars().take(3000).collect();
        assert!(rest.any(is_same), "#{seq}: {wanted:?} is not in\n{near}");
        let treacherous = |c: char| {
            c.is_control()
                || ('\u{200b}'..='\u{200f}').contains(&c)
                || ('\u{202a}'..='\u{202e}').contains(&c)
        };
        assert!(!line.contains(treacherous), "{line:?}");
    }
}
