//! Automata as tables, to be put together.
//!
//! Two tables are walked side by side, and at once the result is made as small as it can be. To
//! explore all languages of a question together takes ten times as long, for the same states.

use std::collections::HashMap;
use std::hash::Hash;

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};

use super::algebra::{Boolean, Unable};

/// States that an automaton may have, and bytes that may be spent on building it: a schema
/// that asks for more is left to the full validator.
const MOST_STATES: usize = 4096;
const MOST_BYTES: usize = 4 << 20;

/// A state, by its number; the first one is where a text begins.
pub(super) type State = u16;

/// An automaton that gives an answer for each text, with as few states as can do that.
#[derive(Clone, Debug)]
pub(super) struct Table<A> {
    /// The class of each byte: those of one class lead to the same states.
    pub(super) classes: [u8; 256],
    /// By state and class, the next state.
    pub(super) next: Vec<Vec<State>>,
    /// By state: the answer for a text that ends there.
    pub(super) answers: Vec<A>,
}

impl Table<bool> {
    /// Whether all of a text matches a regular expression.
    pub(super) fn of(pattern: &str) -> Result<Table<bool>, Unable> {
        let nfa = thompson::Compiler::new()
            .configure(
                thompson::Config::new()
                    .utf8(false)
                    .nfa_size_limit(Some(MOST_BYTES)),
            )
            .syntax(syntax::Config::new().utf8(false))
            .build(&format!("^(?:{pattern})$"))
            .map_err(|_| Unable)?;
        let dfa = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .match_kind(MatchKind::All)
                    .start_kind(StartKind::Anchored)
                    .accelerate(false)
                    .dfa_size_limit(Some(MOST_BYTES))
                    .determinize_size_limit(Some(MOST_BYTES)),
            )
            .build_from_nfa(&nfa)
            .map_err(|_| Unable)?;
        let start = start::Config::new().anchored(Anchored::Yes);
        let start = dfa.start_state(&start).map_err(|_| Unable)?;
        let explored = explored(
            start,
            |byte| dfa.byte_classes().get(byte),
            |state, byte| dfa.next_state(*state, byte),
            |state| dfa.is_match_state(dfa.next_eoi_state(*state)),
        );
        Ok(explored?.reduced())
    }
}

/// What is accepted can be combined, as sets of texts are.
impl Boolean for Result<Table<bool>, Unable> {
    fn constant(all: bool) -> Self {
        Ok(Table {
            classes: [0; 256],
            next: vec![vec![0]],
            answers: vec![all],
        })
    }

    fn not(self) -> Self {
        Ok(self?.answering(|is_in| !is_in))
    }

    fn and(self, other: Self) -> Self {
        self?.beside(&other?, |one, other| one && other)
    }

    fn or(self, other: Self) -> Self {
        self?.beside(&other?, |one, other| one || other)
    }
}

impl<A: Copy + Hash + Eq> Table<A> {
    /// The same with other answers.
    pub(super) fn answering<B>(self, answer: impl FnMut(A) -> B) -> Table<B> {
        Table {
            classes: self.classes,
            next: self.next,
            answers: self.answers.into_iter().map(answer).collect(),
        }
    }

    /// What comes of the answers of two tables for the same text.
    pub(super) fn beside<B: Copy + Hash + Eq, C: Copy + Hash + Eq>(
        &self,
        other: &Table<B>,
        answer: impl Fn(A, B) -> C,
    ) -> Result<Table<C>, Unable> {
        let explored = explored(
            (0, 0),
            |byte| {
                (
                    self.classes[usize::from(byte)],
                    other.classes[usize::from(byte)],
                )
            },
            |(one, two), byte| (self.after(*one, byte), other.after(*two, byte)),
            |(one, two)| answer(self.answer(*one), other.answer(*two)),
        );
        Ok(explored?.reduced())
    }

    fn after(&self, state: State, byte: u8) -> State {
        self.next[usize::from(state)][usize::from(self.classes[usize::from(byte)])]
    }

    fn answer(&self, state: State) -> A {
        self.answers[usize::from(state)]
    }

    /// The smallest table that gives the same answers: states that no further text tells apart
    /// become one.
    fn reduced(self) -> Table<A> {
        let mut groups = Groups::of(self.answers.iter());
        loop {
            let rows = self.next.iter().zip(&groups.numbers);
            let finer = Groups::of(rows.map(|(row, group)| (*group, groups.of_all(row))));
            if finer.firsts.len() == groups.firsts.len() {
                break;
            }
            groups = finer;
        }
        // The first state of each group stands for it.
        let states = groups.firsts.iter();
        let rows: Vec<Vec<State>> = states
            .clone()
            .map(|state| groups.of_all(&self.next[*state]))
            .collect();
        // Bytes that led to different states may lead to the same now.
        let width = rows.first().map_or(0, Vec::len);
        let columns = (0..width).map(|class| rows.iter().map(|row| row[class]).collect::<Vec<_>>());
        let merged = Groups::of(columns);
        Table {
            classes: self
                .classes
                .map(|class| byte(merged.numbers[usize::from(class)])),
            next: rows
                .iter()
                .map(|row| merged.firsts.iter().map(|class| row[*class]).collect())
                .collect(),
            answers: states.map(|state| self.answers[*state]).collect(),
        }
    }
}

/// All states that can be reached from the first one. Bytes of the same kind lead to the same.
fn explored<S: Clone + Hash + Eq, K: Hash + Eq, A>(
    start: S,
    kind: impl Fn(u8) -> K,
    after: impl Fn(&S, u8) -> S,
    answer: impl Fn(&S) -> A,
) -> Result<Table<A>, Unable> {
    let kinds = Groups::of((0..=u8::MAX).map(kind));
    // One byte of each kind.
    let samples: Vec<u8> = kinds.firsts.iter().map(|first| byte(*first)).collect();
    let mut numbers = HashMap::from([(start.clone(), 0)]);
    let mut states = vec![start];
    let mut next: Vec<Vec<State>> = Vec::new();
    while let Some(state) = states.get(next.len()).cloned() {
        let mut row = Vec::with_capacity(samples.len());
        for sample in &samples {
            let found = after(&state, *sample);
            let number = if let Some(number) = numbers.get(&found) {
                *number
            } else {
                if states.len() == MOST_STATES {
                    return Err(Unable);
                }
                let number = State::try_from(states.len()).map_err(|_| Unable)?;
                states.push(found.clone());
                numbers.insert(found, number);
                number
            };
            row.push(number);
        }
        next.push(row);
    }
    let mut classes = [0; 256];
    for (class, number) in classes.iter_mut().zip(kinds.numbers) {
        *class = byte(number);
    }
    Ok(Table {
        classes,
        next,
        answers: states.iter().map(answer).collect(),
    })
}

/// A number that is a byte, or a class of bytes: there are no more of them.
fn byte(number: impl TryInto<u8>) -> u8 {
    number.try_into().unwrap_or(u8::MAX)
}

/// Things that are equal have the same number, from 0 in the order in which they first came.
struct Groups {
    /// By thing.
    numbers: Vec<u16>,
    /// By number, the first such thing.
    firsts: Vec<usize>,
}

impl Groups {
    fn of<T: Hash + Eq>(things: impl Iterator<Item = T>) -> Groups {
        let mut known = HashMap::new();
        let mut firsts = Vec::new();
        let numbers = things.enumerate().map(|(index, thing)| {
            *known.entry(thing).or_insert_with(|| {
                firsts.push(index);
                // There are at most as many as states or bytes.
                u16::try_from(firsts.len() - 1).unwrap_or(u16::MAX)
            })
        });
        Groups {
            numbers: numbers.collect(),
            firsts,
        }
    }

    fn of_all(&self, states: &[State]) -> Vec<State> {
        let states = states.iter();
        states
            .map(|state| self.numbers[usize::from(*state)])
            .collect()
    }
}
