//! Tells each request and its answer with their headers, as `curl -v` does.

use super::attempt::{Attempt, Ending};
use super::request::Request;
use crate::model::environment::Trace;
use crate::model::secret::MASK;
use crate::text::escape;

/// Tells how a request went. Passwords and cookies are masked.
pub(super) fn tell(trace: Trace, request: &Request, attempt: &Attempt) {
    let line = |sign: char, name: &str, value: &[u8], is_secret: bool| {
        let value = String::from_utf8_lossy(value);
        let value = if is_secret {
            MASK.into()
        } else {
            escape(&value)
        };
        format!("{sign} {}: {value}\n", escape(name))
    };
    let mut lines = vec![format!(
        "> {} {} HTTP/1.1\n",
        request.method,
        escape(&request.target)
    )];
    let fields = request.fields.iter();
    lines.extend(fields.map(|field| line('>', &field.name, &field.value, field.is_secret)));
    lines.push(">\n".to_owned());
    match &attempt.ending {
        Ending::Answered(answer) => {
            lines.push(format!("< HTTP/1.1 {}\n", answer.status));
            let fields = answer.headers();
            lines.extend(fields.map(|(name, value)| line('<', name, value, name == "set-cookie")));
            lines.push("<\n".to_owned());
        }
        ending => {
            let why = ending.failure().unwrap_or_default();
            lines.push(format!("* {}\n", escape(&why)));
        }
    }
    trace.write(&lines.concat());
}
