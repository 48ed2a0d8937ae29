//! What the flags of a selection mean: one query.

use crate::cli;
use crate::selection::{Query, Term};

/// What all flags together mean.
pub(super) fn query(typed: cli::Selection) -> Query {
    let terms = [
        Term::event(typed.events),
        Term::session(typed.sessions),
        Term::seq(typed.seqs),
        typed.since.map(Term::Since),
        typed.until.map(Term::Until),
        Term::verdict(typed.verdicts),
    ];
    let conditions = typed.conditions.into_iter().map(Term::Field);
    let terms = terms.into_iter().flatten().chain(conditions);
    and(terms, typed.asking.query)
}

/// These terms, and a query besides.
pub(super) fn and(terms: impl Iterator<Item = Term>, query: Option<Query>) -> Query {
    let query = query.filter(|query| !query.is_everything());
    Query::all(terms.map(Query::Term).chain(query).collect())
}
