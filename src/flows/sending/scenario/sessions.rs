//! The posts of one session of a scenario after the other.

use super::super::body::TellReport;
use super::super::post::Post;
use super::super::seed::Seed;
use super::plan::Planner;
use crate::model::error::Failure;
use crate::selection::Speed;

/// All sessions of a scenario.
pub struct Sessions<'s> {
    planner: Planner<'s>,
    rng: fastrand::Rng,
    seed: Seed,
    pace: Speed,
    left: u64,
    first: Option<Vec<Post>>,
}

impl<'s> Sessions<'s> {
    /// `count` sessions. The first is made at once, so that mistakes are found before a request is
    /// sent. `tell` receives its findings.
    pub fn new(
        planner: Planner<'s>,
        seed: Seed,
        pace: Speed,
        count: u64,
        tell: &mut TellReport<'_>,
    ) -> Result<Sessions<'s>, Failure> {
        let mut sessions = Sessions {
            planner,
            rng: seed.rng(),
            seed,
            pace,
            left: count,
            first: None,
        };
        sessions.first = Some(sessions.make(Some(tell))?);
        Ok(sessions)
    }

    /// The posts of the first session, until the iterator returns it.
    pub fn first(&self) -> &[Post] {
        self.first.as_deref().unwrap_or_default()
    }

    fn make(&mut self, tell: Option<&mut TellReport<'_>>) -> Result<Vec<Post>, Failure> {
        let mut rng = self.rng.fork();
        let mut posts = self.planner.session(&mut rng, self.seed.now(), tell)?;
        for post in &mut posts {
            post.due = self.pace.scale(post.due);
        }
        Ok(posts)
    }
}

impl Iterator for Sessions<'_> {
    type Item = Result<Vec<Post>, Failure>;

    fn next(&mut self) -> Option<Result<Vec<Post>, Failure>> {
        self.left = self.left.checked_sub(1)?;
        Some(match self.first.take() {
            Some(first) => Ok(first),
            None => self.make(None),
        })
    }
}
