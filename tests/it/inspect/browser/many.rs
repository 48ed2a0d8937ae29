//! A log of 100,000 captures.

use super::{event, in_browser};
use crate::support::{Running, Sandbox, record};

#[test]
fn a_hundred_thousand_captures_need_few_rows() {
    in_browser(|page| {
        let sandbox = Sandbox::new();
        let mut log = Vec::new();
        for seq in 1..=100_000_u32 {
            let kind = ["session_start", "session_stop", "roomdrop"][(seq % 3) as usize];
            let body = event(kind, &(48_000_000 + seq / 3).to_string(), seq);
            log.extend_from_slice(record(u64::from(seq), &body).as_bytes());
            log.push(b'\n');
        }
        sandbox.write("log.jsonl", log);
        let mut inspector = Running::of(sandbox.call(&["inspect", "log.jsonl", "--port", "0"]));
        let url = inspector.line();
        let url = url.trim();
        page.open_live(url);
        page.until("ids()[0] === 100000 && bar().includes('100,000 captures')");
        // From here on the index is there: how long a list takes that is opened now.
        page.open_live(url);
        page.until("ids()[0] === 100000");
        let took = page.js("return performance.getEntriesByName('enx:list')[0].startTime");
        assert!(took.as_f64().is_some_and(|took| took > 0.0), "{took}");

        for place in [0.25, 0.5, 0.999, 0.1] {
            page.js(&format!(
                "const list = document.querySelector('.rows'); list.scrollTop = list.scrollHeight * {place};"
            ));
            let id = format!(
                "Math.abs(100000 - {place} * 100000 - ids()[Math.floor(ids().length / 2)]) < 100"
            );
            page.until(&format!("rows().length > 20 && {id}"));
            assert!(page.js("return rows().length").as_u64() < Some(400));
        }
        page.js("document.querySelector('.row').focus()");
        page.keys("\u{e010}");
        page.until("document.activeElement.dataset.key === '1'");
        page.keys("kk");
        page.until("document.activeElement.dataset.key === '3'");
        assert_eq!(
            page.js("return document.activeElement.ariaPosInSet"),
            "99998"
        );
        let base = url.split('#').next().unwrap_or_default();
        page.open_live(&format!("{base}#/c/31415"));
        page.until("document.querySelector('.row.open')?.dataset.key === '31415'");
        page.go("#/?q=event:roomdrop%20session:48000*");
        page.until("ids().length > 10 && ids().every((id) => id % 3 === 2 && id < 3000)");
        assert!(
            page.js("return document.querySelectorAll('.row').length")
                .as_u64()
                < Some(400)
        );
        page.is_clean();
    });
}
