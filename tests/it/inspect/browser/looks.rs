//! Every screen, narrow and wide, in both themes.

use super::{Page, event, in_browser, inspected};
use crate::support::{Sandbox, foreign};

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
    page.until("!document.querySelector('textarea') || document.querySelector('[aria-label=Verdict]').innerText");
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
                assert_eq!(wide, serde_json::json!([]), "{hash} at {width}");
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
                assert_eq!(found, serde_json::json!([]), "{hash}, {theme}");
                page.js("window.asked = undefined; window.found = undefined");
            }
        }
    });
}

/// `cargo xtask screenshots` runs it.
#[test]
#[ignore = "writes the pictures of docs/how-to/inspector.md"]
fn the_pictures_of_the_documents() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let (listener, url) = inspected(&sandbox, &["--simulate"]);
        listener.post(event("session_start", "48213920", 0));
        listener.post(event("session_stop", "48213920", 1900));
        listener.post(r#"{"type":"recording","trans_date":1795184412,"app_id":"64e0b9d3","room_id":"65f1c2a7","conf_num":"48213920","recording":"https://portal.example/files/65f1c2a7/48213920/stream-1.mov"}"#);
        listener.post(event("roomdrop", "48213927", 9000));
        page.size(1280, 800);
        page.open_live(&url);
        page.until("ids().length > 12");
        let images = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images");
        let capture = page.js(
            "return `#/c/${document.querySelector('.what.warning').closest('.row').dataset.key}`",
        );
        for (name, theme, hash) in [
            ("inspector-capture.png", "light", capture.as_str().unwrap()),
            ("inspector-session.png", "dark", "#/s/48213920"),
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
