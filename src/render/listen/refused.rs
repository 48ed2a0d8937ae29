//! The lines about a refused request, or about bytes that are not a request.

use chrono::{DateTime, Utc};

use super::page::Page;
use crate::render::{Line, Role};
use crate::text::show;
use crate::text::width::{cut, wrap};

/// Columns of one text, over all its lines.
const MOST: usize = 300;

/// `14:03:22.118  refused  401  POST / from 127.0.0.1:53122: no credentials`
pub(super) fn lines(page: Page, at: DateTime<Utc>, status: Option<u16>, what: &str) -> Vec<Line> {
    let (palette, event) = (page.style.palette, page.event_column());
    let mut line = Line::new(palette);
    line.push(Role::Dim, &page.clock(at)).pad_to(event);
    match status {
        Some(200) => line.push(Role::Warning, "no event"),
        _ => line.push(Role::Invalid, "refused"),
    };
    line.space(2);
    if let Some(status) = status {
        line.push(Role::Plain, &status.to_string()).space(2);
    }
    let what = show(what);
    // The sender chose its length.
    let most = if page.layout.full { usize::MAX } else { MOST };
    let what = cut(&what, most);
    let mut lines = Vec::new();
    for part in wrap(&what, page.room(line.width()), page.room(event)) {
        line.push(Role::Plain, part);
        lines.push(std::mem::replace(&mut line, Line::indented(palette, event)));
    }
    lines
}
