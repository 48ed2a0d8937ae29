//! What a compiled schema is made of: a place for each value that an event may have.

use super::algebra::Formula;
use super::scalar::Integers;
use super::text::Marks;

/// A place by its index.
pub(super) type PlaceId = usize;

/// Values that are kept of an object until it ends.
pub(super) const MOST_CAPTURED: usize = 6;

/// What is accepted at one place, by type; nothing where a type is not.
///
/// What is accepted is marked with the answers to further questions about it, a bit each.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) null: Option<Marks>,
    pub(super) truth: Option<Marks>,
    pub(super) falsity: Option<Marks>,
    /// Those accepted, and for each mark those that have it.
    pub(super) integers: Option<(Integers, Vec<Integers>)>,
    /// The automaton that reads them.
    pub(super) text: Option<usize>,
    /// How many items, where each belongs, and the marks of all arrays.
    pub(super) items: Option<(Integers, PlaceId, Marks)>,
    pub(super) object: Option<ObjectPlace>,
}

/// What is accepted as an object.
#[derive(Debug, Default)]
pub(super) struct ObjectPlace {
    pub(super) members: Vec<Member>,
    /// The bits of the members that must be there.
    pub(super) required: u64,
    /// What else must hold of its members.
    pub(super) checks: Vec<Formula<Check>>,
    /// Members without a name here; nothing if there may be none.
    pub(super) rest: Option<Rest>,
    /// Pairs of kept values, and their order.
    pub(super) compare: Vec<(Order, usize, usize)>,
    /// The kept values that the caller wants to have.
    pub(super) wanted: Vec<usize>,
    /// The marks of all objects.
    pub(super) marks: Marks,
}

/// A member that has a name in the schema.
#[derive(Debug)]
pub(super) struct Member {
    /// In quotes, as it stands in a text.
    pub(super) name: Box<[u8]>,
    pub(super) bit: u64,
    pub(super) place: PlaceId,
    /// For each mark of its place, the bit among those of the object.
    pub(super) marks: Vec<u64>,
    /// Where its value is kept.
    pub(super) slot: Option<usize>,
}

/// What is accepted of members without a name in the schema.
#[derive(Debug)]
pub(super) struct Rest {
    pub(super) place: PlaceId,
    /// The automaton that accepts their names.
    pub(super) names: usize,
}

/// Something to be checked when an object ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// The members with these bits are there.
    There(u64),
    /// No value of an object lacks these marks.
    Marked(u64),
}

/// How two values must stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The first number is at most the second.
    AtMost,
    /// The second time is not before the first.
    NotBefore,
}
