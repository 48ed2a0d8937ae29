//! authentication: a request without the credentials gets a 401 and nothing else.

use std::cmp::Ordering;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::bodies::Body;
use super::context::{CheckContext, RawRequest, ReceiverState};
use super::definition::{Check, Group, Needs, checks};
use super::finding::{Checking, Early, Exchange, Finding};
use super::patterns::{accepted, all_refused, refused};
use super::samples::{median, shorter};
use crate::delivery::{HttpClient, RawClient};
use crate::model::secret::{Credentials, Secret};
use crate::text::time;

/// Requests of each kind in the comparison of times.
const SAMPLES: u32 = 20;
/// How sure the comparison must be: the share of all pairs in which one kind is the faster. By
/// chance, 20 against 20 times reach it about once in a hundred thousand comparisons.
const SURE: f64 = 0.9;
/// Smaller differences are not reported: network noise hides them.
const LEAST: Duration = Duration::from_millis(2);

checks! { Authentication:
    "right-credentials"     GoodEvent |_| 1,           c => accepted(c, right_credentials(c), "events");
    "no-credentials"        Answers   |_| 1,           c => no_credentials(c);
    "wrong-password"        GoodEvent |_| 1,           c => refused(c, wrong_password(c));
    "wrong-user"            GoodEvent |_| 1,           c => refused(c, wrong_user(c));
    "malformed-credentials" GoodEvent |_| 3,           c => refused(c, malformed(c));
    "other-scheme"          GoodEvent |_| 2,           c => refused(c, other_scheme(c));
    "challenge"             GoodEvent |_| 1,           c => challenge(c);
    "even-timing"           GoodEvent |_| 4 * SAMPLES, c => even_timing(c);
}

/// Clients, each with a text that says how its requests differ.
type Clients = Result<Vec<(HttpClient, &'static str)>, Early>;

fn right_credentials(context: &CheckContext<'_>) -> Result<Vec<Body>, Early> {
    context.credentials()?;
    Ok(vec![context.good_body()?.which("with the credentials")])
}

async fn anonymous(context: &CheckContext<'_>) -> Result<Exchange, Early> {
    let client = context.client_with(None, None)?;
    let body = context.good_body()?.which("without credentials");
    Ok(context.post_with(&client, body).await)
}

async fn no_credentials(context: &CheckContext<'_>) -> Checking {
    let exchange = anonymous(context).await?;
    if exchange.status() != Some(401) && context.state() == Some(ReceiverState::NeverGood) {
        return Ok(Finding::blocked(
            "no event is answered 200: fix `every-event` first",
        ));
    }
    if context.has_credentials() {
        return Ok(all_refused(&[exchange]));
    }
    let finding = match exchange.status() {
        Some(200) => Finding::warn("anyone who has the URL can post").change(
            "Turn on HTTP Basic Authentication at the provider, verify it in the handler, and run \
             the check with --user NAME.",
        ),
        Some(401 | 403) => Finding::pass(exchange.sentence()),
        _ => Finding::skip(exchange.sentence()),
    };
    Ok(finding.with(&exchange))
}

fn wrong_password(context: &CheckContext<'_>) -> Clients {
    let wrong = with_wrong_password(context.credentials()?);
    let client = context.client_with(Some(wrong), None)?;
    Ok(vec![(client, "with a wrong password")])
}

fn wrong_user(context: &CheckContext<'_>) -> Clients {
    let wrong = with_wrong_user(context, context.credentials()?);
    let client = context.client_with(Some(wrong), None)?;
    Ok(vec![(client, "with a wrong user")])
}

fn with_wrong_password(credentials: &Credentials) -> Credentials {
    // As long as the right one, so that comparing their lengths does not refuse it early.
    let length = credentials.password.expose().chars().count();
    let mark = "enxhook-".chars().cycle();
    let mut wrong: String = mark.take(length.max(1)).collect();
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

fn malformed(context: &CheckContext<'_>) -> Clients {
    let user = &context.credentials()?.user;
    let no_colon = format!("Basic {}", STANDARD.encode(user));
    let with = |header: &str| context.client_with(None, Some(header));
    Ok(vec![
        (with("Basic")?, "with nothing after Basic"),
        (with("Basic %%%%")?, "with credentials that are not base64"),
        (with(&no_colon)?, "with credentials without a colon"),
    ])
}

fn other_scheme(context: &CheckContext<'_>) -> Clients {
    let (mark, user) = (context.bodies.mark(), &context.credentials()?.user);
    let user: String = user.chars().filter(char::is_ascii_alphanumeric).collect();
    let bearer = format!("Bearer {mark}");
    let digest = format!(
        "Digest username=\"{user}\", realm=\"{mark}\", nonce=\"0\", uri=\"/\", response=\"0\""
    );
    let with = |header: &str| context.client_with(None, Some(header));
    Ok(vec![
        (with(&bearer)?, "with a bearer token"),
        (with(&digest)?, "with Digest"),
    ])
}

async fn challenge(context: &CheckContext<'_>) -> Checking {
    context.credentials()?;
    let exchange = anonymous(context).await?;
    let Ok(answer) = &exchange.answer else {
        return Ok(Finding::skip(exchange.sentence()));
    };
    if answer.status != 401 {
        return Ok(Finding::skip(
            "no request is answered 401: fix `no-credentials` first",
        ));
    }
    let challenges = answer
        .headers()
        .filter(|(name, _)| *name == "www-authenticate");
    let shown: Vec<String> = challenges
        .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        .collect();
    let is_basic = |value: &String| value.to_ascii_lowercase().contains("basic");
    let finding = if shown.iter().any(is_basic) {
        Finding::pass(shown.join(", "))
    } else if shown.is_empty() {
        Finding::fail("the 401 has no header WWW-Authenticate")
    } else {
        Finding::fail(format!("the challenge is {}, not Basic", shown.join(", ")))
    };
    Ok(finding.with(&exchange))
}

/// How long the refusals of a wrong user and of a wrong password took.
type Times = [Vec<Duration>; 2];

/// Whether the times of the first series are clearly shorter or longer than the second's.
fn apart(times: &Times) -> Option<Ordering> {
    let [one, other] = times;
    if median(one).abs_diff(median(other)) < LEAST {
        return None;
    }
    match shorter(one, other) {
        effect if effect >= SURE => Some(Ordering::Less),
        effect if effect <= 1.0 - SURE => Some(Ordering::Greater),
        _ => None,
    }
}

/// The times of refusals. Each request has its own connection, and the kinds take turns at going
/// first, so that the network affects both alike.
async fn refusals(
    context: &CheckContext<'_>,
    kinds: &[(RawClient, &str); 2],
) -> Result<Times, Early> {
    let mut times = Times::default();
    for round in 0..SAMPLES {
        let first = usize::from(round % 2 == 1);
        for index in [first, 1 - first] {
            let (client, how) = &kinds[index];
            let body = context.good_body()?.which(how);
            let raw = RawRequest::event(client, "POST", body.what.clone(), &body);
            let exchange = context.ask_once(client, &raw).await;
            if exchange.status() != Some(401) {
                let sentence = exchange.sentence();
                let finding = format!("{sentence}; only refusals can be compared");
                return Err(Finding::skip(finding).into());
            }
            times[index].push(exchange.took);
        }
    }
    Ok(times)
}

async fn even_timing(context: &CheckContext<'_>) -> Checking {
    let credentials = context.credentials()?;
    let wrong_user = with_wrong_user(context, credentials);
    let kinds = [
        (context.raw_client_with(wrong_user)?, "with a wrong user"),
        (
            context.raw_client_with(with_wrong_password(credentials))?,
            "with a wrong password",
        ),
    ];
    let mut seen = None;
    let mut message = String::new();
    // A difference that shows once may be chance, so it must show again.
    for _ in 0..2 {
        let times = refusals(context, &kinds).await?;
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
    let faster = match seen {
        Some(Ordering::Less) => "user",
        _ => "password",
    };
    Ok(Finding::warn(format!(
        "{message}: in both comparisons, a wrong {faster} was refused faster in nine of ten pairs"
    )))
}
