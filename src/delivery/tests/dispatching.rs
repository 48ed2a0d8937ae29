//! Many items to one target: lanes, retries, and a target that is away.

use std::collections::HashMap;
use std::sync::Mutex;

use tokio::net::TcpSocket;
use tokio::sync::oneshot;

use super::*;
use crate::delivery::{DispatchOptions, Item, Lane, Progress, Retries, Then, dispatch};

/// Answers each request as the script says, which may take its time.
async fn scripted<F>(listener: TcpListener, script: impl Fn(String) -> F + Send + Sync + 'static)
where
    F: Future<Output = u16> + Send + 'static,
{
    let script = Arc::new(script);
    while let Ok((mut stream, _)) = listener.accept().await {
        let script = Arc::clone(&script);
        tokio::spawn(async move {
            while let Some(request) = read_request(&mut stream).await {
                let end = head_len(&request).unwrap();
                let body = String::from_utf8(request[end..].to_vec()).unwrap();
                let status = script(body).await;
                let answer = format!("HTTP/1.1 {status} Told\r\nContent-Length: 0\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
    }
}

fn options(concurrency: usize, times: u32) -> DispatchOptions {
    DispatchOptions {
        concurrency,
        retries: Retries {
            times,
            first_wait: Duration::from_millis(1),
            longest_wait: Duration::from_millis(2),
        },
        span: 64,
        max_waiting_bytes: 1 << 20,
    }
}

fn item(number: u64, lane: Option<&str>) -> Item {
    Item {
        number,
        lane: lane.map(Arc::from) as Lane,
        parcel: parcel(&number.to_string()),
    }
}

fn supply(items: Vec<Item>) -> mpsc::Receiver<Item> {
    let (sender, supply) = mpsc::channel(1);
    tokio::spawn(async move {
        for item in items {
            if sender.send(item).await.is_err() {
                break;
            }
        }
    });
    supply
}

/// Delivers everything, and tells what was said of it: number, attempt, what then.
async fn delivered(
    url: &str,
    options: DispatchOptions,
    supply: mpsc::Receiver<Item>,
) -> Vec<String> {
    let mut told = Vec::new();
    let tell = |progress| {
        told.push(match progress {
            Progress::Attempted {
                number,
                attempt,
                then,
                ..
            } => match then {
                Then::Delivered => format!("{number} delivered at {attempt}"),
                Then::Again(_) => format!("{number} again"),
                Then::Failed => format!("{number} failed at {attempt}"),
            },
            Progress::Paused(why) => format!("paused: {}", why.cause()),
            Progress::Resumed => "resumed".to_owned(),
        });
    };
    let poster = Arc::new(poster(url));
    dispatch(poster, options, supply, std::future::pending(), tell).await;
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn each_lane_is_in_order_however_long_the_target_takes_over_each() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::<u64>::new()));
    let sink = Arc::clone(&seen);
    tokio::spawn(scripted(listener, move |body| {
        let sink = Arc::clone(&sink);
        async move {
            let number: u64 = body.parse().unwrap();
            for _ in 0..fastrand::u32(..200) {
                tokio::task::yield_now().await;
            }
            // One in ten fails once, and must come again before its followers.
            let first = !sink.lock().unwrap().contains(&number);
            sink.lock().unwrap().push(number);
            if number.is_multiple_of(10) && first {
                503
            } else {
                200
            }
        }
    }));
    let lane_of = |number: u64| (!number.is_multiple_of(8)).then(|| (number % 8).to_string());
    let items = (1..=400).map(|number| item(number, lane_of(number).as_deref()));
    let told = delivered(&url, options(16, 5), supply(items.collect())).await;
    let done = told.iter().filter(|text| text.contains("delivered"));
    assert_eq!(done.count(), 400);
    let mut lanes: HashMap<String, Vec<u64>> = HashMap::new();
    for number in seen.lock().unwrap().iter() {
        if let Some(lane) = lane_of(*number) {
            lanes.entry(lane).or_default().push(*number);
        }
    }
    for numbers in lanes.values() {
        assert!(numbers.is_sorted(), "{numbers:?}");
    }
}

#[tokio::test]
async fn what_fails_to_the_end_is_passed_over_and_its_lane_goes_on() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(scripted(listener, |body| async move {
        if body == "1" { 500 } else { 200 }
    }));
    let items = vec![item(1, Some("a")), item(2, Some("a"))];
    let told = delivered(&url, options(4, 2), supply(items)).await;
    assert_eq!(
        told,
        ["1 again", "1 again", "1 failed at 3", "2 delivered at 1"]
    );
}

#[tokio::test]
async fn a_target_that_is_not_there_costs_no_attempt_and_is_found_when_it_is_back() {
    // Bound and not listening: the port is ours, and connections to it are refused.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}/", socket.local_addr().unwrap());
    let items = (1..=20).map(|number| item(number, None)).collect();
    let (paused, is_paused) = oneshot::channel();
    let mut paused = Some(paused);
    let mut told = Vec::new();
    let tell = |progress| match progress {
        Progress::Paused(_) => {
            paused.take().expect("said once").send(()).unwrap();
        }
        Progress::Resumed => told.push(0),
        Progress::Attempted {
            number,
            attempt,
            then,
            ..
        } => {
            assert_eq!((attempt, then), (1, Then::Delivered), "{number}");
            told.push(number);
        }
    };
    let poster = Arc::new(poster(&url));
    tokio::spawn(async move {
        is_paused.await.unwrap();
        scripted(socket.listen(16).unwrap(), |_| async { 200 }).await;
    });
    // No retries at all: a refused connection would be the end of it.
    dispatch(
        poster,
        options(4, 0),
        supply(items),
        std::future::pending(),
        tell,
    )
    .await;
    assert_eq!(told.remove(0), 0);
    told.sort_unstable();
    assert_eq!(told, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn nothing_runs_further_ahead_of_the_oldest_than_was_agreed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (release, released) = oneshot::channel::<()>();
    let released = Mutex::new(Some(released));
    let (seen, mut seeing) = mpsc::unbounded_channel::<u64>();
    tokio::spawn(scripted(listener, move |body| {
        let held = (body == "1").then(|| released.lock().unwrap().take().unwrap());
        let seen = seen.clone();
        async move {
            if let Some(held) = held {
                let _ = held.await;
            }
            let _ = seen.send(body.parse().unwrap());
            200
        }
    }));
    let items = (1..=200).map(|number| item(number, None)).collect();
    let told = tokio::spawn(async move {
        let options = DispatchOptions {
            span: 10,
            ..options(4, 0)
        };
        delivered(&url, options, supply(items)).await
    });
    // 2 to 11 go by the first one, and no more.
    for _ in 2..=11 {
        assert!(seeing.recv().await.unwrap() <= 11);
    }
    release.send(()).unwrap();
    assert_eq!(seeing.recv().await, Some(1));
    assert_eq!(told.await.unwrap().len(), 200);
}

#[tokio::test]
async fn told_to_finish_it_delivers_what_it_can_and_waits_for_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(scripted(listener, |body| async move {
        if body == "1" { 500 } else { 200 }
    }));
    let items = vec![item(1, Some("a")), item(2, Some("a")), item(3, None)];
    let mut told = Vec::new();
    let tell = |progress| {
        if let Progress::Attempted { number, then, .. } = progress {
            told.push((number, then == Then::Delivered));
        }
    };
    let mut options = options(1, 5);
    options.retries.first_wait = Duration::from_secs(3600);
    options.retries.longest_wait = Duration::from_secs(3600);
    let poster = Arc::new(poster(&url));
    dispatch(poster, options, supply(items), async { LONG }, tell).await;
    assert_eq!(told, [(1, false), (3, true)]);
}
