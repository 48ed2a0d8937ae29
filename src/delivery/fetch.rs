//! One small GET from a server on this machine.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::attempt::{ANSWER_LIMIT, BodyEnd};
use super::http_client::{client, read_body};
use super::target_url::TargetUrl;

/// The body of a 200 answer from a target on this machine. `None` without such an answer in time, or
/// if the target is not on this machine. Uses no proxy.
pub async fn fetch(target: &TargetUrl, timeout: Duration) -> Option<Bytes> {
    if !target.is_loopback() || target.is_https() {
        return None;
    }
    let client = client(None, None, false).ok()?;
    let asked = async {
        let answer = client.get(target.url().clone()).send().await.ok()?;
        if answer.status().as_u16() != 200 {
            return None;
        }
        let mut body = BytesMut::new();
        let end = read_body(answer, &mut body, ANSWER_LIMIT).await.ok()?;
        matches!(end, BodyEnd::Whole).then(|| body.freeze())
    };
    tokio::time::timeout(timeout, asked).await.ok()?
}
