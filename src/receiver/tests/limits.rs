//! How long is waited, how much is held, and whom a proxy names.

use super::super::budget::FREE;
use super::*;

/// A time that is to run out.
const MOMENT: Duration = Duration::from_millis(20);
/// A time that is to run out, and not before what takes none has happened.
const WHILE: Duration = Duration::from_millis(700);

async fn problem(house: &mut House) -> Problem {
    match house.event().await {
        Event::Unreadable { problem, .. } => problem,
        other => panic!("expected something unreadable: {other:?}"),
    }
}

#[tokio::test]
async fn a_head_that_takes_too_long_is_answered_408_and_silence_is_just_closed() {
    let mut house = House::open(ReceiverOptions {
        head_timeout: MOMENT,
        ..options()
    })
    .await;
    let mut silent = house.client().await;
    silent.closed().await;
    let mut slow = house.client().await;
    slow.send("POST / HTTP/1.1\r\nHost").await;
    let answer = slow.answer().await;
    assert_eq!(answer.status, 408);
    assert_eq!(answer.field("connection"), Some("close"));
    slow.closed().await;
    let bytes = 21;
    let within = MOMENT;
    assert_eq!(
        problem(&mut house).await,
        Problem::HeadTimedOut { bytes, within }
    );
    assert_eq!(house.totals().await.refused, 1);
}

#[tokio::test]
async fn a_later_head_has_as_long_as_the_first() {
    let house = House::open(ReceiverOptions {
        head_timeout: WHILE,
        ..options()
    })
    .await;
    let mut client = house.client().await;
    assert_eq!(client.post(b"{}").await.status, 200);
    client.send("P").await;
    assert_eq!(client.answer().await.status, 408);
}

#[tokio::test]
async fn a_connection_that_is_idle_is_closed_after_its_own_time() {
    let mut house = House::open(ReceiverOptions {
        idle_timeout: MOMENT,
        ..options()
    })
    .await;
    let mut client = house.client().await;
    assert_eq!(client.post(b"{}").await.status, 200);
    client.closed().await;
    house.captured().await;
    assert_eq!(house.totals().await.refused, 0);

    // The time for a head says nothing of the time between two requests.
    let house = House::open(ReceiverOptions {
        head_timeout: WHILE,
        ..options()
    })
    .await;
    let mut client = house.client().await;
    assert_eq!(client.post(b"1").await.status, 200);
    let mut silent = house.client().await;
    silent.closed().await;
    assert_eq!(client.post(b"2").await.status, 200);
}

#[tokio::test]
async fn a_sender_that_does_not_take_its_replies_is_let_go() {
    let house = House::open(ReceiverOptions {
        idle_timeout: MOMENT,
        ..options()
    })
    .await;
    let mut client = house.client().await;
    let many = "GET / HTTP/1.1\r\nHost: h\r\n\r\n".repeat(1000);
    // As long as it is read, it is answered; the answers fill all buffers on the way.
    let given_up = async { while client.stream.write_all(many.as_bytes()).await.is_ok() {} };
    within(given_up).await;
    assert_eq!(house.client().await.post(b"{}").await.status, 200);
}

#[tokio::test]
async fn large_bodies_share_what_memory_there_is_and_small_ones_need_none() {
    let mut house = House::open(ReceiverOptions {
        body_memory: 64 * 1024,
        ..options()
    })
    .await;
    house.hold();
    let mut first = house.client().await;
    first
        .send(format!(
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n",
            FREE + 64 * 1024
        ))
        .await;
    first.send(vec![b'x'; FREE + 64 * 1024]).await;
    house.recording().await;
    // All there is is taken now.
    let mut second = house.client().await;
    let answer = second.post(&vec![b'x'; FREE + 1]).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.field("retry-after"), Some("1"));
    assert_eq!(house.refused().await, Refusal::NoRoom);
    let mut small = house.client().await;
    let body = vec![b'x'; FREE];
    let (answer, ()) = tokio::join!(small.post(&body), async {
        house.recording().await;
        house.let_go();
    });
    assert_eq!(answer.status, 200);
    assert_eq!(first.answer().await.status, 200);
    // It is given back.
    assert_eq!(
        house
            .client()
            .await
            .post(&vec![b'x'; FREE + 1])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_body_that_was_only_declared_takes_no_memory() {
    let house = House::open(ReceiverOptions {
        body_memory: 64 * 1024,
        ..options()
    })
    .await;
    let mut waiting = Vec::new();
    for _ in 0..8 {
        let mut client = house.client().await;
        client
            .send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65536\r\nExpect: 100-continue\r\n\r\n")
            .await;
        assert!(client.head().await.starts_with("http/1.1 100"));
        waiting.push(client);
    }
    let body = vec![b'x'; 65536];
    assert_eq!(house.client().await.post(&body).await.status, 200);
}

#[tokio::test]
async fn a_body_is_put_together_in_any_number_of_pieces() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    let body: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    client
        .send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        .await;
    for piece in body.chunks(70_001) {
        client.send(format!("{:x}\r\n", piece.len())).await;
        client.send(piece).await;
        client.send("\r\n").await;
    }
    client.send("0\r\n\r\n").await;
    assert_eq!(client.answer().await.status, 200);
    assert!(house.captured().await.1.body == body);
}

#[tokio::test]
async fn a_head_may_be_as_large_as_was_asked_for() {
    for (max_head, size, status) in [(1024, 900, 200), (1024, 1024, 431), (70_000, 65_000, 200)] {
        let house = House::open(ReceiverOptions {
            max_head,
            ..options()
        })
        .await;
        let mut client = house.client().await;
        let field = "x".repeat(size);
        client
            .send(format!(
                "POST / HTTP/1.1\r\nHost: h\r\nX: {field}\r\nContent-Length: 0\r\n\r\n"
            ))
            .await;
        assert_eq!(client.answer().await.status, status, "{max_head}");
    }
}

#[tokio::test]
async fn more_fields_than_anybody_sends_are_answered_431() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    let flood = "X: y\r\n".repeat(1000);
    client
        .send(format!("POST / HTTP/1.1\r\nHost: h\r\n{flood}\r\n"))
        .await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 431);
    assert!(answer.body.contains("512 fields"), "{}", answer.body);
    assert_eq!(problem(&mut house).await, Problem::TooManyFields(512));
    let some = "X: y\r\n".repeat(511);
    let mut client = house.client().await;
    client
        .send(format!("POST / HTTP/1.1\r\nHost: h\r\n{some}\r\n"))
        .await;
    assert_eq!(client.answer().await.status, 200);
}

#[tokio::test]
async fn the_sender_is_who_the_proxy_names_only_where_proxies_are_trusted() {
    for trust_proxy in [Some(ProxyHeader::Any), None] {
        let mut house = House::open(ReceiverOptions {
            trust_proxy,
            max_body: 3,
            ..options()
        })
        .await;
        let mut client = house.client().await;
        let socket = client.stream.local_addr().unwrap().to_string();
        // The last one is refused, and would close the connection of others.
        let mut peers = Vec::new();
        for (from, body) in [
            ("1.1.1.1, 203.0.113.7", "abc"),
            ("nonsense", "abc"),
            ("203.0.113.8", "abcd"),
        ] {
            let length = body.len();
            client
                .send(format!(
                    "POST / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: {from}\r\nContent-Length: {length}\r\n\r\n{body}"
                ))
                .await;
            client.answer().await;
            peers.push(match house.event().await {
                Event::Captured { capture, .. } => capture.peer.to_string(),
                Event::Refused { peer, .. } => peer,
                other => panic!("{other:?}"),
            });
        }
        let expected = if trust_proxy.is_some() {
            ["203.0.113.7", &socket, "203.0.113.8"]
        } else {
            [&*socket; 3]
        };
        assert_eq!(peers, expected);
    }
}
