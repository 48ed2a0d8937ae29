//! authentication: a request without the credentials gets a 401 and nothing else.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::bodies::Body;
use super::context::{CheckContext, RawRequest, ReceiverState, all_answered_200, behind_a_proxy};
use super::definition::{Check, Group, Needs};
use super::finding::{Exchange, Finding, Reply};
use super::samples::{median, shorter};
use crate::delivery::{HttpClient, RawClient};
use crate::model::error::Failure;
use crate::model::secret::{Credentials, Secret};
use crate::text::time;

/// Requests of each kind in the comparison of times.
const SAMPLES: u32 = 20;
/// How sure the comparison must be: the share of all pairs in which one kind is the faster. By
/// chance, 20 against 20 times reach it about once in a hundred thousand comparisons.
const SURE: f64 = 0.9;
/// Smaller differences are not reported: network noise hides them.
const LEAST: Duration = Duration::from_millis(2);

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "right-credentials",
        group: Group::Authentication,
        title: "The right credentials are accepted.",
        rules: &["verify-basic-auth"],
        about: "Posts an event with the user and the password of --user.",
        change: "Compare user and password with what stands base64-encoded behind \"Basic \" in \
                 the header Authorization; the first colon divides them, and both are UTF-8.",
        needs: Needs::GoodEvent,
        requests: |_| 1,
        run: |context| Box::pin(right_credentials(context)),
    },
    Check {
        name: "no-credentials",
        group: Group::Authentication,
        title: "A request without credentials is refused.",
        rules: &["verify-basic-auth"],
        about: "Posts an event without the header Authorization. With --user it must be answered \
                401; without --user it is a warning that anyone who has the URL can post.",
        change: "Check the header Authorization before anything else, and answer 401 where it is \
                 missing.",
        needs: Needs::Answers,
        requests: |_| 1,
        run: |context| Box::pin(no_credentials(context)),
    },
    Check {
        name: "wrong-password",
        group: Group::Authentication,
        title: "A wrong password is answered 401.",
        rules: &["verify-basic-auth"],
        about: "Posts an event with the right user and a wrong password.",
        change: "Compare the password as well as the user, the whole of it, and answer 401.",
        needs: Needs::GoodEvent,
        requests: |_| 1,
        run: |context| Box::pin(wrong_password(context)),
    },
    Check {
        name: "wrong-user",
        group: Group::Authentication,
        title: "A wrong user is answered 401.",
        rules: &["verify-basic-auth"],
        about: "Posts an event with a wrong user and the right password.",
        change: "Compare the user as well as the password, and answer 401.",
        needs: Needs::GoodEvent,
        requests: |_| 1,
        run: |context| Box::pin(wrong_user(context)),
    },
    Check {
        name: "malformed-credentials",
        group: Group::Authentication,
        title: "A malformed Authorization header is answered 401.",
        rules: &["verify-basic-auth"],
        about: "Posts an event with nothing behind \"Basic\", with text there that is not base64, \
                and with base64 of a text without a colon.",
        change: "Take whatever cannot be decoded for no credentials: answer 401, and let no \
                 decoding error become a 500.",
        needs: Needs::GoodEvent,
        requests: |_| 3,
        run: |context| Box::pin(malformed(context)),
    },
    Check {
        name: "other-scheme",
        group: Group::Authentication,
        title: "A scheme other than Basic is answered 401.",
        rules: &["verify-basic-auth"],
        about: "Posts an event with a bearer token, and with credentials for Digest.",
        change: "Answer 401 unless the header Authorization begins with \"Basic \", in any case \
                 of its letters.",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |context| Box::pin(other_scheme(context)),
    },
    Check {
        name: "challenge",
        group: Group::Authentication,
        title: "A 401 names the scheme to use.",
        rules: &[],
        about: "Looks for the header WWW-Authenticate with the scheme Basic in an answer 401, \
                where RFC 9110, section 15.5.2, wants it.",
        change: "Send WWW-Authenticate: Basic realm=\"webhooks\" with every 401.",
        needs: Needs::GoodEvent,
        requests: |_| 1,
        run: |context| Box::pin(challenge(context)),
    },
    Check {
        name: "even-timing",
        group: Group::Authentication,
        title: "The time of a refusal does not reveal whether the user exists.",
        rules: &[],
        about: "Posts 20 events with a wrong user and 20 with a wrong password in turn, and \
                compares how long the refusals take; where that shows a difference, once more. A \
                warning is a statistical statement: both times one kind was the faster in at \
                least nine of ten pairs, by 2 ms or more.",
        change: "Compare both in constant time and always both; where a password is hashed, hash \
                 it for unknown users too.",
        needs: Needs::GoodEvent,
        requests: |_| 4 * SAMPLES,
        run: |context| Box::pin(even_timing(context)),
    },
];

fn no_user() -> Finding {
    Finding::skip("no credentials to check: --user NAME")
}

/// Posts an event with that client.
async fn post(
    context: &CheckContext<'_>,
    poster: &HttpClient,
    how: &str,
) -> Result<Exchange, Failure> {
    let good = context.good_body()?;
    let what = format!("{} {how}", good.what);
    Ok(context.post_with(poster, Body { what, ..good }).await)
}

/// Passes if all were answered 401, else reports the first that was not.
fn all_refused(exchanges: &[Exchange]) -> Finding {
    let bad = exchanges
        .iter()
        .find(|exchange| exchange.status() != Some(401));
    match (bad, exchanges) {
        (Some(bad), _) => {
            Finding::fail(format!("{}: {}, not 401", bad.sent, bad.describe())).with(bad)
        }
        (None, [one]) => Finding::pass(format!("{}: {}", one.sent, one.describe())).with(one),
        (None, all) => Finding::pass(format!("{0} of {0} answered 401", all.len())).with(&all[0]),
    }
}

async fn right_credentials(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    if context.credentials.is_none() {
        return Ok(no_user());
    }
    let exchange = context.post_good().await?;
    Ok(all_answered_200(
        &[exchange],
        "with the credentials:",
        "events",
    ))
}

async fn no_credentials(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let exchange = post(
        context,
        &context.anonymous_poster(None)?,
        "without credentials",
    )
    .await?;
    let state = context
        .baseline
        .borrow()
        .as_ref()
        .map(|baseline| baseline.state);
    let is_refused = exchange.status() == Some(401);
    if !is_refused && state == Some(ReceiverState::NeverGood) {
        return Ok(Finding::blocked(
            "no event is answered 200: fix `every-event` first",
        ));
    }
    if context.credentials.is_some() {
        return Ok(all_refused(&[exchange]));
    }
    Ok(match exchange.status() {
        Some(200) => Finding::warn("anyone who has the URL can post")
            .with(&exchange)
            .change(
                "Turn on HTTP Basic Authentication at the provider, verify it in the handler, and \
                 run the check with --user NAME.",
            ),
        Some(401 | 403) => {
            Finding::pass(format!("{}: {}", exchange.sent, exchange.describe())).with(&exchange)
        }
        _ => Finding::skip(format!("{}: {}", exchange.sent, exchange.describe())).with(&exchange),
    })
}

async fn wrong_password(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let Some(credentials) = &context.credentials else {
        return Ok(no_user());
    };
    let poster = context.poster_with(with_wrong_password(credentials))?;
    Ok(all_refused(&[post(
        context,
        &poster,
        "with a wrong password",
    )
    .await?]))
}

async fn wrong_user(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let Some(credentials) = &context.credentials else {
        return Ok(no_user());
    };
    let poster = context.poster_with(with_wrong_user(context, credentials))?;
    Ok(all_refused(&[
        post(context, &poster, "with a wrong user").await?
    ]))
}

fn with_wrong_password(credentials: &Credentials) -> Credentials {
    // As long as the right one, so that comparing their lengths does not refuse it early.
    let length = credentials.password.expose().chars().count();
    let mut wrong = "enxhook-"
        .chars()
        .cycle()
        .take(length.max(1))
        .collect::<String>();
    if wrong == credentials.password.expose() {
        wrong.push('x');
    }
    Credentials {
        user: credentials.user.clone(),
        password: Secret::new(wrong),
    }
}

fn with_wrong_user(context: &CheckContext<'_>, credentials: &Credentials) -> Credentials {
    Credentials {
        user: context.bodies.mark().to_owned(),
        password: credentials.password.clone(),
    }
}

async fn malformed(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let Some(credentials) = &context.credentials else {
        return Ok(no_user());
    };
    let no_colon = format!("Basic {}", STANDARD.encode(&credentials.user));
    let headers = [
        ("Basic", "with nothing behind Basic"),
        ("Basic %%%%", "with credentials that are not base64"),
        (&no_colon, "with credentials without a colon"),
    ];
    let mut exchanges = Vec::new();
    for (header, how) in headers {
        let poster = context.anonymous_poster(Some(header))?;
        exchanges.push(post(context, &poster, how).await?);
    }
    Ok(all_refused(&exchanges))
}

async fn other_scheme(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let Some(credentials) = &context.credentials else {
        return Ok(no_user());
    };
    let mark = context.bodies.mark();
    let user: String = credentials
        .user
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let headers = [
        (format!("Bearer {mark}"), "with a bearer token"),
        (
            format!(
                "Digest username=\"{user}\", realm=\"{mark}\", nonce=\"0\", uri=\"/\", response=\"0\""
            ),
            "with Digest",
        ),
    ];
    let mut exchanges = Vec::new();
    for (header, how) in headers {
        let poster = context.anonymous_poster(Some(&header))?;
        exchanges.push(post(context, &poster, how).await?);
    }
    Ok(all_refused(&exchanges))
}

async fn challenge(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    if context.credentials.is_none() {
        return Ok(no_user());
    }
    let exchange = post(
        context,
        &context.anonymous_poster(None)?,
        "without credentials",
    )
    .await?;
    let Reply::Answered(answer) = &exchange.reply else {
        return Ok(Finding::skip(format!(
            "{}: {}",
            exchange.sent,
            exchange.describe()
        )));
    };
    if answer.status != 401 {
        return Ok(Finding::skip(
            "no answer 401 to look at: fix `no-credentials` first",
        ));
    }
    let challenges = answer
        .headers()
        .filter(|(name, _)| *name == "www-authenticate");
    let shown: Vec<String> = challenges
        .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        .collect();
    let is_basic = |value: &String| value.to_ascii_lowercase().contains("basic");
    Ok(if shown.iter().any(is_basic) {
        Finding::pass(shown.join(", ")).with(&exchange)
    } else if shown.is_empty() {
        Finding::fail("401 without the header WWW-Authenticate").with(&exchange)
    } else {
        Finding::fail(format!("the challenge is {}, not Basic", shown.join(", "))).with(&exchange)
    })
}

/// How long the refusals of a wrong user and of a wrong password took.
type Times = [Vec<Duration>; 2];

/// Whether the times of the first series are clearly shorter or longer than the second's.
fn apart(times: &Times) -> Option<std::cmp::Ordering> {
    let [one, other] = times;
    if median(one).abs_diff(median(other)) < LEAST {
        return None;
    }
    match shorter(one, other) {
        effect if effect >= SURE => Some(std::cmp::Ordering::Less),
        effect if effect <= 1.0 - SURE => Some(std::cmp::Ordering::Greater),
        _ => None,
    }
}

/// The times of refusals, or the first exchange that was not refused. Each request has its own
/// connection, and the kinds take turns at going first, so that the network affects both alike.
async fn refusals(
    context: &CheckContext<'_>,
    kinds: &[(RawClient, &str); 2],
) -> Result<Result<Times, Exchange>, Failure> {
    let mut times = Times::default();
    for round in 0..SAMPLES {
        let first = usize::from(round % 2 == 1);
        for index in [first, 1 - first] {
            let (prober, how) = &kinds[index];
            let body = context.good_body()?;
            let raw = RawRequest::event(prober, "POST", format!("{} {how}", body.what), &body);
            let exchange = context.ask_once(prober, &raw).await;
            if exchange.status() != Some(401) {
                return Ok(Err(exchange));
            }
            times[index].push(exchange.took);
        }
    }
    Ok(Ok(times))
}

async fn even_timing(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let Some(credentials) = &context.credentials else {
        return Ok(no_user());
    };
    let user = context.prober_with(with_wrong_user(context, credentials))?;
    let password = context.prober_with(with_wrong_password(credentials))?;
    let (Some(user), Some(password)) = (user, password) else {
        return Ok(behind_a_proxy());
    };
    let kinds = [
        (user, "with a wrong user"),
        (password, "with a wrong password"),
    ];
    let mut seen = None;
    let mut message = String::new();
    // A difference that shows once may be chance, so it must show again.
    for _ in 0..2 {
        let times = match refusals(context, &kinds).await? {
            Ok(times) => times,
            Err(exchange) => {
                return Ok(Finding::skip(format!(
                    "{}: {}; only refusals can be compared",
                    exchange.sent,
                    exchange.describe()
                )));
            }
        };
        message = format!(
            "median {} for a wrong user, {} for a wrong password",
            time::duration(median(&times[0])),
            time::duration(median(&times[1]))
        );
        let now = apart(&times);
        if now.is_none() || (seen.is_some() && seen != now) {
            return Ok(Finding::pass(message));
        }
        seen = now;
    }
    let faster = if seen == Some(std::cmp::Ordering::Less) {
        "user"
    } else {
        "password"
    };
    Ok(Finding::warn(format!(
        "{message}: twice a wrong {faster} was the faster in nine of ten pairs, a statistic"
    )))
}
