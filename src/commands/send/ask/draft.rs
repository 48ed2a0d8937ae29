//! A body that is made while the user answers.

use chrono::{DateTime, Utc};

use crate::catalog::Entry;
use crate::flows::sending::{self, Body, BodyOptions};
use crate::model::error::Failure;
use crate::validation::Validation;

/// What a body is made of.
pub(in crate::commands::send) struct BodyDraft<'m, 'c> {
    pub(in crate::commands::send) options: &'m mut BodyOptions,
    pub(in crate::commands::send) rng: &'m fastrand::Rng,
    pub(in crate::commands::send) now: DateTime<Utc>,
    pub(in crate::commands::send) validation: &'c Validation,
}

impl<'c> BodyDraft<'_, 'c> {
    /// The body as it would be sent.
    pub(super) fn body(&self, entry: Entry<'c>) -> Result<Body<'c>, Failure> {
        let mut rng = self.rng.clone();
        let mut bodies = sending::of_samples(&[entry], self.options, &mut rng, self.now)?;
        sending::change(&mut bodies, self.options, self.validation)?;
        Ok(bodies.swap_remove(0))
    }
}
