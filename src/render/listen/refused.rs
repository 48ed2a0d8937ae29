//! The lines on a refused request, or on bytes that are no request.

use std::io::{self, Write};

use chrono::{DateTime, Utc};

use super::page::Page;
use crate::render::{Line, Role};
use crate::text::show;
use crate::text::width::{cut, wrap};

/// Columns of one text, over all its lines.
const MOST: usize = 300;

/// `14:03:22.118  refused  401  POST / from 127.0.0.1:53122: no credentials`
pub(super) fn write(
    out: &mut dyn Write,
    page: Page,
    at: DateTime<Utc>,
    status: Option<u16>,
    what: &str,
) -> io::Result<()> {
    let (palette, event) = (page.style.palette, page.event_column());
    let mut line = Line::new(palette);
    line.push(Role::Dim, &page.clock(at)).pad_to(event);
    line.push(Role::Invalid, "refused").space(2);
    if let Some(status) = status {
        line.push(Role::Plain, &status.to_string()).space(2);
    }
    let room = |taken| page.room(taken);
    let what = show(what);
    // The sender may have filled it to the limit.
    let most = if page.layout.full { usize::MAX } else { MOST };
    let what = cut(&what, most);
    for part in wrap(&what, room(line.width()), room(event)) {
        line.push(Role::Plain, part).write(out)?;
        line = Line::indented(palette, event);
    }
    Ok(())
}
