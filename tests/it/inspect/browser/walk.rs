//! Walking through what arrived: keys, scrolling, the filter, addresses.

use super::{Page, event, in_browser, inspected};
use crate::support::Sandbox;

/// What the row with the focus is about.
const FOCUSED: &str = "document.activeElement.closest('.row')?.dataset.key";

#[test]
fn the_list_is_walked_with_keys_filtered_and_found_again() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let (listener, url) = inspected(&sandbox, &[]);
        page.open_live(&url);
        page.until(
            "document.querySelector('.empty')?.innerText.includes('Nothing has arrived yet')",
        );
        // The token is in no address that is kept, shown or shared.
        assert_eq!(page.js("return location.href.includes('token')"), false);

        for n in 0..60 {
            let kind = ["session_start", "session_stop", "roomdrop"][n % 3];
            listener.post(event(
                kind,
                &format!("482139{:02}", n / 3),
                u32::try_from(n).unwrap(),
            ));
        }
        page.until("ids()[0] === 60 && rows().length > 20");
        keys(page);
        filter(page);
        addresses(page, &url);
        two_tabs(page, &url, || {
            listener.post(event("roomdrop", "48299999", 99));
        });
        // A link with a wrong token takes the right one away from nobody.
        let (address, _) = url.split_once("#token=").unwrap();
        page.js("window.before = true");
        page.open(&format!("{address}#token={}", "0".repeat(64)));
        page.until("!window.before && rows().length > 20 && !location.href.includes('token')");
        page.is_clean();
    });
}

fn keys(page: &Page) {
    page.keys("j");
    page.until(&format!("{FOCUSED} === '60'"));
    page.keys("jjk");
    page.until(&format!("{FOCUSED} === '59'"));
    page.keys(" ");
    page.until("document.querySelector('.row[data-key=\"59\"]').ariaSelected === 'true'");
    page.keys("x");
    page.until("!document.querySelector('[aria-selected=true]')");
    // End and Home, past what was in the document.
    page.keys("\u{e010}");
    page.until(&format!("{FOCUSED} === '1'"));
    page.keys("\u{e011}");
    page.until(&format!("{FOCUSED} === '60'"));
    // Enter opens and gives the screen the focus; Escape goes back to the same row.
    page.keys("jjj\u{e007}");
    page.until("location.hash === '#/c/57' && document.activeElement.id === 'pane'");
    page.until("pane().includes('#57') && pane().includes('\"roomdrop\"')");
    page.keys("\u{e00c}");
    page.until(&format!("{FOCUSED} === '57'"));
    // Tab leaves the list: it is no trap.
    page.keys("\u{e004}");
    page.until(&format!("!{FOCUSED}"));
    // Letters can be turned off.
    page.js("document.querySelector('.row[data-key=\"57\"]').focus()");
    page.keys("?");
    page.until("document.querySelector('dialog[open]')");
    page.click("dialog input[type=checkbox]");
    page.keys("\u{e00c}");
    page.until("!document.querySelector('dialog')");
    page.js("document.querySelector('.row[data-key=\"57\"]').focus()");
    page.keys("j");
    assert_eq!(page.js(&format!("return {FOCUSED}")), "57");
    page.js("localStorage.setItem('enx-hook.keys', 'on')");
}

fn filter(page: &Page) {
    page.keys("/");
    page.until("document.activeElement.role === 'combobox'");
    // Completed from the grammar, then from what was seen.
    page.keys("ev");
    page.until("document.querySelector('.choices li')?.innerText.startsWith('event:')");
    page.keys("\u{e015}\u{e007}");
    page.until("[...document.querySelectorAll('.choices li')].some((li) => li.innerText.startsWith('event:roomdrop'))");
    page.keys("roomd\u{e015}\u{e007}");
    page.until("location.hash === '#/c/57?q=event%3Aroomdrop' || location.hash === '#/?q=event%3Aroomdrop'");
    page.until("ids().length && ids().every((id) => id % 3 === 0)");
    page.until("bar().includes('20 of 60 captures')");
    // A text that is no query is refused at its column, and the list stays.
    page.js("document.querySelector('.filter input').select()");
    page.keys("event:roomdrop evnt:x\u{e007}");
    page.until("document.querySelector('.fault').innerText.includes('event:')");
    assert_eq!(page.js("return rows().length > 0"), true);
    page.keys("\u{e00c}\u{e00c}");
    page.until("ids()[0] === 60 && ids().includes(59)");
    page.until("!location.hash.includes('q=e')");
}

fn addresses(page: &Page, url: &str) {
    let base = url.split('#').next().unwrap_or_default();
    page.open_live(&format!("{base}#/c/17"));
    page.until(
        "pane().includes('#17') && document.querySelector('.row.open')?.dataset.key === '17'",
    );
    page.open_live(&format!("{base}#/?q=session:48213905"));
    page.until("ids().join() === '18,17,16'");
    // By mouse, and the browser's own way back.
    page.click(".row[data-key='17']");
    page.until("location.hash.startsWith('#/c/17')");
    page.back();
    page.until(&format!(
        "location.hash.startsWith('#/?q=') && {FOCUSED} === '17'"
    ));
    page.open_live(&format!("{base}#/c/9999"));
    page.until("pane().includes('could not be shown')");
}

fn two_tabs(page: &Page, url: &str, post: impl Fn()) {
    let base = url.split('#').next().unwrap_or_default();
    page.open_live(&format!("{base}#/"));
    let first = page.second_tab();
    page.open_live(&format!("{base}#/?q=event:roomdrop"));
    post();
    page.until("ids()[0] === 61");
    page.switch(&first);
    page.until("ids()[0] === 61");
}
