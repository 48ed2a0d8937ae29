//! What a schema asks of a text, as one automaton.
//!
//! A pattern, a constant, a limit on length: each is a regular language, and so is whatever
//! "and", "or" and "not" make of them. All that is asked of the texts of one place becomes
//! one automaton that looks at each byte once at most. Once it is in a state that no further
//! plain byte leaves, the rest of a plain text need not be looked at.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::{Map, Value};

use super::algebra::{Algebra, Formula, Unable};
use super::pattern;
use super::table::Table;

/// The longest length that is counted in states.
const LONGEST: u64 = 128;

/// Questions that one automaton answers besides whether the text is accepted.
pub(super) const MOST_MARKS: usize = 7;

/// What can be asked of a text, as a regular expression that matches all of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Language(String);

/// The tables of languages: most questions are made of the same few.
#[derive(Debug, Default)]
pub(super) struct Languages(HashMap<Language, Table<bool>>);

/// What a schema asks of a text.
pub(super) type Question = Formula<Language>;

impl<'s> Algebra<'s> for Question {
    fn equal(value: &'s Value) -> Result<Self, Unable> {
        Self::one_of(std::slice::from_ref(value))
    }

    /// One language for all of them: a list may be long.
    fn one_of(values: &'s [Value]) -> Result<Self, Unable> {
        let texts = values.iter().filter_map(Value::as_str);
        let texts: Vec<String> = texts.map(pattern::exactly).collect();
        Ok(if texts.is_empty() {
            Formula::Constant(false)
        } else {
            Formula::Atom(Language(texts.join("|")))
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

impl Question {
    /// Whether it accepts one text.
    pub(super) fn has(&self, text: &str) -> Result<bool, Unable> {
        let automaton = Automaton::new(self, &[], &mut Languages::default())?;
        Ok(automaton.any(text.as_bytes()).is_some())
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

impl Languages {
    fn table(&mut self, language: Language) -> Result<Table<bool>, Unable> {
        Ok(match self.0.entry(language) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(place) => {
                let table = Table::of(&place.key().0)?;
                place.insert(table).clone()
            }
        })
    }

    /// Whether a question accepts a text.
    fn answer(&mut self, question: &Question) -> Result<Table<bool>, Unable> {
        let mut table = |language| Ok::<_, Unable>(self.table(language));
        question.clone().map(&mut table)?
    }
}

impl Automaton {
    /// The automaton that accepts what `accepted` asks for, and marks what `marked` do.
    pub(super) fn new(
        accepted: &Question,
        marked: &[Question],
        languages: &mut Languages,
    ) -> Result<Automaton, Unable> {
        if marked.len() > MOST_MARKS {
            return Err(Unable);
        }
        let accepted = languages.answer(accepted)?;
        let mut table = accepted.answering(|is_accepted| is_accepted.then_some(0));
        for (bit, question) in marked.iter().enumerate() {
            let mark = |marks: Option<Marks>, holds| Some(marks? | (u8::from(holds) << bit));
            table = table.beside(&languages.answer(question)?, mark)?;
        }
        Automaton::laid_out(&table)
    }

    fn laid_out(table: &Table<Option<Marks>>) -> Result<Automaton, Unable> {
        let plain: Vec<u8> = (0..=u8::MAX)
            .filter(u8::is_ascii_graphic)
            .map(|byte| table.classes[usize::from(byte)])
            .collect();
        let is_settled = |state: &usize| {
            let after = |class: &u8| usize::from(table.next[*state][usize::from(*class)]);
            plain.iter().all(|class| after(class) == *state)
        };
        let (settled, restless): (Vec<usize>, Vec<usize>) =
            (0..table.next.len()).partition(is_settled);
        let width = table.next.first().map_or(0, Vec::len);
        let shift = width.next_power_of_two().trailing_zeros();
        let state_at = |place: usize| u32::try_from(place << shift).map_err(|_| Unable);
        let mut states = vec![0; table.next.len()];
        for (place, state) in restless.iter().chain(&settled).enumerate() {
            states[*state] = state_at(place)?;
        }
        let mut automaton = Automaton {
            classes: table.classes,
            shift,
            next: vec![0; states.len() << shift],
            answers: vec![None; states.len()],
            start: states[0],
            settled: state_at(restless.len())?,
        };
        for ((row, answer), state) in table.next.iter().zip(&table.answers).zip(&states) {
            let state = *state as usize;
            automaton.answers[state >> shift] = *answer;
            for (place, next) in automaton.next[state..].iter_mut().zip(row) {
                *place = states[usize::from(*next)];
            }
        }
        Ok(automaton)
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Whether a text belongs to a language.
    type IsIn = fn(&str) -> bool;

    /// What can be asked, and by whom it is answered here.
    const ASKED: [(&str, IsIn); 6] = [
        (r#"{"pattern": "^ab"}"#, |text| text.starts_with("ab")),
        (r#"{"pattern": "b$"}"#, |text| text.ends_with('b')),
        (r#"{"pattern": "a[bé]a"}"#, |text| {
            text.contains("aba") || text.contains("aéa")
        }),
        (r#"{"minLength": 2}"#, |text| text.chars().count() >= 2),
        (r#"{"maxLength": 3}"#, |text| text.chars().count() <= 3),
        (r#"{"pattern": "^$|é"}"#, |text| {
            text.is_empty() || text.contains('é')
        }),
    ];

    fn atom(index: usize) -> Question {
        let schema: Map<String, Value> = serde_json::from_str(ASKED[index].0).unwrap();
        let keyword = schema.keys().next().unwrap();
        // The question keeps nothing of the schema.
        Question::keyword(keyword, &schema).unwrap()
    }

    fn formula() -> impl Strategy<Value = Formula<usize>> {
        (0..ASKED.len())
            .prop_map(Formula::Atom)
            .prop_recursive(3, 12, 4, |inner| {
                prop_oneof![
                    inner.clone().prop_map(|one| Formula::Not(Box::new(one))),
                    prop::collection::vec(inner.clone(), 0..4).prop_map(Formula::And),
                    prop::collection::vec(inner, 0..4).prop_map(Formula::Or),
                ]
            })
    }

    proptest! {
        #[test]
        fn an_automaton_answers_what_its_languages_answer_together(
            accepted in formula(),
            marked in prop::collection::vec(formula(), 0..3),
            texts in prop::collection::vec("[abé]{0,6}", 1..20),
        ) {
            let question = |formula: &Formula<usize>| -> Question {
                formula.clone().map(&mut |index| Ok::<_, Unable>(atom(index))).unwrap()
            };
            let marks: Vec<Question> = marked.iter().map(question).collect();
            let mut languages = Languages::default();
            let automaton = Automaton::new(&question(&accepted), &marks, &mut languages).unwrap();
            for text in &texts {
                let holds = |formula: &Formula<usize>| formula.holds(&|index| ASKED[*index].1(text));
                let expected = holds(&accepted).then(|| {
                    let bits = marked.iter().enumerate();
                    bits.fold(0, |all, (bit, mark)| all | (u8::from(holds(mark)) << bit))
                });
                prop_assert_eq!(automaton.any(text.as_bytes()), expected, "{}", text);
                if text.is_ascii() {
                    prop_assert_eq!(automaton.plain(text.as_bytes()), expected, "{}", text);
                }
            }
        }
    }

    #[test]
    fn a_long_list_of_texts_is_one_language() {
        let texts: Vec<Value> = (0..300)
            .map(|number| json!(format!("code-{number}")))
            .collect();
        let question = Question::one_of(&texts).unwrap();
        assert!(matches!(question, Formula::Atom(_)));
        for (text, is_in) in [
            ("code-0", true),
            ("code-299", true),
            ("code-300", false),
            ("", false),
        ] {
            assert_eq!(question.has(text), Ok(is_in), "{text}");
        }
        assert_eq!(
            Question::one_of(&[json!(1), Value::Null]),
            Ok(Formula::Constant(false))
        );
        assert_eq!(Question::equal(&json!("")).unwrap().has(""), Ok(true));
    }
}
