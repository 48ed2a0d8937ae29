//! The live stream: what comes, restarts, a hidden tab, too much at once.

use super::{event, in_browser, inspected};
use crate::support::{Listener, Sandbox};

#[test]
fn nothing_is_missing_or_doubled_after_a_restart_and_a_hidden_tab() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let (listener, url) = inspected(&sandbox, &[]);
        page.open_live(&url);
        for n in 0..5 {
            listener.post(event("roomdrop", "48213911", n));
        }
        page.until("ids().join() === '5,4,3,2,1'");

        // The listener ends: the tab says so, and tries again by itself.
        let port = listener.address().port().to_string();
        let inspect = url
            .split([':', '/'])
            .find(|part| part.parse::<u16>().is_ok());
        let inspect = format!("--inspect={}", inspect.expect("the inspector's port"));
        drop(listener);
        page.until("document.getElementById('state').title.startsWith('offline')");
        let args = ["listen", "--port", &port, &inspect, "--format", "json"];
        let listener = Listener::of(sandbox.call(&args));
        for n in 5..8 {
            listener.post(event("roomdrop", "48213911", n));
        }
        page.until("document.getElementById('state').title === 'live'");
        page.until("ids().join() === '8,7,6,5,4,3,2,1'");

        // A hidden tab has no stream; it catches up when it is seen.
        page.hide(true);
        page.until("document.getElementById('state').title === 'paused'");
        for n in 8..10 {
            listener.post(event("roomdrop", "48213911", n));
        }
        assert_eq!(page.js("return ids()[0]"), 8);
        page.hide(false);
        page.until("ids().join() === '10,9,8,7,6,5,4,3,2,1'");

        // Far more than a stream sends at once: the list is read anew.
        page.hide(true);
        let many: String = (10..2500)
            .map(|n| event("roomdrop", "48213911", n) + "\n")
            .collect();
        sandbox.write("many.jsonl", many);
        let sent = sandbox.enx(&[
            "replay",
            "many.jsonl",
            "--url",
            &listener.url(),
            "--concurrency",
            "8",
        ]);
        sent.code(0);
        page.hide(false);
        page.until("ids()[0] === 2500 && bar().includes('2,500 captures')");
        let ids = page.js("return ids().slice(0, 20).join()");
        let expected: Vec<String> = (2481..=2500).rev().map(|id| id.to_string()).collect();
        assert_eq!(ids, expected.join(","));
        page.is_clean();
    });
}

#[test]
fn a_list_that_was_scrolled_stays_where_it_is_and_says_what_is_new() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let (listener, url) = inspected(&sandbox, &[]);
        for n in 0..80 {
            listener.post(event("roomdrop", "48213911", n));
        }
        page.open_live(&url);
        page.until("ids()[0] === 80");
        page.js("document.querySelector('.rows').scrollTop = 600");
        page.until("!ids().includes(80)");
        let seen = "(() => { const box = document.querySelector('.rows').getBoundingClientRect();
            return rows().find((row) => row.getBoundingClientRect().top >= box.top).dataset.key; })()";
        let before = page.js(&format!("return {seen}"));
        for n in 80..83 {
            listener.post(event("roomdrop", "48213911", n));
        }
        page.until("document.querySelector('.chip')?.innerText.includes('3 new')");
        assert_eq!(page.js(&format!("return {seen}")), before);
        page.click(".chip");
        page.until("ids()[0] === 83 && !document.querySelector('.bar .chip')");
        page.until("document.activeElement.dataset.key === '83'");
    });
}
