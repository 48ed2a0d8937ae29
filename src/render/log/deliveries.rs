//! What became of forwarding a capture: a row for each target, about the last attempt.

use std::io::Write;

use crate::delivery::deliveries::AttemptRecord;
use crate::model::error::OutputError;
use crate::render::listen::Page;
use crate::render::{Cell, Column, Role, Table};
use crate::text::width::cut;
use crate::text::{show, time};
use crate::wire::listen::{DeliveredJson, ForwardState, timestamp};

/// Columns of an answer that is shown in a table.
const ANSWER: usize = 100;

/// A row for each target, under a capture that is shown in full.
pub(super) fn table(
    deliveries: &[AttemptRecord],
    page: Page,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    if deliveries.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let mut table = Table::new([Column::left(), Column::left(), Column::left().wrapping()]);
    for delivery in deliveries {
        table.row([
            Cell::new(Role::Dim, page.clock(delivery.at)),
            outcome(delivery),
            details(delivery, usize::MAX),
        ]);
    }
    table.write(out, page.style)
}

/// `→ 200 in 12 ms`
pub(super) fn outcome(delivery: &AttemptRecord) -> Cell {
    let role = match delivery.state {
        ForwardState::Delivered => Role::Valid,
        ForwardState::Retrying => Role::Warning,
        _ => Role::Invalid,
    };
    let took = std::time::Duration::try_from_secs_f64(delivery.took_ms / 1000.0);
    let took = time::duration(took.unwrap_or_default());
    Cell::new(
        role,
        match (delivery.status, delivery.exit) {
            (Some(status), _) => format!("→ {status} in {took}"),
            (None, Some(code)) => format!("→ exit code {code} in {took}"),
            (None, None) => format!("→ no answer in {took}"),
        },
    )
}

/// The target, what comes next, and why.
pub(super) fn details(delivery: &AttemptRecord, answer: usize) -> Cell {
    let mut words = vec![delivery.target.clone()];
    if delivery.attempt > 1 {
        words.push(format!("attempt {}", delivery.attempt));
    }
    words.extend(match delivery.state {
        ForwardState::Retrying => Some("to be tried again".to_owned()),
        ForwardState::Failed => Some("given up".to_owned()),
        _ => None,
    });
    words.extend(delivery.error.clone());
    let said = delivery.answer.as_deref().unwrap_or_default().trim();
    if delivery.state != ForwardState::Delivered && !said.is_empty() {
        words.push(cut(&show(said), answer).into_owned());
    }
    Cell::new(Role::Dim, show(&words.join("; ")).into_owned())
}

/// For programs.
pub(super) fn json<'d>(
    deliveries: impl IntoIterator<Item = &'d AttemptRecord>,
) -> Vec<DeliveredJson<'d>> {
    let deliveries = deliveries.into_iter();
    deliveries
        .map(|delivery| DeliveredJson {
            target: &delivery.target,
            state: delivery.state,
            at: timestamp(delivery.at),
            attempts: delivery.attempt,
            status: delivery.status,
            exit: delivery.exit,
            complete: delivery.complete,
            took_ms: delivery.took_ms,
            cause: delivery.cause.as_deref(),
            error: delivery.error.as_deref(),
            answer: delivery.answer.as_deref(),
        })
        .collect()
}

/// The row of a timeline about a delivery.
pub(super) fn row(delivery: &AttemptRecord, capture: String, page: Page) -> [Cell; 6] {
    [
        Cell::new(Role::Dim, page.clock(delivery.at)),
        Cell::from(""),
        Cell::from(""),
        Cell::new(Role::Dim, capture),
        outcome(delivery),
        details(delivery, ANSWER),
    ]
}
