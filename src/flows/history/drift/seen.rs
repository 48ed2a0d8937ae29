//! How often something was seen, where first and last, and an example.

use serde_json::Value;

use super::row::{DriftKey, DriftRow};
use crate::flows::history::CaptureName;

/// How often something was seen, and where first and last.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) count: u64,
    pub(super) ends: [CaptureName; 2],
    example: Option<Value>,
}

impl Seen {
    /// What was counted elsewhere.
    pub(super) fn new(count: u64, ends: [CaptureName; 2], example: Option<Value>) -> Seen {
        Seen {
            count,
            ends,
            example,
        }
    }

    /// The difference that it is, of so many.
    pub(super) fn row(&self, key: DriftKey, of: u64) -> DriftRow {
        let ends = (self.count > 0).then(|| self.ends.clone());
        let [first, last] = ends.map_or([None, None], |ends| ends.map(Some));
        DriftRow {
            key,
            count: self.count,
            of,
            first,
            last,
            example: self.example.clone(),
            source: None,
        }
    }

    /// Counts one more.
    pub(super) fn count(&mut self, name: &CaptureName, example: impl FnOnce() -> Option<Value>) {
        if self.count == 0 {
            self.ends[0] = name.clone();
            self.example = example();
        }
        self.ends[1] = name.clone();
        self.count += 1;
    }
}
