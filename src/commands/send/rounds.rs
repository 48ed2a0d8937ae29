//! The bodies of one round after the other: fresh ones of samples, and the same of all else.

use super::body::{self, Body, Shape};
use super::volley::Shot;
use super::{now, parcel};
use crate::catalog::Entry;
use crate::model::error::Failure;
use crate::validation::Validation;

/// All rounds of a run.
pub(super) struct Rounds<'r> {
    /// Those of the next round.
    pub(super) shots: Vec<Shot>,
    pub(super) entries: Vec<Entry<'r>>,
    /// What is done with further samples; what is odd was said of the first.
    pub(super) shape: Shape,
    pub(super) validation: &'r Validation,
    pub(super) content_type: Option<&'r str>,
    pub(super) rng: fastrand::Rng,
    pub(super) seed: Option<u64>,
    /// Rounds to come.
    pub(super) left: u64,
    /// How often each body is sent.
    pub(super) repeat: u64,
}

/// The bodies as posts.
pub(super) fn shots(
    bodies: Vec<Body<'_>>,
    content_type: Option<&str>,
) -> Result<Vec<Shot>, Failure> {
    let shot = |body: Body<'_>| {
        let parcel = parcel(body.bytes, content_type)?;
        Ok(Shot::new(parcel, body.event, body.session))
    };
    bodies.into_iter().map(shot).collect()
}

impl Rounds<'_> {
    fn renew(&mut self) -> Result<(), Failure> {
        if self.entries.is_empty() || self.shape.exact || self.shape.edit {
            return Ok(());
        }
        let now = now(self.seed);
        let mut bodies = body::of_samples(&self.entries, &self.shape, &mut self.rng, now)?;
        body::change(&mut bodies, &self.shape, self.validation)?;
        self.shots = shots(bodies, self.content_type)?;
        Ok(())
    }
}

impl Iterator for Rounds<'_> {
    type Item = Result<Vec<Shot>, Failure>;

    fn next(&mut self) -> Option<Result<Vec<Shot>, Failure>> {
        self.left = self.left.checked_sub(1)?;
        let mut round = Vec::new();
        for shot in &self.shots {
            round.extend((0..self.repeat).map(|_| shot.clone()));
        }
        if self.left > 0
            && let Err(failure) = self.renew()
        {
            return Some(Err(failure));
        }
        Some(Ok(round))
    }
}
