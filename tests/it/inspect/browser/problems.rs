//! What is wrong is named on the first screen, in the lists, and in a session; and the way there
//! and back by keyboard.

use serde_json::json;

use super::super::page::problems;
use super::{Page, in_browser};
use crate::support::{Running, Sandbox};

const ESCAPE: &str = "\u{e00c}";
const ENTER: &str = "\u{e007}";

/// The page over a log with a session for each problem, without a target.
fn opened(page: &Page, sandbox: &Sandbox) -> Running {
    problems(sandbox);
    let mut running = Running::of(sandbox.call(&["inspect", "log.jsonl", "--port", "0"]));
    page.open_live(running.line().trim());
    page.until("ids().length === 16 && document.querySelectorAll('.worth a').length === 4");
    running
}

#[test]
fn sessions_with_problems_are_named_from_the_first_screen_on() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let _running = opened(page, &sandbox);
        assert_eq!(
            page.js("return document.querySelector('.all').innerText"),
            "4 sessions with problems"
        );
        assert_eq!(
            page.js(
                "return [...document.querySelectorAll('.worth a')].map((link) => link.innerText)"
            ),
            json!([
                "3005 1 duplicate",
                "3004 1 invalid",
                "3003 out of order",
                "3002 missing roomdrop"
            ])
        );
        page.click(".worth a[href='#/s/3004']");
        page.until("location.hash === '#/s/3004' && pane().includes('1 invalid')");
        page.go("#/sessions");
        page.until("rows().length === 5");
        let row = |session: &str| {
            let script = format!(
                "const row = rows().find((row) => row.innerText.includes('{session}'));
                 return [row.children[0].className, row.querySelector('.what').innerText]"
            );
            page.js(&script)
        };
        assert_eq!(row("3001"), json!([" valid", "complete"]));
        assert_eq!(row("3002"), json!([" invalid", "missing roomdrop"]));
        assert_eq!(row("3003"), json!([" warning", "out of order"]));
        assert_eq!(row("3004"), json!([" invalid", "complete · 1 invalid"]));
        assert_eq!(row("3005"), json!([" warning", "complete · 1 duplicate"]));
        // The filter by keyboard: its button keeps the focus, although the buttons are made anew.
        let states = "[...document.querySelectorAll('[data-state]')].map((one) => one.innerText.replace(/^\\W+/, ''))";
        assert_eq!(
            page.js(&format!("return {states}.slice(0, 3)")),
            json!(["all 5", "with problems 4", "missing 1"])
        );
        page.js("window.old = document.querySelector('[data-state=problems]'); old.focus()");
        page.keys(ENTER);
        page.until(
            "location.hash === '#/sessions/problems' && rows().length === 4 && !old.isConnected",
        );
        page.until("document.activeElement.dataset.state === 'problems'");
        page.is_clean();
    });
}

#[test]
fn a_session_shows_where_an_event_is_missing_and_a_diff_that_nothing_differs() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let _running = opened(page, &sandbox);
        page.go("#/s/3002");
        page.until("document.querySelector('.timeline .ghost.missing')");
        let events = "[...document.querySelectorAll('.timeline .what :is(a, strong)')].slice(0, 4).map((one) => one.innerText)";
        assert_eq!(
            page.js(&format!("return {events}")),
            json!(["session_start", "session_stop", "roomdrop", "recording"])
        );
        page.go("#/s/3003");
        page.until("pane().includes('out of order: arrived after #7 session_stop')");
        assert_eq!(page.js("return pane().includes('worst capture')"), true);
        page.go("#/d/15..16");
        page.until("pane().includes('The bodies are identical.') && pane().includes('include fields that always differ (ids, times)')");
        // Without a target the page says how to get one, and offers nothing that fails.
        for hash in ["#/c/1", "#/e/1", "#/s/3001", "#/send", "#/send/scenario/"] {
            page.go(hash);
            page.until("!document.getElementById('pane').ariaBusy && pane().includes('Nothing can be sent: start with --url URL to send.')");
            assert_eq!(
                page.js("return ['Replay', 'Send ', 'Run'].some((text) => button(text, document.getElementById('pane')))"),
                false,
                "{hash}"
            );
        }
        page.is_clean();
    });
}

#[test]
fn the_focus_is_seen_and_escape_goes_back_to_the_row_that_is_open() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let _running = opened(page, &sandbox);
        page.keys("j");
        page.until("document.activeElement.closest('.row')?.dataset.key === '16'");
        page.keys(ENTER);
        page.until("document.activeElement.id === 'pane' && pane().includes('#16')");
        assert_eq!(
            page.js("return getComputedStyle(document.activeElement).outlineStyle"),
            "solid"
        );
        // Another one is opened, by its link; the way back leads to its row.
        page.go("#/c/12");
        page.until("pane().includes('#12') && !document.getElementById('pane').ariaBusy");
        page.keys(ESCAPE);
        page.until("document.activeElement.closest('.row')?.dataset.key === '12'");
        page.keys(ESCAPE);
        page.until("location.hash === '#/' && pane().includes('sessions with problems')");
        page.until("document.activeElement.closest('.row')?.dataset.key === '12'");
        page.go("#/s/3002");
        page.until("pane().includes('missing roomdrop') && rows().length === 5");
        page.js("document.getElementById('pane').focus()");
        page.keys(ESCAPE);
        page.until("document.activeElement.closest('.row')?.innerText.includes('3002')");
        page.keys(ESCAPE);
        page.until("location.hash === '#/sessions' && document.querySelector('.home')");
        // The syntax of the other list has no place here.
        assert_eq!(page.js("return pane().includes('event:roomdrop')"), false);
        page.is_clean();
    });
}

#[test]
fn the_fields_say_how_to_apply_and_to_clear_them() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let _running = opened(page, &sandbox);
        let hint = "document.querySelector('.hint').offsetParent !== null";
        page.js("document.querySelector('.filter input').focus()");
        assert_eq!(page.js(&format!("return {hint}")), false);
        page.keys("session:3002 ");
        page.until(hint);
        page.keys(ENTER);
        page.until(&format!("ids().join() === '6,5,4' && !({hint})"));
        page.go("#/sessions/missing");
        page.until("rows().length === 1");
        page.js("document.querySelector('.row').focus()");
        page.keys("/nothing");
        page.until("document.querySelector('.empty:not([hidden])')?.innerText.includes('No session matches.')");
        page.js("button('Clear the filter').click()");
        page.until("rows().length === 5 && location.hash.startsWith('#/sessions?')");
        let field = "document.querySelector('#side input[type=search]')";
        page.until(&format!("document.activeElement === {field}"));
        page.keys("3002");
        page.until("rows().length === 1");
        page.keys(ESCAPE);
        page.until(&format!(
            "rows().length === 5 && document.activeElement === {field} && {field}.value === ''"
        ));
        page.keys(ESCAPE);
        page.until("document.activeElement.closest('.row')");
        page.is_clean();
    });
}

#[test]
fn the_help_begins_at_its_close_button_and_opens_without_letter_keys() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let _running = opened(page, &sandbox);
        page.js("document.querySelector('.row').focus()");
        page.keys("?");
        page.until("document.activeElement.innerText === 'Close'");
        page.click("dialog input[type=checkbox]");
        page.keys(ESCAPE);
        page.until("!document.querySelector('dialog') && pane().includes('Letter keys are off')");
        page.js("document.querySelector('#nav a').focus()");
        page.keys("?");
        page.until("document.activeElement.innerText === 'Close'");
        page.click("dialog input[type=checkbox]");
        page.keys(ESCAPE);
        page.until("!document.querySelector('dialog') && !pane().includes('Letter keys are off')");
        page.is_clean();
    });
}

#[test]
fn a_narrow_list_has_words_whole_times_and_two_lines() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let _running = opened(page, &sandbox);
        page.size(360, 740);
        page.until("rows()[0].offsetHeight >= 40");
        assert_eq!(
            page.js("return document.querySelector('.bar .problems').innerText.replace(/\\W+/g, ' ').trim()"),
            "4 problems"
        );
        let whole = |selector: &str| {
            let script = format!(
                "return [...document.querySelectorAll('.row {selector}')].every((one) => one.offsetHeight && one.scrollWidth <= one.clientWidth
                    && one.getBoundingClientRect().right <= innerWidth)"
            );
            assert_eq!(page.js(&script), true, "{selector}");
        };
        whole(".time");
        let first = page.js("return rows()[0].innerText").to_string();
        assert!(first.contains("3005") && first.contains("#16"), "{first}");
        page.js("document.querySelector('.bar .problems').click()");
        page.until("location.hash === '#/sessions/problems' && rows().length === 4");
        whole(".time");
        whole(".what");
        page.is_clean();
    });
}
