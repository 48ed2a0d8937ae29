//! What becomes of a request that is let in.

use proptest::prelude::*;

use super::*;
use crate::model::capture::NOT_STORED;

fn random_bytes(length: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(7);
    std::iter::repeat_with(|| random.u8(..))
        .take(length)
        .collect()
}

#[tokio::test]
async fn random_bytes_are_captured_exactly_and_then_answered_200() {
    let mut house = House::open(options()).await;
    let body = random_bytes(3 * 1024 * 1024 + 1);
    let before = chrono::Utc::now();
    let mut client = house.client().await;
    let answer = client.post(&body).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));

    let (seq, capture, status) = house.captured().await;
    assert_eq!((seq, status), (Some(1), 200));
    assert!(capture.body == body, "the body is another one");
    assert_eq!(capture.method, "POST");
    assert_eq!(capture.target, "/hook?x=1");
    assert_eq!(
        capture.peer,
        client.stream.local_addr().unwrap().to_string()
    );
    assert!(capture.received_at >= before - chrono::TimeDelta::microseconds(1));
    assert_eq!(capture.received_at.timestamp_subsec_nanos() % 1000, 0);
    assert_eq!(house.kept(), [capture]);
}

#[tokio::test]
async fn the_fields_are_kept_with_their_repeats_in_order_and_without_credentials() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    client
        .send(
            b"POST / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nCookie: secret\r\nX-A: 2\r\n\
              X-Raw: \xff\xfe\r\nX-A: 1\r\nContent-Length: 0\r\n\r\n",
        )
        .await;
    assert_eq!(client.answer().await.status, 200);

    let (_, capture, _) = house.captured().await;
    let repeats: Vec<_> = capture.headers.iter().filter(|f| f.0 == "x-a").collect();
    assert_eq!(
        repeats,
        [("x-a", &b"1"[..]), ("x-a", &b"2"[..]), ("x-a", &b"1"[..])]
    );
    assert_eq!(capture.headers.get("x-raw"), Some(&b"\xff\xfe"[..]));
    assert_eq!(capture.headers.get("cookie"), Some(NOT_STORED.as_bytes()));
}

#[tokio::test]
async fn a_chunked_body_is_put_together() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    client
        .send(
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: x\r\n\r\n\
             3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nX: y\r\n\r\n",
        )
        .await;
    assert_eq!(client.answer().await.status, 200);
    assert_eq!(house.captured().await.1.body, "abcde");
    assert_eq!(client.post(b"again").await.status, 200);
}

#[tokio::test]
async fn two_pipelined_requests_are_two_captures_and_two_answers() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    client
        .send(
            "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc\
             POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\ndefg",
        )
        .await;
    assert_eq!(client.answer().await.status, 200);
    assert_eq!(client.answer().await.status, 200);
    let (first, second) = (house.captured().await.1, house.captured().await.1);
    assert_eq!((&*first.target, &*first.body), ("/1", &b"abc"[..]));
    assert_eq!((&*second.target, &*second.body), ("/2", &b"defg"[..]));
}

#[tokio::test]
async fn http_1_0_is_answered_and_closed() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    client
        .send("POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nok")
        .await;
    let answer = client.answer().await;
    assert!(answer.head.starts_with("http/1.0 200"), "{}", answer.head);
    client.closed().await;
    assert_eq!(house.captured().await.1.body, "ok");
}

#[tokio::test]
async fn a_target_in_absolute_form_is_kept_without_its_credentials() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    for who in ["", "user:pw@"] {
        client
            .send(format!(
                "POST http://{who}h:1/p/%41?q=%20 HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"
            ))
            .await;
        assert_eq!(client.answer().await.status, 200);
        assert_eq!(house.captured().await.1.target, "http://h:1/p/%41?q=%20");
    }
    client
        .send("PUT http://user:pw@h:1/p HTTP/1.1\r\nHost: h\r\n\r\n")
        .await;
    let refused = house.event().await;
    assert!(!format!("{refused:?}").contains("pw"), "{refused:?}");
}

#[tokio::test]
async fn what_http_forbids_is_refused_with_its_reason() {
    let mut house = House::open(options()).await;
    for (head, status, reason) in [
        ("POST / HTTP/1.1\r\n\r\n", 400, "needs a Host"),
        ("POST / HTTP/1.1\r\nHost:\r\n\r\n", 200, ""),
        ("POST / HTTP/1.0\r\nContent-Length: 0\r\n\r\n", 200, ""),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
            400,
            "more than one Host",
        ),
        ("POST / HTTP/1.1\r\nHost: u:p@a\r\n\r\n", 400, "not a host"),
        ("POST / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "not a host"),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            501,
            "other than chunked",
        ),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            501,
            "other than chunked",
        ),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
            400,
            "",
        ),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "both Transfer-Encoding and Content-Length",
        ),
        (
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\nHost: h\r\n\r\n0\r\n\r\n",
            400,
            "both Transfer-Encoding and Content-Length",
        ),
        ("POST / HTTP/1.0\r\n\r\n{}", 411, "no Content-Length"),
        ("POST / HTTP/1.0\r\nHost: h\r\n\r\n", 200, ""),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET",
            411,
            "no Content-Length",
        ),
        (
            "POST / HTTP/1.1\r\nHost: h\r\n\r\n{}",
            411,
            "no Content-Length",
        ),
        (
            "POST / HTTP/1.1\r\nHost: h\r\n\r\nPOST / HTTP/1.1\r\nHost: h\r\n\r\n",
            200,
            "",
        ),
    ] {
        let mut client = house.client().await;
        client.send(head).await;
        let answer = client.answer().await;
        assert_eq!(answer.status, status, "{head:?}");
        assert!(answer.body.contains(reason), "{head:?}: {}", answer.body);
        let event = house.event().await;
        assert_eq!(
            matches!(event, Event::Captured { .. }),
            status == 200,
            "{event:?}"
        );
        if head.matches("POST").count() > 1 {
            house.captured().await;
        }
    }
}

#[tokio::test]
async fn a_body_without_a_length_is_refused_also_if_it_comes_later() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    client.send("POST / HTTP/1.0\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    client.send("{}").await;
    assert_eq!(client.answer().await.status, 411);
    assert_eq!(house.refused().await, Refusal::NoLength);
}

#[tokio::test]
async fn bytes_behind_a_body_are_named_with_its_length() {
    let mut house = House::open(options()).await;
    for (connection, body) in [
        ("close", "{\"a\":\"äöü\"}"),
        ("keep-alive", "{\"a\":\"äöü\"}"),
    ] {
        let length = body.chars().count();
        let mut client = house.client().await;
        client
            .send(format!(
                "POST / HTTP/1.1\r\nHost: h\r\nConnection: {connection}\r\nContent-Length: {length}\r\n\r\n{body}"
            ))
            .await;
        assert_eq!(client.answer().await.status, 200);
        house.captured().await;
        client.stream.shutdown().await.unwrap();
        let Event::Unreadable { problem, .. } = house.event().await else {
            panic!("expected something unreadable");
        };
        let length = Some(length as u64);
        assert_eq!(problem, Problem::BehindBody { length });
        assert!(
            problem
                .to_string()
                .contains("does the sender count characters?")
        );
    }
}

#[tokio::test]
async fn other_protocols_are_named() {
    let mut house = House::open(options()).await;
    for (bytes, status, foreign) in [
        (
            &b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"[..],
            400,
            Foreign::Tls,
        ),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, Foreign::Http2),
        (
            b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nPOST / HTTP/1.1\r\n\r\n",
            400,
            Foreign::Proxy,
        ),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", 400, Foreign::Proxy),
        (b"SSH-2.0-OpenSSH_9.9\r\n", 400, Foreign::Ssh),
    ] {
        let mut client = house.client().await;
        client.send(bytes).await;
        assert_eq!(client.answer().await.status, status, "{foreign}");
        client.closed().await;
        let Event::Unreadable { problem, .. } = house.event().await else {
            panic!("expected something unreadable");
        };
        assert_eq!(problem, Problem::Foreign(foreign));
    }
}

#[tokio::test]
async fn who_expects_100_continue_gets_it_before_the_body_is_sent() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    client
        .send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        .await;
    assert!(client.head().await.starts_with("http/1.1 100"));
    client.send("ok").await;
    assert_eq!(client.answer().await.status, 200);
    assert_eq!(house.captured().await.1.body, "ok");
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_acknowledged() {
    let mut house = House::open(options()).await;
    house.memory.fails.store(true, SeqCst);
    let mut client = house.client().await;
    let answer = client.post(b"{}").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.field("retry-after"), Some("1"));
    assert!(!answer.body.contains("disk"), "{}", answer.body);
    assert_eq!(
        house.refused().await,
        Refusal::NotRecorded("disk full".into())
    );

    house.memory.fails.store(false, SeqCst);
    assert_eq!(house.client().await.post(b"{}").await.status, 200);
    drop(client);
    let totals = house.totals().await;
    assert_eq!((totals.captured, totals.refused), (1, 1));
}

#[tokio::test]
async fn a_malformed_body_is_recorded_and_then_rejected_where_that_was_asked_for() {
    let is_malformed: IsMalformed = Arc::new(|capture| capture.body == b"{"[..]);
    let mut house = House::build(options(), Some(is_malformed)).await;
    let mut client = house.client().await;
    assert_eq!(client.post(b"{").await.status, 400);
    assert_eq!(client.post(b"{}").await.status, 200);
    let (seq, capture, status) = house.captured().await;
    assert_eq!((seq, &*capture.body, status), (Some(1), &b"{"[..], 400));
    assert_eq!(house.captured().await.2, 200);
    assert_eq!(house.kept().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_pool_of_checks_refuses_before_anything_is_recorded() {
    let (closed, gate) = std::sync::mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let is_malformed: IsMalformed = Arc::new(move |_| gate.lock().unwrap().recv().is_ok());
    let mut house = House::build(options(), Some(is_malformed)).await;
    let body = vec![b'x'; 20_000];
    let mut waiting = Vec::new();
    for _ in 0..32 {
        let mut client = house.client().await;
        let body = body.clone();
        waiting.push(tokio::spawn(async move { client.post(&body).await.status }));
        house.recording().await;
    }
    let refused = house.client().await.post(&body).await;
    assert_eq!(
        (refused.status, refused.field("retry-after")),
        (503, Some("1"))
    );
    assert_eq!(house.refused().await, Refusal::TooManyChecks);
    drop(closed);
    for client in waiting {
        assert_eq!(within(client).await.unwrap(), 200);
    }
    assert_eq!(house.kept().len(), 32);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn however_a_body_is_cut_it_is_captured_exactly(
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..2000), 0..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut house = House::open(options()).await;
            let mut client = house.client().await;
            client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n").await;
            for part in &parts {
                client.send(format!("{:x}\r\n", part.len())).await;
                client.send(part).await;
                client.send("\r\n").await;
            }
            client.send("0\r\n\r\n").await;
            assert_eq!(client.answer().await.status, 200);
            assert_eq!(house.captured().await.1.body, parts.concat());
        });
    }
}
