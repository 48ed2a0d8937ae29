//! A delivery of a replay as `--report` holds it.

use chrono::{SecondsFormat, Utc};

use super::json::delivery;
use crate::delivery::ClientOptions;
use crate::delivery::{Delivered, Ending, Request, TargetUrl};
use crate::flows::replaying::tag::Tag;
use crate::flows::replaying::totals::Failed;
use crate::model::error::Failure;
use crate::render::har;
use crate::render::junit::{Case, End};
use crate::render::report::Delivery;
use crate::wire::delivery as wire;

/// A delivery, and what it takes to tell the request.
pub(crate) struct Reported<'d> {
    pub(crate) delivered: &'d Delivered<Tag>,
    pub(crate) url: &'d str,
    pub(crate) target: &'d TargetUrl,
    pub(crate) options: &'d ClientOptions,
}

impl Delivery for Reported<'_> {
    type Object<'d>
        = wire::Delivery<'d>
    where
        Self: 'd;

    fn object(&self) -> wire::Delivery<'_> {
        delivery(self.delivered, self.url)
    }

    fn case(&self) -> Case {
        let delivered = self.delivered;
        let Failed { tag, status, text } = Failed::of(delivered);
        let is_good = status.is_some_and(|status| (200..300).contains(&status));
        let event = tag.event.as_deref().unwrap_or("(no event)");
        let session = tag.session.as_deref().unwrap_or_default();
        let name = format!("{} {event} {session}", tag.place());
        let mut remarks = Vec::new();
        if delivered.attempts > 1 {
            remarks.push(format!("attempt {}", delivered.attempts));
        }
        let end = match status {
            Some(_) if is_good => End::Passed,
            Some(status) => End::Failed {
                kind: "answer".to_owned(),
                message: format!("answered {status}"),
                lines: vec![text],
            },
            None => End::Failed {
                kind: "no-answer".to_owned(),
                message: text,
                lines: Vec::new(),
            },
        };
        Case {
            name: name.trim_end().to_owned(),
            class: tag.file.to_string(),
            took: delivered.attempt.took,
            end,
            remarks,
        }
    }

    fn entry(&self) -> Result<har::Entry, Failure> {
        let delivered = self.delivered;
        let outgoing = &delivered.request;
        let request = Request::new(self.target, self.options, outgoing)?;
        let fields = request.fields.iter();
        let fields = fields.map(|field| har::Field::new(&field.name, &field.value));
        let url = format!("{}{}", self.target.origin(), request.target);
        let (response, comment) = match &delivered.attempt.ending {
            Ending::Answered(answer) => {
                let fields = answer
                    .headers()
                    .map(|(name, value)| har::Field::new(name, value));
                let response = har::Response::new(answer.status, fields.collect(), &answer.body);
                let cut = "only the beginning of the answer was read";
                let comment = if answer.truncated { cut } else { "" };
                (response, comment.to_owned())
            }
            Ending::Unanswered(why) => (har::Response::none(), why.to_string()),
        };
        let took = delivered.attempt.took;
        let started = (Utc::now() - took).to_rfc3339_opts(SecondsFormat::Micros, true);
        let request = har::Request::post(url, fields.collect(), outgoing.body());
        let mut entry = har::Entry::new(started, took.as_secs_f64() * 1e3, request, response);
        entry.comment = comment;
        Ok(entry)
    }
}
