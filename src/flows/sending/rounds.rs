//! The posts of one round after the other. Samples get fresh values in each round. Other bodies are
//! sent again as they are.

use super::body::{self, Body, BodyOptions};
use super::post::Post;
use super::seed::Seed;
use crate::catalog::Entry;
use crate::delivery::RequestError;
use crate::model::error::Failure;
use crate::validation::Validation;

/// All rounds of a run.
pub struct Rounds<'r> {
    /// The posts of the next round.
    pub posts: Vec<Post>,
    /// The events whose samples get fresh values.
    pub entries: Vec<Entry<'r>>,
    /// How the samples are made. Only the first round tells findings.
    pub options: BodyOptions,
    /// Identifies changed bodies.
    pub validation: &'r Validation,
    /// The content type, if it is not JSON.
    pub content_type: Option<&'r str>,
    /// The source of fresh values.
    pub rng: fastrand::Rng,
    /// The seed of the source.
    pub seed: Seed,
    /// The number of rounds left.
    pub left: u64,
    /// How often a round sends each body.
    pub repeat: u64,
}

impl Rounds<'_> {
    /// The bodies as posts.
    pub fn posts(
        bodies: Vec<Body<'_>>,
        content_type: Option<&str>,
    ) -> Result<Vec<Post>, RequestError> {
        let post = |body| Post::new(body, content_type);
        bodies.into_iter().map(post).collect()
    }

    fn renew(&mut self) -> Result<(), Failure> {
        if self.entries.is_empty() || self.options.exact || self.options.edit {
            return Ok(());
        }
        let now = self.seed.now();
        let mut bodies = body::of_samples(&self.entries, &self.options, &mut self.rng, now)?;
        body::change(&mut bodies, &self.options, self.validation)?;
        self.posts = Rounds::posts(bodies, self.content_type)?;
        Ok(())
    }
}

impl Iterator for Rounds<'_> {
    type Item = Result<Vec<Post>, Failure>;

    fn next(&mut self) -> Option<Result<Vec<Post>, Failure>> {
        self.left = self.left.checked_sub(1)?;
        let mut round = Vec::new();
        for post in &self.posts {
            round.extend((0..self.repeat).map(|_| post.clone()));
        }
        if self.left > 0
            && let Err(failure) = self.renew()
        {
            return Some(Err(failure));
        }
        Some(Ok(round))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::Catalog;

    /// The bodies of two rounds, each body sent twice.
    fn bodies(exact: bool) -> Vec<Vec<u8>> {
        let catalog = Arc::new(Catalog::embedded().unwrap());
        let validation = Validation::new(Arc::clone(&catalog));
        let seed = Seed(Some(7));
        let mut rng = seed.rng();
        let options = BodyOptions {
            exact,
            ..BodyOptions::default()
        };
        let entries: Vec<Entry<'_>> = catalog.entries().take(1).collect();
        let first = body::of_samples(&entries, &options, &mut rng, seed.now()).unwrap();
        let rounds = Rounds {
            posts: Rounds::posts(first, None).unwrap(),
            entries,
            options,
            validation: &validation,
            content_type: None,
            rng,
            seed,
            left: 2,
            repeat: 2,
        };
        let posts = rounds.flat_map(Result::unwrap);
        posts.map(|post| post.request.body().to_vec()).collect()
    }

    #[test]
    fn a_sample_is_renewed_in_each_round_and_the_same_within_one() {
        let sent = bodies(false);
        assert_eq!(sent.len(), 4);
        assert_eq!(sent[0], sent[1]);
        assert_ne!(sent[1], sent[2]);
        assert_eq!(sent[2], sent[3]);
        assert_eq!(sent, bodies(false), "a seed makes the same bodies");
    }

    #[test]
    fn an_exact_sample_stays_as_it_is() {
        let sent = bodies(true);
        assert!(sent.iter().all(|body| *body == sent[0]));
    }
}
