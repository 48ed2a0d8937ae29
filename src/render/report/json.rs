//! A report as one JSON document, written as the run goes so that memory does not grow with it.

use std::io::Write;

use serde::Serialize;

use crate::model::error::OutputError;
use crate::wire::json_lines::write_value;

/// A list that is being written, an item a line.
#[derive(Debug, Default)]
pub(super) struct JsonList {
    has_items: bool,
}

impl JsonList {
    /// Writes an item.
    pub(super) fn add(
        &mut self,
        item: &impl Serialize,
        out: &mut dyn Write,
    ) -> Result<(), OutputError> {
        let is_first = !std::mem::replace(&mut self.has_items, true);
        out.write_all(if is_first { b"\n" } else { b",\n" })?;
        Ok(write_value(item, out)?)
    }
}

/// An object with some members, then one long list, then a summary.
#[derive(Debug)]
pub struct JsonDocument {
    list: JsonList,
}

impl JsonDocument {
    /// Writes the first members and the beginning of the list.
    ///
    /// # Errors
    ///
    /// When it cannot be written, as for all functions here.
    pub fn begin(
        members: &[(&str, &str)],
        list: &str,
        out: &mut dyn Write,
    ) -> Result<JsonDocument, OutputError> {
        out.write_all(b"{")?;
        for (name, value) in members {
            write!(out, "\"{name}\":")?;
            write_value(value, out)?;
            out.write_all(b",")?;
        }
        write!(out, "\"{list}\":[")?;
        Ok(JsonDocument {
            list: JsonList::default(),
        })
    }

    /// Writes an item of the list.
    pub fn add(&mut self, item: &impl Serialize, out: &mut dyn Write) -> Result<(), OutputError> {
        self.list.add(item, out)
    }

    /// Writes the end of the list, the summary and the end of the document.
    pub fn end(summary: &impl Serialize, out: &mut dyn Write) -> Result<(), OutputError> {
        out.write_all(b"\n],\"summary\":")?;
        write_value(summary, out)?;
        Ok(out.write_all(b"}\n")?)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_document_is_valid_json_with_any_number_of_items() {
        for count in 0..3 {
            let mut out = Vec::new();
            let members = [("name", "\u{202e}\"x"), ("url", "http://h/")];
            let mut document = JsonDocument::begin(&members, "items", &mut out).unwrap();
            for item in 0..count {
                document.add(&item, &mut out).unwrap();
            }
            JsonDocument::end(&json!({"sent": count}), &mut out).unwrap();
            let items: Vec<u32> = (0..count).collect();
            assert_eq!(
                serde_json::from_slice::<Value>(&out).unwrap(),
                json!({
                    "name": "\u{202e}\"x", "url": "http://h/",
                    "items": items, "summary": {"sent": count},
                })
            );
        }
    }
}
