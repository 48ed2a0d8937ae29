//! What was expected of an answer and what came instead, in words.

use crate::flows::sending::{Came, Condition, Unmet};
use crate::text::time;
use crate::wire::delivery as wire;

/// Bytes of an answer that are shown in place of what was expected.
const SHOWN: usize = 80;

/// `status 404 or 5xx`, `within 10 ms`
pub(super) fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Status(statuses) if statuses.is_empty() => "status 2xx".to_owned(),
        Condition::Status(statuses) => format!("status {}", statuses.join(" or ")),
        Condition::Within(time) => format!("within {}", time::duration(*time)),
        Condition::Text(text) => format!("text `{text}`"),
        Condition::EarlierStatus(Some(status)) => format!("status {status} as in the report"),
        Condition::EarlierStatus(None) => "no answer, as in the report".to_owned(),
        Condition::EarlierAnswer(answer) => {
            format!("as in the report: {}", body(answer.as_bytes()))
        }
        Condition::NotInReport => "a delivery that is in the report".to_owned(),
    }
}

/// A condition that was not met, in words.
pub(super) fn unmet(unmet: &Unmet) -> wire::Unmet {
    wire::Unmet {
        expected: condition(&unmet.expected),
        came: match &unmet.came {
            Came::Status(status) => format!("status {status}"),
            Came::NoAnswer(why) => format!("no answer: {why}"),
            Came::After(time) => time::duration(*time),
            Came::Body(answer) => body(answer),
        },
    }
}

/// The beginning of an answer.
fn body(body: &[u8]) -> String {
    match body.get(..SHOWN) {
        None if body.is_empty() => "an empty answer".to_owned(),
        Some(shown) if shown.len() < body.len() => {
            format!("{}…", String::from_utf8_lossy(shown))
        }
        _ => String::from_utf8_lossy(body).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;

    use super::*;

    #[test]
    fn an_unmet_condition_is_told_in_words() {
        let words = |expected, came| {
            let words = unmet(&Unmet { expected, came });
            format!("{} / {}", words.expected, words.came)
        };
        let statuses = || Condition::Status(vec!["404".to_owned(), "5xx".to_owned()]);
        let within = Condition::Within(Duration::from_millis(10));
        let text = || Condition::Text("ok".to_owned());
        let after = Came::After(Duration::from_millis(11));
        let long = format!("{}tail", "x".repeat(SHOWN));
        let all = [
            words(Condition::Status(Vec::new()), Came::Status(302)),
            words(statuses(), Came::Status(200)),
            words(statuses(), Came::NoAnswer("it is away".to_owned())),
            words(within, after),
            words(text(), Came::Body(Bytes::new())),
            words(text(), Came::Body("no".into())),
            words(text(), Came::Body(long.into())),
            words(Condition::EarlierStatus(Some(200)), Came::Status(500)),
            words(
                Condition::EarlierAnswer("{}".to_owned()),
                Came::Body("[]".into()),
            ),
        ];
        let expected = [
            "status 2xx / status 302".to_owned(),
            "status 404 or 5xx / status 200".to_owned(),
            "status 404 or 5xx / no answer: it is away".to_owned(),
            "within 10 ms / 11 ms".to_owned(),
            "text `ok` / an empty answer".to_owned(),
            "text `ok` / no".to_owned(),
            format!("text `ok` / {}…", "x".repeat(SHOWN)),
            "status 200 as in the report / status 500".to_owned(),
            "as in the report: {} / []".to_owned(),
        ];
        assert_eq!(all, expected);
    }
}
