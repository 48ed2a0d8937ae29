//! A network between the server and its clients that swallows bytes and cuts connections.

use super::{body, captures, follower, origins, relay, source, state, until, with_each};
use crate::support::{Proxy, Sandbox};

#[test]
fn a_network_that_swallows_everything_delays_no_reply_and_loses_nothing() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (nats, direct) = relay(server, &sandbox, "");
        let proxy = Proxy::to(nats.port());
        let url = format!("nats://127.0.0.1:{}/demo", proxy.port());
        let mut source = source(&sandbox, &url, &[]);
        let mut follower = follower(&sandbox, &url, "b.jsonl", &["--from-start"]);
        source.post(body(1));
        until(&mut follower, 1);
        proxy.hold(true);
        for n in 2..=50 {
            assert_eq!(source.post(body(n)).status(), 200);
        }
        // Both notice it, though no connection was closed.
        state(&mut source, "waiting");
        state(&mut follower, "waiting");
        // What was held back arrives late, at connections that are given up.
        proxy.hold(false);
        source.post(body(51));
        until(&mut follower, 51);
        assert_eq!(origins(&sandbox, "b.jsonl"), (1..=51).collect::<Vec<_>>());
        let mut late = super::follower(&sandbox, &direct, "late.jsonl", &["--from-start"]);
        until(&mut late, 51);
        assert_eq!(
            origins(&sandbox, "late.jsonl"),
            (1..=51).collect::<Vec<_>>()
        );
        assert_eq!(captures(&sandbox, "a.jsonl"), captures(&sandbox, "b.jsonl"));
    });
}

#[test]
fn connections_that_are_cut_again_and_again_lose_and_repeat_nothing() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (nats, _) = relay(server, &sandbox, "");
        let proxies = [Proxy::to(nats.port()), Proxy::to(nats.port())];
        let urls = proxies
            .each_ref()
            .map(|proxy| format!("nats://127.0.0.1:{}/demo", proxy.port()));
        let source = source(&sandbox, &urls[0], &[]);
        let mut follower = follower(&sandbox, &urls[1], "b.jsonl", &["--from-start"]);
        for n in 1..=200 {
            source.post(body(n));
            if n % 10 == 0 {
                proxies[usize::from(n % 20 == 0)].cut();
            }
        }
        until(&mut follower, 200);
        assert_eq!(origins(&sandbox, "b.jsonl"), (1..=200).collect::<Vec<_>>());
        assert_eq!(captures(&sandbox, "a.jsonl"), captures(&sandbox, "b.jsonl"));
    });
}
