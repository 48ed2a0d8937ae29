//! What a schema asks of a text, as one automaton.
//!
//! A pattern, a constant, a limit on length: each is a regular language, and so is whatever
//! "and", "or" and "not" make of them. All that is asked of the texts of one place becomes
//! one automaton that looks at each byte once at most. Once it is in a state that no further
//! plain byte leaves, the rest of a plain text need not be looked at.

use regex_automata::dfa::Automaton as _;
use regex_automata::dfa::dense;
use regex_automata::nfa::thompson;
use regex_automata::util::{primitives::StateID, start, syntax};
use regex_automata::{Anchored, MatchKind};
use serde_json::{Map, Value};

use super::algebra::{Algebra, Formula, Unable};
use super::pattern;

/// States that an automaton may have, and bytes that may be spent on building it: a schema
/// that asks for more is left to the full validator.
const MOST_STATES: usize = 4096;
const MOST_BYTES: usize = 4 << 20;

/// The longest length that is counted in states.
const LONGEST: u64 = 128;

/// Questions that one automaton answers besides whether the text is accepted.
pub(super) const MOST_MARKS: usize = 7;

/// What can be asked of a text, as a regular expression that matches all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Language(String);

/// What a schema asks of a text.
pub(super) type Question = Formula<Language>;

impl<'s> Algebra<'s> for Question {
    fn equal(value: &'s Value) -> Result<Self, Unable> {
        Ok(match value.as_str() {
            Some(text) => Formula::Atom(Language(pattern::exactly(text))),
            None => Formula::Constant(false),
        })
    }

    fn keyword(keyword: &str, schema: &'s Map<String, Value>) -> Result<Self, Unable> {
        let value = schema.get(keyword).ok_or(Unable)?;
        let length = || {
            value
                .as_u64()
                .filter(|length| *length <= LONGEST)
                .ok_or(Unable)
        };
        let language = match keyword {
            "pattern" => {
                let pattern = pattern::translated(value.as_str().ok_or(Unable)?)?;
                format!("(?s-u:.)*(?:{pattern})(?s-u:.)*")
            }
            "minLength" => format!("(?s:.){{{},}}", length()?),
            "maxLength" => format!("(?s:.){{0,{}}}", length()?),
            _ => return Err(Unable),
        };
        Ok(Formula::Atom(Language(language)))
    }
}

/// What an automaton says of a text: whether it is accepted, and the answers to the other
/// questions, a bit each.
pub(super) type Marks = u8;

/// An automaton over the bytes of a text.
#[derive(Debug)]
pub(super) struct Automaton {
    /// The class of each byte: those of one class lead to the same states.
    classes: [u8; 256],
    /// A state is the index of its row in `next`; this many bits of it are a place in the row.
    shift: u32,
    /// By state and class, the next state.
    next: Vec<u32>,
    /// By state: what it says of a text that ends there.
    answers: Vec<Option<Marks>>,
    start: u32,
    /// No plain byte leads out of this state and those behind it.
    settled: u32,
}

impl Automaton {
    /// The automaton that accepts what `accepted` asks for, and marks what `marked` do.
    pub(super) fn new(accepted: &Question, marked: &[Question]) -> Result<Automaton, Unable> {
        if marked.len() > MOST_MARKS {
            return Err(Unable);
        }
        let mut languages: Vec<Language> = Vec::new();
        let mut number = |question: &Question| {
            question.clone().map(&mut |language| {
                let known = languages.iter().position(|other| *other == language);
                let index = known.unwrap_or_else(|| {
                    languages.push(language);
                    languages.len() - 1
                });
                Ok::<_, Unable>(Formula::Atom(index))
            })
        };
        let accepted = number(accepted)?;
        let marked: Vec<Formula<usize>> = marked.iter().map(number).collect::<Result<_, _>>()?;
        let answer = |matching: &[usize]| -> Option<Marks> {
            let holds = |formula: &Formula<usize>| formula.holds(&|index| matching.contains(index));
            let bits = marked.iter().enumerate();
            holds(&accepted).then(|| {
                bits.fold(0, |marks, (bit, question)| {
                    marks | (u8::from(holds(question)) << bit)
                })
            })
        };
        Explored::of(&languages)?.reduced(&answer)
    }

    /// What it says of a text that has neither blanks nor anything beyond ASCII.
    pub(super) fn plain(&self, text: &[u8]) -> Option<Marks> {
        let (mut state, mut rest) = (self.start, text.iter());
        while state < self.settled {
            // Most bytes of a long text leave the state as it is. A search for one that does not is
            // quicker than a walk in which each step waits for the one before.
            let mut next = rest.by_ref().map(|byte| self.after(state, *byte));
            let Some(next) = next.find(|next| *next != state) else {
                break;
            };
            state = next;
        }
        self.answer(state)
    }

    /// What it says of any text.
    pub(super) fn any(&self, text: &[u8]) -> Option<Marks> {
        let after = |state, byte: &u8| self.after(state, *byte);
        self.answer(text.iter().fold(self.start, after))
    }

    fn after(&self, state: u32, byte: u8) -> u32 {
        self.next[state as usize + usize::from(self.classes[usize::from(byte)])]
    }

    fn answer(&self, state: u32) -> Option<Marks> {
        self.answers[(state >> self.shift) as usize]
    }
}

/// Whether a byte is one of those that make a text plain.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic()
}

/// All states of an automaton that tells which of several languages a text belongs to.
struct Explored {
    /// By state and byte.
    next: Vec<[usize; 256]>,
    /// By state: the languages of a text that ends there.
    matching: Vec<Vec<usize>>,
}

impl Explored {
    fn of(languages: &[Language]) -> Result<Explored, Unable> {
        let patterns: Vec<String> = languages
            .iter()
            .map(|Language(pattern)| format!("^(?:{pattern})$"))
            .collect();
        let nfa = thompson::Compiler::new()
            .configure(
                thompson::Config::new()
                    .utf8(false)
                    .nfa_size_limit(Some(MOST_BYTES)),
            )
            .syntax(syntax::Config::new().utf8(false))
            .build_many(&patterns)
            .map_err(|_| Unable)?;
        let dfa = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .match_kind(MatchKind::All)
                    .start_kind(regex_automata::dfa::StartKind::Anchored)
                    .accelerate(false)
                    .dfa_size_limit(Some(MOST_BYTES))
                    .determinize_size_limit(Some(MOST_BYTES)),
            )
            .build_from_nfa(&nfa)
            .map_err(|_| Unable)?;
        let start = start::Config::new().anchored(Anchored::Yes);
        let start = dfa.start_state(&start).map_err(|_| Unable)?;
        let mut states: Vec<StateID> = vec![start];
        let mut numbers = std::collections::HashMap::from([(start, 0)]);
        let mut explored = Explored {
            next: Vec::new(),
            matching: Vec::new(),
        };
        while let Some(&state) = states.get(explored.next.len()) {
            if states.len() > MOST_STATES {
                return Err(Unable);
            }
            let mut row = [0; 256];
            for byte in 0..=255_u8 {
                let next = dfa.next_state(state, byte);
                row[usize::from(byte)] = *numbers.entry(next).or_insert_with(|| {
                    states.push(next);
                    states.len() - 1
                });
            }
            explored.next.push(row);
            let end = dfa.next_eoi_state(state);
            let matches = if dfa.is_match_state(end) {
                dfa.match_len(end)
            } else {
                0
            };
            let matching = (0..matches).map(|index| dfa.match_pattern(end, index).as_usize());
            explored.matching.push(matching.collect());
        }
        Ok(explored)
    }

    /// The smallest automaton that gives the same answers: states that no further text tells
    /// apart become one.
    fn reduced(&self, answer: &dyn Fn(&[usize]) -> Option<Marks>) -> Result<Automaton, Unable> {
        let answers: Vec<Option<Marks>> = self
            .matching
            .iter()
            .map(|matching| answer(matching))
            .collect();
        let (bytes, classes) = self.classes();
        let mut groups = grouped(answers.iter());
        loop {
            let rows = self.next.iter().zip(&groups.0).map(|(row, group)| {
                let next: Vec<usize> = bytes.iter().map(|byte| groups.0[row[*byte]]).collect();
                (*group, next)
            });
            let finer = grouped(rows);
            if finer.1 == groups.1 {
                break;
            }
            groups = finer;
        }
        let (group_of, count) = groups;
        // One state of each group stands for it.
        let mut members = vec![0; count];
        for (state, group) in group_of.iter().enumerate() {
            members[*group] = state;
        }
        let is_settled = |group: &usize| {
            let row = &self.next[members[*group]];
            let mut plain = (0..=255_u8).filter(|byte| is_plain(*byte));
            plain.all(|byte| group_of[row[usize::from(byte)]] == *group)
        };
        let (settled, restless): (Vec<usize>, Vec<usize>) = (0..count).partition(is_settled);
        let shift = bytes.len().next_power_of_two().trailing_zeros();
        let state_at = |place: usize| u32::try_from(place << shift).map_err(|_| Unable);
        let mut states = vec![0; count];
        for (place, group) in restless.iter().chain(&settled).enumerate() {
            states[*group] = state_at(place)?;
        }
        let mut automaton = Automaton {
            classes,
            shift,
            next: vec![0; count << shift],
            answers: vec![None; count],
            start: states[group_of[0]],
            settled: state_at(restless.len())?,
        };
        for (group, member) in members.iter().enumerate() {
            let state = states[group] as usize;
            automaton.answers[state >> shift] = answers[*member];
            for (class, byte) in bytes.iter().enumerate() {
                automaton.next[state + class] = states[group_of[self.next[*member][*byte]]];
            }
        }
        Ok(automaton)
    }

    /// One byte of each class, and the class of each byte.
    fn classes(&self) -> (Vec<usize>, [u8; 256]) {
        let columns =
            (0..256).map(|byte| self.next.iter().map(|row| row[byte]).collect::<Vec<_>>());
        let (class_of, count) = grouped(columns);
        let mut bytes = vec![0; count];
        let mut classes = [0; 256];
        for (byte, class) in class_of.into_iter().enumerate() {
            bytes[class] = byte;
            // There are no more classes than bytes.
            classes[byte] = u8::try_from(class).unwrap_or(u8::MAX);
        }
        (bytes, classes)
    }
}

/// Numbers things so that equal ones have the same number, and how many numbers there are.
fn grouped<T: std::hash::Hash + Eq>(things: impl Iterator<Item = T>) -> (Vec<usize>, usize) {
    let mut numbers = std::collections::HashMap::new();
    let groups = things
        .map(|thing| {
            let next = numbers.len();
            *numbers.entry(thing).or_insert(next)
        })
        .collect();
    (groups, numbers.len())
}
