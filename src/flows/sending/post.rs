//! The posts of a run, before they are delivered.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::body::Body;
use super::expect::Expectation;
use crate::delivery::{Job, OutgoingRequest, RequestError, Supplied};
use crate::model::error::Failure;
use crate::model::name::Name;
use crate::wire::delivery::Subject;

/// One post to make.
#[derive(Clone, Debug)]
pub struct Post {
    /// The request.
    pub request: OutgoingRequest,
    /// The name of the event, also if the catalog does not have it.
    pub event: Option<Name>,
    /// The session.
    pub session: Option<Name>,
    /// When it is due, counted from the start of its lane.
    pub due: Duration,
    /// Its step of the scenario.
    pub step: Option<Arc<PostStep>>,
    /// Its fault, or that it is a copy.
    pub remark: Option<&'static str>,
}

/// What a post knows about its step of a scenario.
#[derive(Debug, Default)]
pub struct PostStep {
    /// Its number, from 1.
    pub number: usize,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The expectations of the answers.
    pub expect: Expectation,
}

impl PostStep {
    /// Its name, or `step 3`.
    pub fn label(&self) -> String {
        let name = self.name.clone();
        name.unwrap_or_else(|| format!("step {}", self.number))
    }
}

impl Post {
    /// The post of a body, due at once. Without a content type the body is JSON.
    pub fn new(body: Body<'_>, content_type: Option<&str>) -> Result<Post, RequestError> {
        let request = |bytes: Bytes| match content_type {
            Some(text) => OutgoingRequest::new(bytes, Some(text.as_bytes())),
            None => Ok(OutgoingRequest::json(bytes)),
        };
        Ok(Post {
            request: request(body.bytes)?,
            event: body.event,
            session: body.session,
            due: Duration::ZERO,
            step: None,
            remark: None,
        })
    }

    /// The facts about the body.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            event: self.event.as_deref(),
            session: self.session.as_deref(),
            ..Subject::default()
        }
    }
}

/// The posts of one lane after the other. A lane is a session or a round.
pub type Lanes<'l> = dyn Iterator<Item = Result<Vec<Post>, Failure>> + 'l;

/// The lanes as a supply for the scheduler. A lane that cannot be made becomes a message.
pub(super) fn supply<'l>(
    lanes: &'l mut Lanes<'_>,
) -> impl Iterator<Item = Supplied<Post, Failure>> + 'l {
    let mut number = 0;
    lanes.enumerate().map(move |(index, posts)| {
        let lane: Arc<str> = index.to_string().into();
        let job = |post: Post| {
            number += 1;
            Job {
                number,
                lane: Some(Arc::clone(&lane)),
                request: post.request.clone(),
                due: post.due,
                tag: Arc::new(post),
            }
        };
        match posts {
            Ok(posts) => Supplied::Jobs(posts.into_iter().map(job).collect()),
            Err(failure) => Supplied::Word(failure),
        }
    })
}
