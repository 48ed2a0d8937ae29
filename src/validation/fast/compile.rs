//! From an event's schema file to places that can be walked.
//!
//! A place is asked two things at once: that its schemas accept the value, and that none of
//! the annotations beside them has something to say of it. For each type of value that is
//! settled apart; a type for which it cannot be settled is never accepted there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::algebra::{Algebra, Asker, Boolean, Formula, Kind, Unable};
use super::container::{ArrayQuestion, Has, ObjectQuestion, Of};
use super::place::{Check, MOST_CAPTURED, Member, ObjectPlace, Order, Place, PlaceId, Rest};
use super::scalar::{FALSE, Integers, NULL, Single, TRUE};
use super::text::{Automaton, Languages, MOST_MARKS, Marks, Question};
use crate::catalog::{Comparison, Remark, Shape};

/// Members that an object may have by name.
const MOST_MEMBERS: usize = 64;

/// The places of an event, the first one its root.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) places: Vec<Place>,
    pub(super) automata: Vec<Arc<Automaton>>,
}

/// Automata by what they are asked: most events ask the same of their common members.
#[derive(Debug, Default)]
pub(super) struct Automata(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    automata: HashMap<String, Option<Arc<Automaton>>>,
    languages: Languages,
}

impl Automata {
    /// The automaton for a question; nothing if there can be none.
    fn get(&self, key: &str, accepted: &Question, marked: &[Question]) -> Option<Arc<Automaton>> {
        // Built while locked: two threads that ask the same at once are better served so.
        let known = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(automaton) = known.automata.get(key) {
            return automaton.clone();
        }
        let automaton = Automaton::new(accepted, marked, &mut known.languages);
        let automaton = automaton.ok().map(Arc::new);
        known.automata.insert(key.to_owned(), automaton.clone());
        automaton
    }
}

impl Places {
    /// Whether the root may have a member of that name.
    pub(super) fn may_have(&self, name: &str) -> bool {
        let root = self.places.first().and_then(|root| root.object.as_ref());
        root.is_some_and(|root| {
            let quoted = format!("\"{name}\"");
            root.members
                .iter()
                .any(|member| *member.name == *quoted.as_bytes())
        })
    }
}

/// What is asked of a value.
#[derive(Clone, Debug, Default)]
struct Asked<'s> {
    /// These accept it.
    schemas: Vec<&'s Value>,
    /// This has nothing to say of it.
    shape: Option<&'s Shape>,
    /// Whether each of these accepts it, is to be told.
    marks: Vec<&'s Value>,
}

/// What identifies it: the schemas and the shape live as long as the compiler.
type Key = (Vec<usize>, usize, Vec<usize>);

impl Asked<'_> {
    fn key(&self) -> Key {
        let address = |schema: &&Value| std::ptr::from_ref::<Value>(schema) as usize;
        (
            self.schemas.iter().map(address).collect(),
            self.shape
                .map_or(0, |shape| std::ptr::from_ref(shape) as usize),
            self.marks.iter().map(address).collect(),
        )
    }
}

impl<'s> Asked<'s> {
    fn warn(&self) -> &'s [Remark] {
        self.shape.map_or(&[], |shape| &shape.warn)
    }
}

/// What a remark is not said of.
fn refused<'s, A: Algebra<'s> + Clone>(remark: &'s Remark, kind: Kind) -> Result<A, Unable> {
    // An annotation's schema is a document of its own.
    let root = remark.test();
    Ok(Asker { root, kind }.ask::<A>(root)?.not())
}

pub(super) struct Compiler<'s> {
    root: &'s Value,
    made: Places,
    known: HashMap<Key, PlaceId>,
    /// Those of this event by what they are asked, since many places ask the same.
    automata: HashMap<String, Option<usize>>,
    shared: &'s Automata,
}

impl<'s> Compiler<'s> {
    /// Compiles an event's schema. Its root must be accepted by `schemas` too, and the values
    /// of the members in `wanted` are kept of the root.
    pub(super) fn compile(
        schema: &'s Value,
        shape: &'s Shape,
        more: &'s Value,
        wanted: &[&str],
        shared: &'s Automata,
    ) -> Result<Places, Unable> {
        let mut compiler = Compiler {
            root: schema,
            made: Places::default(),
            known: HashMap::new(),
            automata: HashMap::new(),
            shared,
        };
        let asked = Asked {
            schemas: vec![schema, more],
            shape: Some(shape),
            marks: Vec::new(),
        };
        compiler.made.places.push(Place::default());
        let object = compiler.object(&asked, wanted)?;
        if object.rest.is_some() {
            // Anything may be in it then, also what makes it another event.
            return Err(Unable);
        }
        compiler.made.places[0].object = Some(object);
        Ok(compiler.made)
    }

    /// What the schemas ask together of values of a type, and the annotations not.
    fn total<A: Algebra<'s> + Clone>(&self, asked: &Asked<'s>, kind: Kind) -> Result<A, Unable> {
        let mut total = A::constant(true);
        for schema in &asked.schemas {
            total = total.and(self.ask(schema, kind)?);
        }
        for remark in asked.warn() {
            total = total.and(refused(remark, kind)?);
        }
        Ok(total)
    }

    fn ask<A: Algebra<'s> + Clone>(&self, schema: &'s Value, kind: Kind) -> Result<A, Unable> {
        let root = self.root;
        Asker { root, kind }.ask(schema)
    }

    /// The marks that values of a type have which has nothing to look at.
    fn single<const WHICH: u8>(
        &self,
        asked: &Asked<'s>,
        kind: Kind,
    ) -> Result<Option<Marks>, Unable> {
        let accepted = self.total::<Single<WHICH>>(asked, kind)?.0;
        let mut marks = 0;
        for (bit, mark) in asked.marks.iter().enumerate() {
            marks |= u8::from(self.ask::<Single<WHICH>>(mark, kind)?.0) << bit;
        }
        Ok(accepted.then_some(marks))
    }

    fn place(&mut self, asked: &Asked<'s>) -> Result<PlaceId, Unable> {
        if asked.marks.len() > MOST_MARKS {
            return Err(Unable);
        }
        let key = asked.key();
        if let Some(id) = self.known.get(&key) {
            return Ok(*id);
        }
        let id = self.made.places.len();
        self.made.places.push(Place::default());
        self.known.insert(key, id);
        let place = Place {
            null: self.single::<NULL>(asked, Kind::Null).unwrap_or(None),
            truth: self.single::<TRUE>(asked, Kind::True).unwrap_or(None),
            falsity: self.single::<FALSE>(asked, Kind::False).unwrap_or(None),
            integers: self.integers(asked).ok(),
            text: self.text(asked),
            items: self.array(asked).ok(),
            object: self.object(asked, &[]).ok(),
        };
        self.made.places[id] = place;
        Ok(id)
    }

    fn integers(&self, asked: &Asked<'s>) -> Result<(Integers, Vec<Integers>), Unable> {
        let marks = asked.marks.iter().map(|mark| self.ask(mark, Kind::Integer));
        Ok((
            self.total(asked, Kind::Integer)?,
            marks.collect::<Result<_, _>>()?,
        ))
    }

    fn text(&mut self, asked: &Asked<'s>) -> Option<usize> {
        let total: Question = self.total(asked, Kind::String).ok()?;
        let marks = asked.marks.iter().map(|mark| self.ask(mark, Kind::String));
        let marks: Vec<Question> = marks.collect::<Result<_, _>>().ok()?;
        if total == Formula::Constant(false) {
            return None;
        }
        self.automaton(&total, &marks)
    }

    fn automaton(&mut self, total: &Question, marks: &[Question]) -> Option<usize> {
        let key = format!("{total:?}{marks:?}");
        if let Some(known) = self.automata.get(&key) {
            return *known;
        }
        let index = self.shared.get(&key, total, marks).map(|automaton| {
            self.made.automata.push(automaton);
            self.made.automata.len() - 1
        });
        self.automata.insert(key, index);
        index
    }

    /// Marks on arrays and objects are not told: the types must settle them.
    fn no_marks<T>(&self, asked: &Asked<'s>, kind: Kind) -> Result<Marks, Unable>
    where
        Formula<T>: Algebra<'s> + Clone,
    {
        let mut marks = 0;
        for (bit, mark) in asked.marks.iter().enumerate() {
            let Formula::<T>::Constant(answer) = self.ask(mark, kind)? else {
                return Err(Unable);
            };
            marks |= u8::from(answer) << bit;
        }
        Ok(marks)
    }

    fn array(&mut self, asked: &Asked<'s>) -> Result<(Integers, PlaceId, Marks), Unable> {
        let total: ArrayQuestion<'s> = self.total(asked, Kind::Array)?;
        let marks = self.no_marks::<Of<'s>>(asked, Kind::Array)?;
        let mut count = Integers::between(0, i64::MAX);
        let mut items = Asked {
            shape: asked.shape.and_then(Shape::item),
            ..Asked::default()
        };
        for part in total.parts() {
            match part {
                Formula::Atom(Of::Items(schema)) => items.schemas.push(schema),
                part => count = count.and(counted(part)?),
            }
        }
        if count == Integers::constant(false) {
            return Err(Unable);
        }
        Ok((count, self.place(&items)?, marks))
    }

    fn object(&mut self, asked: &Asked<'s>, wanted: &[&str]) -> Result<ObjectPlace, Unable> {
        let total: ObjectQuestion<'s> = self.total(asked, Kind::Object)?;
        let marks = self.no_marks::<Has<'s>>(asked, Kind::Object)?;
        if asked.shape.is_some_and(Shape::has_patterns) {
            return Err(Unable);
        }
        let mut parts = Parts::default();
        for part in total.parts() {
            parts.sort(part)?;
        }
        if let Some(shape) = asked.shape {
            for name in shape.member_names() {
                parts.member(name)?;
            }
            for compare in &shape.compare {
                for field in &compare.fields {
                    parts.member(field)?;
                }
            }
        }
        let mut object = ObjectPlace {
            marks,
            ..ObjectPlace::default()
        };
        let mut captured = Capturing::default();
        for name in wanted {
            if let Some(index) = parts.names.iter().position(|known| known == name) {
                object.wanted.push(captured.slot(index)?);
            }
        }
        for compare in asked.shape.map_or(&[][..], |shape| &shape.compare) {
            let [one, other] = &compare.fields;
            let (one, other) = (parts.member(one)?, parts.member(other)?);
            let order = match compare.rule {
                Comparison::AtMost => Order::AtMost,
                Comparison::NotBefore => Order::NotBefore,
            };
            object
                .compare
                .push((order, captured.slot(one)?, captured.slot(other)?));
        }
        for (index, name) in parts.names.iter().enumerate() {
            // A name that is not written as it is would look like something else.
            if name.contains(['"', '\\']) || name.contains(char::is_control) {
                continue;
            }
            if parts.forbids(name, self.root)? {
                continue;
            }
            let shape = asked.shape.and_then(|shape| shape.member(name));
            if shape.is_none()
                && asked
                    .shape
                    .is_some_and(|shape| shape.member_names().next().is_some())
            {
                // The documents do not have it, and that is noted.
                continue;
            }
            let mut schemas: Vec<&Value> = parts
                .like
                .iter()
                .filter(|(at, _)| *at == index)
                .map(|(_, schema)| *schema)
                .collect();
            schemas.extend(parts.rest_of(name));
            let marks: Vec<(usize, &Value)> = parts
                .marks
                .iter()
                .enumerate()
                .filter(|(_, (at, _))| *at == index)
                .map(|(bit, (_, schema))| (bit, *schema))
                .collect();
            let place = self.place(&Asked {
                schemas,
                shape,
                marks: marks.iter().map(|(_, schema)| *schema).collect(),
            })?;
            object.members.push(Member {
                name: format!("\"{name}\"").into_bytes().into(),
                bit: 1 << index,
                place,
                marks: marks.into_iter().map(|(bit, _)| 1 << bit).collect(),
                slot: captured.of(index),
            });
        }
        object.rest = self.rest(asked, &parts)?;
        object.required = parts.required;
        object.checks = parts.checks;
        Ok(object)
    }

    /// What is asked of members that have no name in the schemas; nothing if there may be none.
    fn rest(&mut self, asked: &Asked<'s>, parts: &Parts<'s>) -> Result<Option<Rest>, Unable> {
        let shape = asked.shape.and_then(Shape::additional);
        let is_noted = asked
            .shape
            .is_some_and(|shape| shape.member_names().next().is_some());
        if shape.is_none() && is_noted {
            return Ok(None);
        }
        let schemas: Vec<&Value> = parts
            .rest
            .iter()
            .filter_map(|schema| schema.get("additionalProperties"))
            .collect();
        let place = self.place(&Asked {
            schemas,
            shape,
            marks: Vec::new(),
        })?;
        let names = Asked {
            schemas: parts.key_schemas.clone(),
            ..Asked::default()
        };
        let Some(names) = self.text(&names) else {
            return Ok(None);
        };
        Ok(Some(Rest { place, names }))
    }
}

/// How many items a part of a question about an array allows.
fn counted(part: Formula<Of<'_>>) -> Result<Integers, Unable> {
    part.map(&mut |of| match of {
        Of::Count(count) => Ok(count),
        Of::Items(_) => Err(Unable),
    })
}

/// The parts of a question about an object, each of which must hold.
#[derive(Default)]
struct Parts<'s> {
    /// The members with a name; what is said of one says it by its place here.
    names: Vec<String>,
    required: u64,
    like: Vec<(usize, &'s Value)>,
    rest: Vec<&'s serde_json::Map<String, Value>>,
    key_schemas: Vec<&'s Value>,
    /// What is to be told of a member's value for the checks.
    marks: Vec<(usize, &'s Value)>,
    checks: Vec<Formula<Check>>,
}

impl<'s> Parts<'s> {
    fn member(&mut self, name: &str) -> Result<usize, Unable> {
        if let Some(index) = self.names.iter().position(|known| known == name) {
            return Ok(index);
        }
        if self.names.len() == MOST_MEMBERS {
            return Err(Unable);
        }
        self.names.push(name.to_owned());
        Ok(self.names.len() - 1)
    }

    fn sort(&mut self, part: Formula<Has<'s>>) -> Result<(), Unable> {
        match part {
            Formula::Atom(Has::Member(name)) => self.required |= 1 << self.member(name)?,
            Formula::Atom(Has::Like(name, schema)) => {
                let index = self.member(name)?;
                self.like.push((index, schema));
            }
            Formula::Atom(Has::Rest(schema)) => {
                if schema.contains_key("patternProperties") {
                    return Err(Unable);
                }
                self.rest.push(schema);
            }
            Formula::Atom(Has::Names(schema)) => self.key_schemas.push(schema),
            part => {
                let check = part.map(&mut |has| match has {
                    Has::Member(name) => Ok(Formula::Atom(Check::There(1 << self.member(name)?))),
                    Has::Like(name, schema) => {
                        let index = self.member(name)?;
                        if self.marks.len() == MOST_MEMBERS {
                            return Err(Unable);
                        }
                        self.marks.push((index, schema));
                        Ok(Formula::Atom(Check::Marked(1 << (self.marks.len() - 1))))
                    }
                    Has::Rest(_) | Has::Names(_) => Err(Unable),
                })?;
                self.checks.push(check);
            }
        }
        Ok(())
    }

    /// Whether the schemas for names reject a name.
    fn forbids(&self, name: &str, root: &'s Value) -> Result<bool, Unable> {
        for schema in &self.key_schemas {
            let asker = Asker {
                root,
                kind: Kind::String,
            };
            let question: Question = asker.ask(schema)?;
            if !question.has(name)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What `additionalProperties` ask of a member that another schema names.
    fn rest_of(&self, name: &str) -> Vec<&'s Value> {
        let unnamed = |schema: &&&serde_json::Map<String, Value>| {
            let properties = schema.get("properties").and_then(Value::as_object);
            !properties.is_some_and(|properties| properties.contains_key(name))
        };
        self.rest
            .iter()
            .filter(unnamed)
            .filter_map(|schema| schema.get("additionalProperties"))
            .collect()
    }
}

/// Which members' values are kept until the object ends.
#[derive(Default)]
struct Capturing(Vec<usize>);

impl Capturing {
    fn slot(&mut self, member: usize) -> Result<usize, Unable> {
        if let Some(slot) = self.of(member) {
            return Ok(slot);
        }
        if self.0.len() == MOST_CAPTURED {
            return Err(Unable);
        }
        self.0.push(member);
        Ok(self.0.len() - 1)
    }

    fn of(&self, member: usize) -> Option<usize> {
        self.0.iter().position(|known| *known == member)
    }
}
