//! Arrays: items between commas.

use super::{Edit, Gap, Node, Problem, Reader};

impl Reader<'_> {
    /// The items of the array whose bracket is at `start`, and its closer.
    pub(super) fn items(&mut self, start: usize) -> Vec<Node> {
        let mut items = Vec::new();
        let mut gap = Gap::Item;
        let mut comma = None;
        let mut end = self.at;
        loop {
            self.blank();
            match self.peek() {
                None => {
                    self.unclosed(start, ']');
                    return items;
                }
                Some(b']') => {
                    self.trailing_comma(comma);
                    self.at += 1;
                    return items;
                }
                Some(b'}') => {
                    if self.wrong_closer(']') {
                        return items;
                    }
                    gap = Gap::Either;
                    comma = None;
                }
                Some(b',') => {
                    let span = self.at..self.at + 1;
                    if gap == Gap::Item {
                        // Nobody can tell a hole from a slip.
                        self.fault(span, &Problem::MissingValue);
                    }
                    comma = Some(self.at);
                    gap = Gap::Item;
                    self.at += 1;
                }
                Some(_) => {
                    comma = None;
                    if gap == Gap::Comma {
                        if !self.starts_value() {
                            self.stray_word();
                            gap = Gap::Either;
                            continue;
                        }
                        self.missing_comma(end);
                    }
                    gap = Gap::Either;
                    if let Some(node) = self.value() {
                        items.push(node);
                        gap = Gap::Comma;
                    }
                    end = self.at;
                }
            }
        }
    }

    /// Reports the comma that nothing came after.
    pub(super) fn trailing_comma(&mut self, comma: Option<usize>) {
        if let Some(at) = comma {
            let span = at..at + 1;
            self.mendable(span.clone(), &Problem::TrailingComma, Edit::remove(span));
        }
    }

    /// Reports that an item follows the one that ended at `end` without a comma.
    pub(super) fn missing_comma(&mut self, end: usize) {
        self.mendable(end..end, &Problem::MissingComma, Edit::insert(end, ","));
    }
}
