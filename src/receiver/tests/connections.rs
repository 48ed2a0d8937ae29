//! Connections that are slow, many, broken or gone, and the end of them all.

use super::*;

const POST_OK: &str = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok";

#[tokio::test]
async fn who_goes_away_while_being_recorded_is_recorded_and_shown() {
    for abruptly in [false, true] {
        let mut house = House::open(options()).await;
        house.hold();
        let mut client = house.client().await;
        client.send(POST_OK).await;
        house.recording().await;
        if abruptly {
            client.stream.set_zero_linger().unwrap();
        }
        drop(client);
        // A second sender that is served proves that the loss of the first was seen.
        let mut second = house.client().await;
        second.send(POST_OK).await;
        house.recording().await;
        house.let_go();
        assert_eq!(second.answer().await.status, 200);
        house.captured().await;
        house.captured().await;
        assert_eq!(house.kept().len(), 2);
    }
}

#[tokio::test]
async fn who_closes_its_half_after_sending_still_gets_its_answer() {
    let house = House::open(options()).await;
    house.hold();
    let mut client = house.client().await;
    client.send(POST_OK).await;
    client.stream.shutdown().await.unwrap();
    house.recording().await;
    house.let_go();
    assert_eq!(client.answer().await.status, 200);
    client.closed().await;
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_while_all_others_are_in_use() {
    let house = House::open(ReceiverOptions {
        max_connections: 1,
        ..options()
    })
    .await;
    house.hold();
    let mut first = house.client().await;
    first.send(POST_OK).await;
    house.recording().await;
    let mut second = house.client().await;
    second.send(POST_OK).await;
    house.let_go();
    assert_eq!(first.answer().await.status, 200);
    // The first is idle now, and makes room.
    first.closed().await;
    assert_eq!(second.answer().await.status, 200);
    assert_eq!(house.kept().len(), 2);
}

#[tokio::test]
async fn a_connection_beyond_the_limit_closes_the_one_that_is_idle_for_the_longest_time() {
    let mut house = House::open(ReceiverOptions {
        max_connections: 3,
        ..options()
    })
    .await;
    let mut clients = Vec::new();
    for body in [b"1", b"2", b"3"] {
        let mut client = house.client().await;
        assert_eq!(client.post(body).await.status, 200);
        house.captured().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        clients.push(client);
    }
    // The first was used last.
    assert_eq!(clients[0].post(b"4").await.status, 200);
    house.captured().await;
    let mut fourth = house.client().await;
    assert_eq!(fourth.post(b"5").await.status, 200);
    assert!(matches!(
        house.event().await,
        Event::Crowded { connections: 3, .. }
    ));
    house.captured().await;
    clients[1].closed().await;
    assert_eq!(clients[0].post(b"6").await.status, 200);
    house.captured().await;
    // It is said once.
    assert_eq!(house.client().await.post(b"7").await.status, 200);
    house.captured().await;
}

#[tokio::test]
async fn the_last_reply_is_followed_by_the_end_without_a_wait() {
    let house = House::open(options()).await;
    for request in [
        "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "PUT / HTTP/1.1\r\nHost: h\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        let mut client = house.client().await;
        let start = std::time::Instant::now();
        client.send(request).await;
        client.answer().await;
        client.closed().await;
        // The receiver itself waits for two seconds until the sender closes too.
        assert!(start.elapsed() < Duration::from_millis(1500), "{request}");
    }
}

#[tokio::test]
async fn a_refused_sender_does_not_keep_its_connection() {
    let house = House::open(options()).await;
    for request in [
        "PUT / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\n\r\n",
    ] {
        let mut client = house.client().await;
        client.send(request).await;
        let answer = client.answer().await;
        assert_eq!(answer.field("connection"), Some("close"), "{request}");
        client.closed().await;
    }
}

#[tokio::test]
async fn a_panic_ends_its_own_connection_alone() {
    let house = House::open(options()).await;
    let mut other = house.client().await;
    assert_eq!(other.post(b"1").await.status, 200);

    house.memory.panics.store(true, SeqCst);
    let mut client = house.client().await;
    client.send(POST_OK).await;
    client.closed().await;

    assert_eq!(other.post(b"2").await.status, 200);
    assert_eq!(house.client().await.post(b"3").await.status, 200);
    drop(other);
    let totals = house.totals().await;
    assert_eq!((totals.captured, totals.panicked), (3, 1));
}

#[tokio::test]
async fn a_head_that_is_too_large_is_answered_431() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    let field = "x".repeat(70_000);
    client
        .send(format!("POST / HTTP/1.1\r\nHost: h\r\nX: {field}\r\n\r\n"))
        .await;
    assert_eq!(client.answer().await.status, 431);
    let Event::Unreadable { problem, .. } = house.event().await else {
        panic!("expected something unreadable");
    };
    assert_eq!(problem, Problem::HeadTooLarge(32 * 1024));
}

#[tokio::test]
async fn what_is_no_http_is_answered_400_and_shown() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    // How a TLS handshake begins.
    client
        .send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        .await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("TLS"), "{}", answer.body);
    let Event::Unreadable { problem, peer, .. } = house.event().await else {
        panic!("expected something unreadable");
    };
    assert_eq!(problem, Problem::Foreign(Foreign::Tls));
    assert_eq!(peer, client.stream.local_addr().unwrap().to_string());
}

#[tokio::test]
async fn the_shutdown_lets_a_request_in_flight_finish_and_takes_no_new_ones() {
    let mut house = House::open(options()).await;
    let mut idle = house.client().await;
    assert_eq!(idle.post(b"{}").await.status, 200);
    house.captured().await;

    house.hold();
    let mut client = house.client().await;
    client.send(POST_OK).await;
    house.recording().await;
    house.recording().await;
    house.stop();
    idle.closed().await;
    let refused = within(TcpStream::connect(house.address)).await;
    assert!(refused.is_err(), "a new connection was taken");

    house.let_go();
    let answer = client.answer().await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.field("connection"), Some("close"));
    client.closed().await;
    house.captured().await;
    assert_eq!(house.totals().await.captured, 2);
}

#[tokio::test]
async fn the_grace_period_bounds_the_shutdown() {
    let mut house = House::open(ReceiverOptions {
        grace: Duration::from_millis(20),
        ..options()
    })
    .await;
    house.hold();
    let mut client = house.client().await;
    client.send(POST_OK).await;
    house.recording().await;
    house.stop();
    // Nobody lets the recorder go: the sender is not acknowledged, and the end comes.
    client.closed().await;
    assert_eq!(house.totals().await, Totals::default());
}

#[tokio::test]
async fn nobody_is_told_of_anything_once_the_receiver_has_ended() {
    let mut house = House::open(options()).await;
    let mut client = house.client().await;
    assert_eq!(client.post(b"{}").await.status, 200);
    house.stop();
    house.captured().await;
    assert!(within(house.events.recv()).await.is_none());
}
