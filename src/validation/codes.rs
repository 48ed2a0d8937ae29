//! The codes of what is told of any event, whatever its schema: the rules are in this room.

#![allow(missing_docs, reason = "a code's words are its documentation")]

use crate::model::code::Example::{Around, Catalog, Texts};
use crate::model::code::codes;

codes! {
    pub,
    NOT_AN_OBJECT = "not-an-object", Error,
        "the body is no object",
        "Every event is one JSON object; a list of events is posted one by one.",
        Texts("[1]", "{}");
    WRAPPED_EVENT = "wrapped-event", Error,
        "the event stands inside another object",
        "Gateways and queues wrap what they pass on. The documents show the event itself as the body.",
        Catalog;
    MISSING_DISCRIMINATOR = "missing-discriminator", Error,
        "nothing says which event this is",
        "EnableX names its events in type, StreamRec in status; without it a receiver cannot tell what to do.",
        Catalog;
    BAD_DISCRIMINATOR = "bad-discriminator", Error,
        "the field that names the event holds no name",
        "It must be a string that is not empty.",
        Catalog;
    TWO_DISCRIMINATORS = "two-discriminators", Warning,
        "two providers' fields name the event",
        "One of them was taken to count: the first, unless the second names a known event whose fields fit better.",
        Catalog;
    UNKNOWN_EVENT = "unknown-event", Unknown,
        "an event that the catalog does not have",
        "New events may come without notice, so a receiver answers 200 to them; here it is a failure only under --strict. Names are spelled exactly.",
        Catalog;
    MISNAMED_FIELD = "misnamed-field", Error,
        "a field under another name than the documented one",
        "A receiver looks for the documented name and finds nothing. Where one name is beyond doubt, --fix renames it.",
        Catalog;
    MISSING_FIELD = "missing-field", Error,
        "a documented field is not there",
        "The documents list it for this event, and a receiver relies on it.",
        Catalog;
    NULL_VALUE = "null-value", Error,
        "null where the documents show a value",
        "No sample has null there, and it says nothing that could be used.",
        Catalog;
    EMPTY_VALUE = "empty-value", Error,
        "an empty value where the documents show one that is not",
        "It says nothing that could be used.",
        Catalog;
    UNUSABLE_VALUE = "unusable-value", Error,
        "a value of a shape that no document shows",
        "What is meant by it would be a guess.",
        Catalog;
    CONTENT_ENCODING = "content-encoding", Warning | Error,
        "a body that is not packed as its header says",
        "A receiver that believes the header cannot read it. It is judged as it stands if it is JSON so, and cannot be judged otherwise.",
        Around;
    UNKNOWN_FIELD = "unknown-field", Note,
        "a field that the documents do not have",
        "Events grow, so this is worth knowing and never changes the verdict.",
        Catalog;
    TOO_MANY_VALUES = "too-many-values", Error,
        "more values than are judged",
        "Each value takes much more memory than text. No event comes near a hundred thousand; the document is only identified.",
        Around;
    MORE_FINDINGS = "more-findings", Note | Warning | Error,
        "further findings of a code",
        "A hundred findings of one code are told of a document, and four hundred in all; the others are counted, and the verdict counts all.",
        Around;
}
