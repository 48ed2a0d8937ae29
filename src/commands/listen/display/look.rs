//! The cheap look at what comes, cheaper still once much has come.

use crate::model::capture::Content;
use crate::validation::{Glance, Scratch, Validation};

/// So many captures are a flood: from then on it pays to have compiled what accepts the plainly
/// valid ones, which takes longer than to look at a few.
const FLOOD: u32 = 2_000;

/// Looks at captures, and knows how many there were.
#[derive(Debug, Default)]
pub(super) struct Look {
    looked: u32,
    scratch: Scratch,
}

impl Look {
    /// Provider, event, session and verdict of a body that was received.
    pub(super) fn at(&mut self, content: &Content, validation: &Validation) -> Glance {
        if self.looked < FLOOD {
            self.looked += 1;
        } else if content.fault.is_none()
            && let Some(accepted) = validation.accept(&content.bytes, &mut self.scratch)
        {
            return Glance::from(&accepted.report());
        }
        validation.glance_content(content)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;

    use super::*;
    use crate::catalog::{Catalog, Provider};

    #[test]
    fn in_a_flood_it_sees_the_same() {
        let catalog = Arc::new(Catalog::embedded().unwrap());
        let validation = Validation::new(Arc::clone(&catalog));
        let samples = catalog.providers().iter().flat_map(Provider::events);
        let samples = samples.map(|event| Bytes::copy_from_slice(event.sample_text().as_bytes()));
        let others = [&b"{}"[..], b"", b"\xff", br#"{"type":"x"}"#].map(Bytes::from_static);
        let mut look = Look {
            looked: FLOOD,
            ..Look::default()
        };
        let mut seen = 0;
        for bytes in samples.chain(others) {
            let content = Content {
                bytes,
                codings: Vec::new(),
                fault: None,
            };
            let expected = validation.glance_content(&content);
            assert_eq!(look.at(&content, &validation), expected);
            seen += 1;
        }
        assert!(seen > 10);
    }
}
