//! What is shown besides captures: what was refused, what could not be read, what is not shown.

use chrono::{DateTime, Utc};

use super::Display;
use crate::commands::listen::Format;
use crate::commands::listen::headline::{clock, event_column, room};
use crate::commands::listen::log_line::LogNews;
use crate::commands::listen::machine::{
    DroppedJson, ProblemJson, RefusedJson, RefusedMoreJson, stamp,
};
use crate::commands::listen::strangers::More;
use crate::model::error::OutputError;
use crate::receiver::{Event, Refusal};
use crate::render::{Line, Role};
use crate::text::number::{counted, grouped};
use crate::text::show;
use crate::text::width::{cut, wrap};
use crate::wire::JsonLines;

/// Columns of what is said of one thing, on as many lines as they take.
const MOST: usize = 300;

impl Display {
    /// Shows an event that is no capture.
    pub(super) fn refused(&mut self, event: &Event) -> Result<(), OutputError> {
        match event {
            Event::Captured { .. } => Ok(()),
            Event::Refused {
                at,
                peer,
                method,
                target,
                reason,
            } => {
                let status = reason.status();
                if let Refusal::NotRecorded(why) = reason {
                    // It is one failure, however many requests it meets.
                    let Some(news) = self.trouble.refused(why) else {
                        return Ok(());
                    };
                    self.of_the_log(&news)?;
                    if self.format != Format::Json {
                        return Ok(());
                    }
                }
                if self.format == Format::Json {
                    let object = RefusedJson {
                        at: stamp(*at),
                        peer,
                        method,
                        target,
                        status,
                        reason: reason.to_string(),
                    };
                    return JsonLines::new(&mut *self.out).write("refused", &object);
                }
                let what = format!("{method} {target} from {peer}: {reason}");
                self.problem(*at, Some(status), &what)
            }
            Event::Unreadable { at, peer, problem } => {
                let what = format!("from {peer}: {problem}");
                self.problem(*at, problem.status(), &what)
            }
            Event::NotAccepting { at, problem } => {
                let what =
                    format!("the system hands out no more connections, senders wait: {problem}");
                self.problem(*at, None, &what)
            }
        }
    }

    fn problem(
        &mut self,
        at: DateTime<Utc>,
        status: Option<u16>,
        what: &str,
    ) -> Result<(), OutputError> {
        match self.format {
            Format::Quiet => return Ok(()),
            Format::Json => {
                let object = ProblemJson {
                    at: stamp(at),
                    status,
                    message: what,
                };
                return JsonLines::new(&mut *self.out).write("problem", &object);
            }
            Format::Pretty | Format::Line => {}
        }
        let (palette, event) = (self.style.palette, event_column(self.style));
        let mut line = Line::new(palette);
        line.push(Role::Dim, &clock(self.style, self.zone, at))
            .pad_to(event);
        line.push(Role::Invalid, "refused").space(2);
        if let Some(status) = status {
            line.push(Role::Plain, &status.to_string()).space(2);
        }
        let room = |taken| room(self.style, self.layout.full, taken);
        let what = show(what);
        // A stranger may have filled it to the limit.
        let most = if self.layout.full { usize::MAX } else { MOST };
        let what = cut(&what, most);
        let parts = wrap(&what, room(line.width()), room(event));
        for part in parts {
            line.push(Role::Plain, part).write(&mut *self.out)?;
            line = Line::indented(palette, event);
        }
        Ok(self.out.flush()?)
    }

    /// Says something of the log itself.
    pub(super) fn of_the_log(&mut self, news: &LogNews) -> Result<(), OutputError> {
        match self.format {
            Format::Quiet => Ok(()),
            Format::Json => JsonLines::new(&mut *self.out).write("log", news),
            Format::Pretty | Format::Line => {
                news.line(self.style).write(&mut *self.out)?;
                Ok(self.out.flush()?)
            }
        }
    }

    /// Says how many more were refused than were shown.
    pub(super) fn say_more(&mut self, all: &[More]) -> Result<(), OutputError> {
        let at = Utc::now();
        for more in all {
            let More {
                count,
                status,
                reason,
                peer,
            } = more;
            if self.format == Format::Json {
                let object = RefusedMoreJson {
                    at: stamp(at),
                    count: *count,
                    status: *status,
                    reason,
                    last_peer: peer,
                };
                JsonLines::new(&mut *self.out).write("refused-more", &object)?;
                continue;
            }
            let what = format!("{} more, the last from {peer}: {reason}", grouped(*count));
            self.problem(at, *status, &what)?;
        }
        Ok(())
    }

    /// Says how many events the display could not keep up with since it last said so.
    pub(super) fn say_dropped(&mut self, dropped: u64) -> Result<(), OutputError> {
        let new = dropped - self.tally.dropped;
        if new == 0 {
            return Ok(());
        }
        self.tally.dropped = dropped;
        match self.format {
            Format::Quiet => Ok(()),
            Format::Json => {
                JsonLines::new(&mut *self.out).write("dropped", &DroppedJson { count: new })
            }
            Format::Pretty | Format::Line => {
                let events = counted(new, "event", "events");
                let where_else = if self.has_log {
                    "; what was answered 200 is in the log"
                } else {
                    ", and there is no log"
                };
                let text = format!("{events} not shown{where_else}");
                Line::new(self.style.palette)
                    .push(Role::Warning, &text)
                    .write(&mut *self.out)?;
                Ok(self.out.flush()?)
            }
        }
    }
}
