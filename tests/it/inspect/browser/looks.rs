//! Every screen, narrow and wide, in both themes.

use serde_json::json;

use super::{Page, event, in_browser, inspected};
use crate::support::{Running, Sandbox, foreign, record};

const SCREENS: [&str; 9] = [
    "#/",
    "#/?q=event:nothing",
    "#/c/2",
    "#/e/2",
    "#/d/1..2",
    "#/sessions",
    "#/s/48213911",
    "#/send",
    "#/send/scenario/",
];

/// A log with all that can be seen: missing events, findings, an unknown event, no JSON.
fn filled(page: &Page, sandbox: &Sandbox) -> crate::support::Listener {
    let (listener, url) = inspected(sandbox, &[]);
    listener.post(event("session_start", "48213911", 0));
    listener.post(r#"{"type":"session_stop","trans_date":"1795182500","conf_num":"48213911","an_extra_field_with_a_long_name":"https://portal.example/a/very/long/path/that/does/not/fit/a/narrow/screen/1.mov"}"#);
    listener.post(event("roomdrop", "48213920", 7000));
    listener.post(event("whiteboard_saved", "48213920", 7001));
    listener.post("{“type”: nope");
    page.open_live(&url);
    page.until("ids().length === 5");
    listener
}

fn screen(page: &Page, hash: &str) {
    page.go(hash);
    page.until("!document.getElementById('pane').ariaBusy");
    page.until("!document.querySelector('.strip') || document.querySelector('.strip').childElementCount > 1");
    page.until("!document.querySelector('[aria-label=Body]') || document.querySelector('[aria-label=Verdict]').innerText");
}

#[test]
fn every_screen_fits_a_narrow_window() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let _listener = filled(page, &sandbox);
        for width in [360, 1280] {
            page.size(width, 700);
            for hash in SCREENS {
                screen(page, hash);
                let wide = page
                    .js("return [...document.querySelectorAll('body, #side, #pane, #pane > div, body > header')]
                        .filter((one) => one.offsetParent && one.scrollWidth > one.clientWidth + 1).map((one) => `${one.id || one.className} ${one.scrollWidth}`)");
                assert_eq!(wide, json!([]), "{hash} at {width}");
                let seen = page.js("return document.getElementById(document.body.classList.contains('detail') ? 'pane' : 'side').offsetWidth > 300");
                assert_eq!(seen, true, "{hash} at {width}");
            }
        }
        page.is_clean();
    });
}

#[test]
fn axe_finds_nothing_on_any_screen_in_both_themes() {
    let Some(folder) = foreign(&["node_modules/axe-core/axe.min.js"]) else {
        return;
    };
    let axe = std::fs::read_to_string(folder.join("node_modules/axe-core/axe.min.js"));
    let axe = axe.expect("axe-core");
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let _listener = filled(page, &sandbox);
        page.js(&format!("{axe}; window.axe = axe;"));
        for theme in ["light", "dark"] {
            page.js(&format!(
                "document.documentElement.dataset.theme = '{theme}'"
            ));
            for hash in SCREENS {
                screen(page, hash);
                let found = page
                    .until("(window.asked ??= axe.run(document).then((result) => { window.found = result.violations.map((one) =>
                        one.id + ': ' + one.nodes.map((node) => node.html + ' ' + node.failureSummary).join('; ')); })) && window.found");
                assert_eq!(found, json!([]), "{hash}, {theme}");
                page.js("window.asked = undefined; window.found = undefined");
            }
        }
    });
}

/// Time of the day, and the body: a session without its roomdrop among complete ones.
const TOLD: [(&str, &str); 12] = [
    (
        "14:03:22",
        r#"{"type":"session_start","trans_date":1795183401,"app_id":"64e0b9d3","room_id":"65f1c2a7","conf_num":"48213907"}"#,
    ),
    (
        "14:05:01",
        r#"{"type":"session_start","trans_date":1795183500,"app_id":"64e0b9d3","room_id":"65f1c2b1","conf_num":"48213911"}"#,
    ),
    (
        "14:21:07",
        r#"{"type":"session_stop","trans_date":1795184467,"app_id":"64e0b9d3","room_id":"65f1c2a7","conf_num":"48213907"}"#,
    ),
    (
        "14:21:08",
        r#"{"type":"roomdrop","trans_date":1795184468,"app_id":"64e0b9d3","room_id":"65f1c2a7","conf_num":"48213907"}"#,
    ),
    (
        "14:45:13",
        r#"{"type":"session_stop","trans_date":1795185912,"app_id":"64e0b9d3","room_id":"65f1c2b1","conf_num":"48213911"}"#,
    ),
    (
        "14:45:40",
        r#"{"type":"recording","trans_date":1795185939,"app_id":"64e0b9d3","room_id":"65f1c2b1","conf_num":"48213911","recording":"https://portal.example/files/65f1c2b1/1.mov"}"#,
    ),
    (
        "14:46:12",
        r#"{"type":"recording","trans_date":1795185939,"app_id":"64e0b9d3","room_id":"65f1c2b1","conf_num":"48213911","recording":"https://portal.example/files/65f1c2b1/1.mov"}"#,
    ),
    (
        "14:52:10",
        r#"{"type":"session_start","trans_date":1795186329,"app_id":"64e0b9d3","room_id":"65f1c2c4","conf_num":"48213920"}"#,
    ),
    (
        "15:10:31",
        r#"{"type":"whiteboard_saved","trans_date":1795187430,"app_id":"64e0b9d3","room_id":"65f1c2c4","conf_num":"48213920"}"#,
    ),
    (
        "15:31:44",
        r#"{"type":"session_stop","trans_date":1795188703,"app_id":"64e0b9d3","room_id":"65f1c2c4","conf_num":"48213920"}"#,
    ),
    (
        "15:31:45",
        r#"{“type”: “roomdrop”, "conf_num": "48213920"}"#,
    ),
    (
        "15:31:49",
        r#"{"type":"roomdrop","trans_date":1795188704,"app_id":"64e0b9d3","room_id":"65f1c2c4","conf_num":"48213920"}"#,
    ),
];

/// `cargo xtask screenshots` runs it.
#[test]
#[ignore = "writes the pictures of docs/how-to/inspector.md"]
fn the_pictures_of_the_documents() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let mut log = String::new();
        for (seq, (time, body)) in (1..).zip(TOLD) {
            let record =
                record(seq, body).replace("T14:03:22.118042Z", &format!("T{time}.118042Z"));
            log.push_str(&record);
            log.push('\n');
        }
        sandbox.write("log.jsonl", log);
        let call = sandbox.call(&[
            "inspect",
            "log.jsonl",
            "--port",
            "0",
            "--url",
            "http://localhost:8080/hook",
        ]);
        let mut inspector = Running::of(call.env("TZ", "UTC"));
        page.size(1280, 800);
        page.tools(
            "Emulation.setTimezoneOverride",
            &json!({"timezoneId": "UTC"}),
        );
        page.open_live(inspector.line().trim());
        page.until("ids().length === 12");
        let images = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images");
        for (name, theme, hash) in [
            ("inspector-capture.png", "light", "#/c/6"),
            ("inspector-session.png", "dark", "#/s/48213911"),
        ] {
            page.js(&format!(
                "document.documentElement.dataset.theme = '{theme}'"
            ));
            screen(page, hash);
            page.until("document.getAnimations().length === 0");
            page.picture(&images.join(name));
        }
    });
}
