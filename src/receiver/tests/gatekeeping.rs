//! Who and what is not let in, and that nobody reads further than that takes.

use super::*;
use crate::model::secret::{Credentials, Secret};

const RIGHT: &str = "Authorization: Basic ZW54Omh1bnRlcjI=\r\n";
const WRONG: &str = "Authorization: Basic ZW54Omh1bnRlcjM=\r\n";

fn guarded() -> ReceiverOptions {
    ReceiverOptions {
        credentials: Some(Credentials {
            user: "enx".into(),
            password: Secret::new("hunter2"),
        }),
        ..options()
    }
}

fn small() -> ReceiverOptions {
    ReceiverOptions {
        max_body: 8,
        ..options()
    }
}

#[tokio::test]
async fn the_right_credentials_are_let_in() {
    let mut house = House::open(guarded()).await;
    let mut client = house.client().await;
    client
        .send(format!(
            "POST / HTTP/1.1\r\nHost: h\r\n{RIGHT}Content-Length: 0\r\n\r\n"
        ))
        .await;
    assert_eq!(client.answer().await.status, 200);
    let (_, capture, _) = house.captured().await;
    assert!(!format!("{capture:?}").contains("ZW54"));
}

#[tokio::test]
async fn a_stranger_is_turned_away_before_the_body_is_read() {
    let mut house = House::open(guarded()).await;
    for (field, reason) in [
        ("", Refusal::NoCredentials),
        (WRONG, Refusal::WrongCredentials),
        ("Authorization: Basic !!!\r\n", Refusal::WrongCredentials),
        ("Authorization: Bearer x\r\n", Refusal::WrongCredentials),
    ] {
        // The body that is declared never comes, and is not waited for.
        let mut client = house.client().await;
        client
            .send(format!(
                "POST / HTTP/1.1\r\nHost: h\r\n{field}Content-Length: 9\r\n\r\n"
            ))
            .await;
        let answer = client.answer().await;
        assert_eq!(answer.status, 401, "{field}");
        assert_eq!(
            answer.field("www-authenticate"),
            Some(r#"basic realm="enx-hook", charset="utf-8""#)
        );
        assert_eq!(answer.field("connection"), Some("close"));
        client.closed().await;
        assert_eq!(house.refused().await, reason);
    }
    assert!(house.kept().is_empty());
}

#[tokio::test]
async fn a_stranger_learns_nothing_from_a_get_another_path_or_another_method() {
    let house = House::open(ReceiverOptions {
        path: Some("/hook".into()),
        ..guarded()
    })
    .await;
    for line in ["GET /hook", "GET /", "DELETE /hook"] {
        let mut client = house.client().await;
        client
            .send(format!("{line} HTTP/1.1\r\nHost: h\r\n\r\n"))
            .await;
        assert_eq!(client.answer().await.status, 401, "{line}");
    }
}

#[tokio::test]
async fn refused_credentials_and_sizes_come_without_a_100_continue() {
    for (options, status) in [(guarded(), 401), (small(), 413)] {
        let house = House::open(options).await;
        let mut client = house.client().await;
        client
            .send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
            .await;
        assert_eq!(client.answer().await.status, status);
        client.closed().await;
    }
}

#[tokio::test]
async fn a_body_that_is_declared_too_large_is_refused_at_once() {
    let mut house = House::open(small()).await;
    let mut client = house.client().await;
    client
        .send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n")
        .await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 413);
    let line = "Refused: the body is too large: 9 bytes, and 8 are the limit (--max-body)\n";
    assert_eq!(answer.body, line);
    let declared = Some(9);
    assert_eq!(
        house.refused().await,
        Refusal::BodyTooLarge { most: 8, declared }
    );
}

#[tokio::test]
async fn a_body_that_turns_out_too_large_is_refused_when_it_does() {
    let mut house = House::open(small()).await;
    let mut client = house.client().await;
    client
        .send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n1\r\n9\r\n")
        .await;
    assert_eq!(client.answer().await.status, 413);
    let declared = None;
    assert_eq!(
        house.refused().await,
        Refusal::BodyTooLarge { most: 8, declared }
    );
    assert_eq!(house.client().await.post(b"12345678").await.status, 200);
    assert_eq!(house.kept().len(), 1);
}

#[tokio::test]
async fn who_goes_on_sending_what_is_too_large_still_gets_to_read_the_reply() {
    let house = House::open(small()).await;
    let mut client = house.client().await;
    let body = vec![b'x'; 4 * 1024 * 1024];
    assert_eq!(client.post(&body).await.status, 413);
}

#[tokio::test]
async fn a_body_that_takes_too_long_is_refused() {
    let mut house = House::open(ReceiverOptions {
        body_timeout: Duration::from_millis(20),
        ..options()
    })
    .await;
    let mut client = house.client().await;
    client
        .send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc")
        .await;
    assert_eq!(client.answer().await.status, 408);
    let arrived = Arrived {
        bytes: 3,
        declared: Some(9),
    };
    let within = Duration::from_millis(20);
    assert_eq!(
        house.refused().await,
        Refusal::BodyTimedOut { arrived, within }
    );
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_captured() {
    let mut house = House::open(options()).await;
    for (head, declared) in [
        ("Content-Length: 9", Some(9)),
        ("Transfer-Encoding: chunked", None),
    ] {
        let mut client = house.client().await;
        client
            .send(format!(
                "POST / HTTP/1.1\r\nHost: h\r\n{head}\r\n\r\n3\r\nabc"
            ))
            .await;
        client.stream.shutdown().await.unwrap();
        assert_eq!(client.answer().await.status, 400);
        let bytes = declared.map_or(3, |_| 6);
        let arrived = Arrived { bytes, declared };
        assert_eq!(house.refused().await, Refusal::BodyIncomplete(arrived));
    }
    assert!(house.kept().is_empty());
}

#[tokio::test]
async fn a_get_says_what_this_is_and_a_head_says_it_without_a_body() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").await;
    let get = client.answer().await;
    assert_eq!(get.status, 200);
    assert!(get.body.contains("POST your webhooks"), "{}", get.body);

    client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").await;
    let head = client.answer_without_body().await;
    assert_eq!(head.status, 200);
    assert_eq!(head.field("content-length"), get.field("content-length"));

    assert_eq!(client.post(b"").await.status, 200);
    for method in ["GET", "HEAD"] {
        let event = house.event().await;
        assert!(matches!(event, Event::Greeted { method: found, .. } if found == method));
    }
    assert_eq!(house.captured().await.1.method, "POST");
    assert_eq!(house.kept().len(), 1);
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are() {
    let mut house = House::open(options()).await;
    for method in ["PUT", "OPTIONS", "BREW"] {
        let mut client = house.client().await;
        client
            .send(format!("{method} / HTTP/1.1\r\nHost: h\r\n\r\n"))
            .await;
        let answer = client.answer().await;
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.field("allow"), Some("post, get, head"));
        assert_eq!(house.refused().await, Refusal::MethodNotAllowed);
    }
}

#[tokio::test]
async fn only_the_path_that_was_asked_for_is_served() {
    let mut house = House::open(ReceiverOptions {
        path: Some("/hook".into()),
        ..options()
    })
    .await;
    let mut client = house.client().await;
    assert_eq!(client.post(b"{}").await.status, 200);
    house.captured().await;
    client.send("GET /hooks HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert_eq!(client.answer().await.status, 404);
    let Event::Refused {
        reason,
        target,
        method,
        peer,
        ..
    } = house.event().await
    else {
        panic!("expected a refusal");
    };
    assert_eq!((reason.status(), reason), (404, Refusal::NotFound));
    assert_eq!((&*method, &*target), ("GET", "/hooks"));
    assert_eq!(peer, client.stream.local_addr().unwrap().to_string());
}
