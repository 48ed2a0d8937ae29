//! What can be done with captures: replay, edit, compare, a session's timeline, samples, copies.

use serde_json::Value;

use super::{Page, event, in_browser, inspected};
use crate::support::{Listener, Sandbox, Sink};

#[test]
fn captures_are_replayed_edited_compared_and_copied() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let (mut listener, url) = inspected(&sandbox, &[]);
        listener.post(event("session_start", "48213911", 0));
        listener.post(event("session_stop", "48213911", 2400));
        // Its end proves that the roomdrop is missing; the next session has one.
        listener.post(event("roomdrop", "48213920", 7000));
        page.open_live(&url);
        page.until("ids().length === 3");
        replay(page);
        edit(page, &mut listener);
        headers(page);
        compare(page);
        timeline(page);
        session_by_keys(page);
        sample(page);
        copies(page, &listener);
        marked(page);
        page.is_clean();
    });
}

/// One key sends it again and leads to the new event, with the answer beside it.
fn replay(page: &Page) {
    page.js("document.querySelector('.row[data-key=\"1\"]').click()");
    page.until("location.hash === '#/c/1' && pane().includes('session_start')");
    page.keys("r");
    page.until("location.hash === '#/c/4' && pane().includes('#4')");
    page.until("pane().includes('200 in') && pane().includes('replay of #1')");
    page.until("pane().includes('duplicate of #1')");
    page.until("document.querySelector('.row.open').dataset.key === '4'");
}

/// The text is edited, never what is shown of it; the verdict comes while typing.
fn edit(page: &Page, listener: &mut Listener) {
    // Line ends too are sent as they came, although a text area knows only line feeds.
    let text = "{\r\n".to_owned()
        + r#""type":"session_start","trans_date":1795182500,"app_id":"a","room_id":"r","conf_num":"5","amount":9007199254740993123456789,"html":"<b>&amp;</b>"}"#;
    listener.post(&text);
    page.until("ids()[0] === 5");
    page.go("#/e/5");
    page.until(
        "document.querySelector('[aria-label=Body]')?.value.includes('9007199254740993123456789')",
    );
    page.until("document.querySelector('[aria-label=Verdict]').innerText.length > 20");
    page.js("const area = document.querySelector('[aria-label=Body]'); area.focus(); area.setSelectionRange(1, 1);");
    page.keys("oops");
    page.until("document.querySelector('[aria-label=Verdict]').innerText.includes('invalid')");
    page.js("document.querySelector('[aria-label=Body]').setSelectionRange(1, 5)");
    page.keys("\"x\":1,");
    page.until("!document.querySelector('[aria-label=Verdict]').innerText.includes('invalid')");
    // Sent by keyboard; the answer stands beside the text.
    page.ctrl('\u{e007}');
    page.until("[...document.querySelectorAll('.answer')].some((answer) => answer.innerText.startsWith('200'))");
    page.until("pane().includes('It arrived as #6')");
    assert_eq!(page.js("return location.hash"), "#/e/5");
    let bodies: Vec<Value> = (0..6).map(|_| listener.json_of("capture")).collect();
    let sent = bodies[5]["body"].as_str().unwrap();
    assert_eq!(sent, text.replacen('{', "{\"x\":1,", 1));
}

/// Header fields and the path are changed beside the text; the capture that it becomes has them.
fn headers(page: &Page) {
    page.go("#/e/2");
    page.until("document.querySelector('[aria-label=Body]')?.value.includes('session_stop') && document.querySelector('.request')");
    page.click(".request summary");
    page.js("button('Edit those received').click()");
    page.until(
        "document.querySelector('.request textarea').value === 'content-type: application/json'",
    );
    page.js("const area = document.querySelector('.request textarea'); area.focus(); area.setSelectionRange(99, 99);");
    page.keys("\nX-Trace: 7");
    page.js("document.querySelector('.request input').focus()");
    page.keys("/other?b=2");
    page.js("button('Send', document.getElementById('pane')).click()");
    page.until("pane().includes('It arrived as #7')");
    page.click("a[href='#/c/7']");
    page.until("pane().includes('POST /other?b=2') && pane().includes('x-trace: 7') && pane().includes('replay of #2')");
    page.until("document.querySelector('.row[data-key=\"7\"]').innerText.includes('replay of #2')");
}

fn compare(page: &Page) {
    page.go("#/d/1..2");
    page.until("pane().includes('/type') && pane().includes('\"session_start\"') && pane().includes('\"session_stop\"')");
    // The time is new in every event, and so is left out unless it is asked for.
    assert_eq!(page.js("return pane().includes('/trans_date')"), false);
    page.click("#pane input[type=checkbox]");
    page.until("pane().includes('/trans_date')");
    // By key: with the last one of the same event.
    page.go("#/c/4");
    page.until("pane().includes('#4')");
    page.js("document.getElementById('pane').focus()");
    page.keys("d");
    page.until("location.hash === '#/d/1..4' && pane().includes('header user-agent')");
}

fn timeline(page: &Page) {
    page.go("#/c/2");
    page.until("pane().includes('#2')");
    page.js("document.getElementById('pane').focus()");
    page.keys("t");
    page.until("location.hash === '#/s/48213911'");
    page.until("document.querySelectorAll('.timeline li').length > 3");
    let ghosts = page
        .until("[...document.querySelectorAll('.timeline .ghost')].map((ghost) => ghost.innerText.replace(/\\s+/g, ' '))");
    let ghosts = ghosts.to_string();
    assert!(ghosts.contains("roomdrop"), "{ghosts}");
    // By mouse, from a step to its capture and its session's pills.
    page.click(".timeline a[href='#/c/1']");
    page.until("pane().includes('#1') && document.querySelector('.strip .ghost')");
}

/// A session's timeline is found by keyboard alone, and the whole is sent from there.
fn session_by_keys(page: &Page) {
    // What is worth a look is up to date, and leads into a list, not only beside it.
    page.go("#/");
    page.until("/sessions? with problems/.test(pane()) && pane().includes('2 duplicates')");
    page.js("document.getElementById('pane').focus()");
    page.keys("\u{e004}\u{e007}");
    page.until("location.hash === '#/sessions/problems' && document.activeElement.closest('.row')");
    page.go("#/");
    page.until("/sessions? with problems/.test(pane())");
    page.js("document.querySelector('#pane a[href*=duplicate]').focus()");
    page.keys("\u{e007}");
    page.until("location.hash.includes('duplicate') && document.activeElement.closest('.row')");
    page.go("#/");
    page.until("/sessions? with problems/.test(pane())");
    // In a narrow window it stands above the list.
    page.size(360, 800);
    page.until("[...document.querySelectorAll('.bar .narrow')].some((link) => link.offsetParent && /problem/.test(link.innerText))");
    page.size(1280, 800);
    page.js("document.getElementById('pane').focus()");
    page.go("#/sessions");
    page.until("document.activeElement.closest('.row')?.innerText.includes('4821')");
    page.go("#/sessions");
    page.until("rows().length > 1 && document.querySelector('#side input[type=search]')");
    page.js("document.querySelector('#side input[type=search]').focus()");
    page.keys("48213911");
    page.until("rows().length === 1 && rows()[0].innerText.includes('48213911')");
    // Past the states, to the row.
    while page.js("return !document.activeElement.closest('.row')") == true {
        page.keys("\u{e004}");
    }
    page.keys("\u{e007}");
    page.until("location.hash === '#/s/48213911' && document.activeElement.id === 'pane'");
    page.until("document.querySelector('.timeline .ghost')?.innerText.includes('roomdrop')");
    page.keys("\u{e00c}r");
    page.until("pane().includes('Replay session 48213911')");
}

fn sample(page: &Page) {
    page.go("#/send/enablex/roomdrop");
    page.until("document.querySelector('[aria-label=Body]')?.value.includes('roomdrop')");
    let before = page.js("return ids()[0]").as_u64().unwrap();
    page.js("button('Send', document.getElementById('pane')).click()");
    page.until(&format!("ids()[0] === {}", before + 1));
    page.until("pane().includes('enx-hook send roomdrop')");
    page.until("pane().includes('It arrived as')");
    // A whole session from a scenario.
    page.go("#/send/scenario/");
    page.until("button('Run')");
    page.js("button('Run').click()");
    // All of them come back through the stream.
    page.until(&format!(
        "ids()[0] === {} + Number(/(\\d+) requests sent/.exec(pane())[1])",
        before + 1
    ));
}

fn copies(page: &Page, listener: &Listener) {
    page.js("navigator.clipboard.writeText = async (text) => { window.copied = text; }");
    page.go("#/c/1");
    page.until("pane().includes('#1')");
    page.js("document.getElementById('pane').focus()");
    page.keys("c");
    let curl = page.until("window.copied");
    let curl = curl.as_str().unwrap();
    assert!(curl.starts_with("curl "), "{curl}");
    assert!(
        curl.contains(&format!(":{}", listener.address().port())),
        "{curl}"
    );
    for (value, part) in [
        ("command", "enx-hook replay"),
        ("body", "\"conf_num\":\"48213911\""),
    ] {
        page.js(&format!(
            "window.copied = ''; const copies = document.querySelector('.copies');
             copies.value = '{value}'; copies.dispatchEvent(new Event('change'));"
        ));
        page.until(&format!("window.copied.includes('{part}')"));
    }
}

/// Two that are marked are compared or sent together.
fn marked(page: &Page) {
    page.go("#/");
    page.js("document.querySelector('.row').focus()");
    page.keys("xjx");
    page.until("bar().includes('2 marked')");
    let last = page.js("return ids()[0]").as_u64().unwrap();
    page.js("button('Replay', document.querySelector('.side > .bar')).click()");
    page.until("pane().includes('Replay 2 captures')");
    page.js("button('Send', document.getElementById('pane')).click()");
    page.until("pane().includes('2 requests sent, 2 answered 2xx')");
    page.until(&format!("ids()[0] === {}", last + 2));
}

/// A target that fails is shown with its answer, where it happened and in the list.
#[test]
fn a_failed_delivery_shows_its_answer() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let sink = Sink::answering(500);
        let (listener, url) = inspected(&sandbox, &["--forward", &sink.url()]);
        page.open_live(&url);
        listener.post(event("roomdrop", "48213911", 0));
        page.until("rows()[0]?.innerText.includes('forward: 500')");
        page.click(".row[data-key='1']");
        page.until(
            "pane().toLowerCase().includes('deliveries') && pane().includes('{\"status\":500}')",
        );
        page.is_clean();
    });
}
