//! authentication: who does not know the credentials is told 401, and nothing else.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::bodies::Body;
use super::finding::{Exchange, Finding, Mark, Reply};
use super::ground::{Ground, all_answered_200, evidence};
use super::list::{Check, Group, Needs};
use super::stats::{median, shorter};
use crate::delivery::Poster;
use crate::error::Failure;
use crate::output::time;
use crate::secret::{Credentials, Secret};

/// Requests of each kind in the comparison of times.
const SAMPLES: u32 = 20;
/// How sure the comparison has to be: the part of all pairs in which one kind is the faster.
/// By chance, 20 against 20 of a kind reach it about once in a hundred thousand runs.
const SURE: f64 = 0.9;
/// Differences below are not told: they drown in any network.
const LEAST: Duration = Duration::from_millis(2);

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "right-credentials",
        group: Group::Authentication,
        title: "The right credentials are let in.",
        rules: &["verify-basic-auth"],
        about: "Posts an event with the user and the password of --user.",
        change: "Compare user and password with what stands base64-encoded behind \"Basic \" in \
                 the header Authorization; the first colon divides them, and both are UTF-8.",
        needs: Needs::GoodEvent,
        requests: |_| 1,
        run: |ground| Box::pin(right_credentials(ground)),
    },
    Check {
        name: "no-credentials",
        group: Group::Authentication,
        title: "Without credentials nobody can post.",
        rules: &["verify-basic-auth"],
        about: "Posts an event without the header Authorization. With --user it must be answered \
                401; without --user it is a warning that anyone who has the URL can post.",
        change: "Check the header Authorization before anything else, and answer 401 where it is \
                 missing.",
        needs: Needs::Answers,
        requests: |_| 1,
        run: |ground| Box::pin(no_credentials(ground)),
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
        run: |ground| Box::pin(wrong_password(ground)),
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
        run: |ground| Box::pin(wrong_user(ground)),
    },
    Check {
        name: "malformed-credentials",
        group: Group::Authentication,
        title: "A header that holds no credentials is answered 401.",
        rules: &["verify-basic-auth"],
        about: "Posts an event with nothing behind \"Basic\", with text there that is not base64, \
                and with base64 of a text without a colon.",
        change: "Take whatever cannot be decoded for no credentials: answer 401, and let no \
                 decoding error become a 500.",
        needs: Needs::GoodEvent,
        requests: |_| 3,
        run: |ground| Box::pin(malformed(ground)),
    },
    Check {
        name: "other-scheme",
        group: Group::Authentication,
        title: "Another scheme than Basic is answered 401.",
        rules: &["verify-basic-auth"],
        about: "Posts an event with a bearer token, and with credentials for Digest.",
        change: "Answer 401 unless the header Authorization begins with \"Basic \", in any case \
                 of its letters.",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |ground| Box::pin(other_scheme(ground)),
    },
    Check {
        name: "challenge",
        group: Group::Authentication,
        title: "A 401 says how to do better.",
        rules: &[],
        about: "Looks for the header WWW-Authenticate with the scheme Basic in an answer 401, \
                where RFC 9110, section 15.5.2, wants it.",
        change: "Send WWW-Authenticate: Basic realm=\"webhooks\" with every 401.",
        needs: Needs::GoodEvent,
        requests: |_| 1,
        run: |ground| Box::pin(challenge(ground)),
    },
    Check {
        name: "even-timing",
        group: Group::Authentication,
        title: "The time of a refusal does not tell whether the user exists.",
        rules: &[],
        about: "Posts 20 events with a wrong user and 20 with a wrong password in turn, and \
                compares how long the refusals take. A warning is a statistical statement: one \
                kind was the faster in at least nine of ten pairs, by 2 ms or more.",
        change: "Compare both in constant time and always both; where a password is hashed, hash \
                 it for unknown users too.",
        needs: Needs::GoodEvent,
        requests: |_| 2 * SAMPLES,
        run: |ground| Box::pin(even_timing(ground)),
    },
];

fn no_user() -> Finding {
    Finding::skip("no credentials to check: --user NAME")
}

/// Posts an event by that client, and says with what.
async fn post(ground: &Ground<'_>, poster: &Poster, how: &str) -> Result<Exchange, Failure> {
    let good = ground.good_body()?;
    let what = format!("{} {how}", good.what);
    Ok(ground.post_by(poster, Body { what, ..good }).await)
}

/// All answered 401, or the first that was not.
fn all_refused(exchanges: &[Exchange]) -> Finding {
    let bad = exchanges.iter().find(|exchange| exchange.status() != Some(401));
    match (bad, exchanges) {
        (Some(bad), _) => {
            Finding::fail(format!("{}: {}, not 401", bad.sent, bad.told())).with(bad)
        }
        (None, [one]) => Finding::pass(format!("{}: {}", one.sent, one.told())).with(one),
        (None, all) => Finding::pass(format!("{0} of {0} answered 401", all.len())).with(&all[0]),
    }
}

async fn right_credentials(ground: &Ground<'_>) -> Result<Finding, Failure> {
    if ground.credentials.is_none() {
        return Ok(no_user());
    }
    let exchange = ground.post_good().await?;
    Ok(all_answered_200(&[exchange], "with the credentials:", "events"))
}

async fn no_credentials(ground: &Ground<'_>) -> Result<Finding, Failure> {
    let exchange = post(ground, &ground.stranger(None)?, "without credentials").await?;
    if ground.credentials.is_some() {
        return Ok(all_refused(&[exchange]));
    }
    Ok(match exchange.status() {
        Some(200) => Finding::warn("anyone who has the URL can post")
            .with(&exchange)
            .change(
                "Turn on HTTP Basic Authentication at the provider, verify it in the handler, and \
                 run the check with --user NAME.",
            ),
        Some(401 | 403) => Finding::pass(format!("{}: {}", exchange.sent, exchange.told()))
            .with(&exchange),
        _ => Finding::skip(format!("{}: {}", exchange.sent, exchange.told())).with(&exchange),
    })
}

async fn wrong_password(ground: &Ground<'_>) -> Result<Finding, Failure> {
    let Some(credentials) = &ground.credentials else {
        return Ok(no_user());
    };
    let poster = ground.knowing(with_wrong_password(credentials))?;
    Ok(all_refused(&[post(ground, &poster, "with a wrong password").await?]))
}

async fn wrong_user(ground: &Ground<'_>) -> Result<Finding, Failure> {
    let Some(credentials) = &ground.credentials else {
        return Ok(no_user());
    };
    let poster = ground.knowing(with_wrong_user(ground, credentials))?;
    Ok(all_refused(&[post(ground, &poster, "with a wrong user").await?]))
}

fn with_wrong_password(credentials: &Credentials) -> Credentials {
    // As long as the right one: a comparison that stops early must go as far with it.
    let length = credentials.password.expose().chars().count();
    let mut wrong = "enxhook-".chars().cycle().take(length.max(1)).collect::<String>();
    if wrong == credentials.password.expose() {
        wrong.push('x');
    }
    Credentials {
        user: credentials.user.clone(),
        password: Secret::new(wrong),
    }
}

fn with_wrong_user(ground: &Ground<'_>, credentials: &Credentials) -> Credentials {
    Credentials {
        user: ground.bodies.mark().to_owned(),
        password: credentials.password.clone(),
    }
}

async fn malformed(ground: &Ground<'_>) -> Result<Finding, Failure> {
    let Some(credentials) = &ground.credentials else {
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
        let poster = ground.stranger(Some(header))?;
        exchanges.push(post(ground, &poster, how).await?);
    }
    Ok(all_refused(&exchanges))
}

async fn other_scheme(ground: &Ground<'_>) -> Result<Finding, Failure> {
    let Some(credentials) = &ground.credentials else {
        return Ok(no_user());
    };
    let mark = ground.bodies.mark();
    let user: String = credentials
        .user
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let headers = [
        (format!("Bearer {mark}"), "with a bearer token"),
        (
            format!("Digest username=\"{user}\", realm=\"{mark}\", nonce=\"0\", uri=\"/\", response=\"0\""),
            "with Digest",
        ),
    ];
    let mut exchanges = Vec::new();
    for (header, how) in headers {
        let poster = ground.stranger(Some(&header))?;
        exchanges.push(post(ground, &poster, how).await?);
    }
    Ok(all_refused(&exchanges))
}

async fn challenge(ground: &Ground<'_>) -> Result<Finding, Failure> {
    if ground.credentials.is_none() {
        return Ok(no_user());
    }
    let exchange = post(ground, &ground.stranger(None)?, "without credentials").await?;
    let Reply::Answered(answer) = &exchange.reply else {
        return Ok(Finding::skip(format!("{}: {}", exchange.sent, exchange.told())));
    };
    if answer.status != 401 {
        return Ok(Finding::skip("no answer 401 to look at: mend `no-credentials` first"));
    }
    let challenges = answer.headers().filter(|(name, _)| *name == "www-authenticate");
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

async fn even_timing(ground: &Ground<'_>) -> Result<Finding, Failure> {
    let Some(credentials) = &ground.credentials else {
        return Ok(no_user());
    };
    let kinds = [
        (ground.knowing(with_wrong_user(ground, credentials))?, "with a wrong user"),
        (ground.knowing(with_wrong_password(credentials))?, "with a wrong password"),
    ];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..SAMPLES {
        for ((poster, how), times) in kinds.iter().zip(&mut times) {
            let exchange = post(ground, poster, how).await?;
            if exchange.status() != Some(401) {
                return Ok(Finding::skip(format!(
                    "{}: {}; only refusals can be compared",
                    exchange.sent,
                    exchange.told()
                )));
            }
            times.push(exchange.took);
        }
    }
    // The first of each opened its connection.
    let [user, password] = times.map(|times| times[1..].to_vec());
    let (of_user, of_password) = (median(&user), median(&password));
    let effect = shorter(&user, &password);
    let apart = of_user.abs_diff(of_password) >= LEAST && (effect >= SURE || effect <= 1.0 - SURE);
    let said = format!(
        "median {} for a wrong user, {} for a wrong password",
        time::duration(of_user),
        time::duration(of_password)
    );
    let mut finding = if apart {
        let sure = effect.max(1.0 - effect) * 100.0;
        let faster = if effect >= SURE { "user" } else { "password" };
        Finding::new(
            Mark::Warn,
            format!("{said}: a wrong {faster} is the faster in {sure:.0} % of pairs, a statistic"),
        )
    } else {
        Finding::pass(said)
    };
    let what = "20 events with a wrong user, 20 with a wrong password";
    finding.evidence = Some(evidence(what, "401 each time", of_user.max(of_password)));
    Ok(finding)
}
