//! Which captures a command takes. The flags and the text of `--query` mean the same.

use std::num::NonZeroUsize;

use clap::Args;

use crate::model::report::Verdict;
use crate::selection::{Condition, Moment, Pattern, Query, SeqRange};

/// Which captures are taken: those that meet all conditions.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Selection")]
pub struct Selection {
    /// Take only this event; * in a name stands for any text. Can be repeated
    #[arg(long = "event", value_name = "EVENT", value_delimiter = ',')]
    pub events: Vec<Pattern>,

    /// Take only this session; * in an id stands for any text. Can be repeated
    #[arg(long = "session", value_name = "ID")]
    pub sessions: Vec<Pattern>,

    /// Take only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated
    #[arg(long = "seq", value_name = "A..B", value_delimiter = ',')]
    pub seqs: Vec<SeqRange>,

    /// Take only captures received since TIME: 2h (ago), 14:00, 2026-11-20, 2026-11-20T14:00
    ///
    /// A time is local time, and UTC with --utc; 14:00Z and 2026-11-20T14:00+01:00 name their zone.
    /// A time alone is today's. If a clock change makes a local time come twice, both are included.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<Moment>,

    /// Take only captures received before TIME
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<Moment>,

    /// Take only bodies whose field meets this condition; can be repeated
    ///
    /// `PATH=VALUE`, `!=`, `~=` (contains), `<`, `>`, `<=`, `>=`, or `PATH exists`. PATH is as in
    /// --set: `files[0].url`, `files.0.url` or `/files/0/url`. Digits in strings compare as numbers. A
    /// body without the field does not match.
    #[arg(long = "where", value_name = "CONDITION")]
    pub conditions: Vec<Condition>,

    /// Take only bodies with this verdict; can be repeated
    #[arg(long = "verdict", value_name = "VERDICT", value_delimiter = ',')]
    pub verdicts: Vec<Verdict>,

    #[command(flatten)]
    pub asking: Asking,
}

/// A query in words of its own.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Selection")]
pub struct Asking {
    /// Take only what this query means, such as 'is:duplicate or code:missing-field'
    ///
    /// Terms: event:NAME, session:ID, verdict:WORD, code:CODE, seq:A..B, since:TIME, until:TIME,
    /// body:"TEXT", is:duplicate (the body came before), is:out-of-order (an event that belongs after
    /// it came before), has:missing (an event that belongs before it had not come), and conditions
    /// as for --where. All must hold; `or`, `-` (not) and parentheses combine them.
    #[arg(long, value_name = "QUERY")]
    pub query: Option<Query>,
}

/// How many of the selected things are taken.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Selection")]
pub struct Window {
    /// Take only the last N of them
    #[arg(long, value_name = "N")]
    pub last: Option<NonZeroUsize>,

    /// Take at most N of them
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}
