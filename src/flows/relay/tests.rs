//! Publisher and follower against an engine that fails on demand, on paused time.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tokio::sync::watch;
use tokio::task::LocalSet;
use tokio::time::sleep;

use super::address::RelayUrl;
use super::engine::RelayError;
use super::event::{FollowTotals, RelayEvent};
use super::fake::Fake;
use super::follower::{Beginning, FollowState, Followed, Follower, Store};
use super::message::{Sender, tests::capture};
use super::published::{Published, load};
use super::publisher::{Keeper, Progress, Publisher};
use super::turns::{Role as _, Turns};
use crate::catalog::Catalog;
use crate::journal::{AppendError, Journal, JournalOptions, LogInfo, SyncPolicy};
use crate::validation::Validation;

/// A source with its log, and followers, at one relay.
struct Team {
    fake: Fake,
    folder: tempfile::TempDir,
    log: LogInfo,
    safe: watch::Sender<u64>,
    stop: watch::Sender<bool>,
    validation: Validation,
    told: Arc<Mutex<Vec<RelayEvent>>>,
    url: RelayUrl,
    bodies: Vec<Vec<u8>>,
}

/// What a follower has, and what its disk does.
#[derive(Clone, Default)]
struct Disk {
    kept: Rc<RefCell<Vec<Followed>>>,
    is_full: Rc<RefCell<bool>>,
}

impl Store for Disk {
    async fn write(&mut self, captures: Vec<Followed>) -> Result<u64, AppendError> {
        tokio::task::yield_now().await;
        if *self.is_full.borrow() {
            return Err(AppendError::Closed);
        }
        let mut kept = self.kept.borrow_mut();
        let first = kept.len() as u64 + 1;
        kept.extend(captures);
        Ok(first)
    }
}

impl Disk {
    fn seqs(&self) -> Vec<u64> {
        self.kept
            .borrow()
            .iter()
            .map(|(_, from)| from.seq)
            .collect()
    }
}

impl Team {
    /// A log with captures of those bodies.
    fn new(bodies: Vec<Vec<u8>>) -> Team {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        let options = JournalOptions {
            sync: SyncPolicy::Os,
            ..JournalOptions::default()
        };
        let open = || Journal::open(&path, &options, |_| {}).unwrap();
        let journal = open();
        for body in &bodies {
            let mut capture = capture(body.clone());
            capture.received_at = chrono::Utc::now();
            drop(journal.append(capture));
        }
        journal.close();
        drop(journal);
        let log = open().info().clone();
        Team {
            fake: Fake::new(),
            folder,
            safe: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            log,
            validation: Validation::new(Arc::new(Catalog::embedded().unwrap())),
            told: Arc::default(),
            url: RelayUrl::parse("demo", None).unwrap(),
            bodies,
        }
    }

    fn of(captures: usize) -> Team {
        Team::new((1..=captures).map(|n| n.to_string().into_bytes()).collect())
    }

    fn turns(&self) -> Turns {
        let told = Arc::clone(&self.told);
        Turns::new(Box::new(move |event| told.lock().unwrap().push(event)))
    }

    fn told(&self) -> Vec<RelayEvent> {
        std::mem::take(&mut self.told.lock().unwrap())
    }

    /// A publisher that begins with the first capture, or where the last one ended.
    fn publisher(&self) -> Publisher<Fake> {
        let path = Published::path(&self.log.path, &self.url);
        let known = Published::load(&path).unwrap();
        Publisher {
            engine: self.fake.clone(),
            sender: Sender {
                project: "demo".to_owned(),
                source: "box-a".to_owned(),
                log: self.log.id,
                salt: None,
            },
            log: self.log.path.clone(),
            validation: self.validation.clone(),
            safe: self.safe.subscribe(),
            stop: self.stop.subscribe(),
            cursor: known.unwrap_or_else(|| Published::new(&self.url, "box-a", 1)),
            path,
            creates: true,
            takes_over: false,
            from: None,
            progress: Arc::new(Progress::default()),
            turns: self.turns(),
            keeper: Keeper::default(),
            newest: 0,
            notes: Vec::new(),
        }
    }

    /// A follower of all that the relay has.
    fn follower(&self, disk: &Disk) -> Follower<Fake, Disk> {
        let mut state = FollowState::default();
        for (_, from) in disk.kept.borrow().iter() {
            state.remember(from.clone());
        }
        let begun_path: PathBuf = self.folder.path().join("begun.json");
        Follower {
            engine: self.fake.clone(),
            store: disk.clone(),
            stream: "ENX_demo".to_owned(),
            log: self.folder.path().join("none.jsonl"),
            last_seq: 0,
            beginning: Beginning::All,
            begun: load(&begun_path).unwrap(),
            begun_path,
            stop: self.stop.subscribe(),
            turns: self.turns(),
            state,
        }
    }

    fn publish(&self) -> tokio::task::JoinHandle<()> {
        let mut publisher = self.publisher();
        tokio::task::spawn_local(async move { while publisher.turn().await.is_continue() {} })
    }

    fn follow(&self, disk: &Disk) -> tokio::task::JoinHandle<FollowTotals> {
        let mut follower = self.follower(disk);
        tokio::task::spawn_local(async move {
            while follower.turn().await.is_continue() {}
            follower.state.totals
        })
    }
}

async fn within<T>(run: impl Future<Output = T>) -> T {
    LocalSet::new().run_until(run).await
}

async fn seconds(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}

fn numbers(last: u64) -> Vec<u64> {
    (1..=last).collect()
}

#[tokio::test(start_paused = true)]
async fn captures_reach_a_follower_byte_for_byte_and_in_order() {
    let team = Team::new(vec![
        Vec::new(),
        b"{\"a\": 1}\xff\0".to_vec(),
        vec![7; 100_000],
    ]);
    team.fake.change(|state| state.max_payload = 20_000);
    let disk = Disk::default();
    within(async {
        let _running = (team.publish(), team.follow(&disk));
        for last in 1..=3 {
            team.safe.send_replace(last);
            seconds(1).await;
        }
    })
    .await;
    let kept = disk.kept.borrow();
    let bodies: Vec<_> = kept
        .iter()
        .map(|(capture, _)| capture.body.to_vec())
        .collect();
    assert!(bodies == team.bodies);
    assert_eq!(kept[0].0.headers, capture("").headers);
    assert_eq!(team.fake.seqs().len(), 2 + 12);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_down_is_waited_for_and_told_of_once() {
    let team = Team::of(3);
    team.safe.send_replace(3);
    team.fake.change(|state| state.is_up = false);
    within(async {
        let _running = team.publish();
        seconds(60).await;
        let told = team.told();
        assert!(
            matches!(&told[..], [RelayEvent::Waiting { .. }]),
            "{told:?}"
        );
        team.fake.change(|state| state.is_up = true);
        seconds(11).await;
        assert_eq!(team.fake.seqs(), [1, 2, 3]);
        assert!(matches!(&team.told()[..], [RelayEvent::Connected { .. }]));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_tail_that_was_acknowledged_and_lost_is_published_again() {
    let team = Team::of(9);
    let disk = Disk::default();
    within(async {
        let _running = (team.publish(), team.follow(&disk));
        team.safe.send_replace(6);
        seconds(1).await;
        team.fake.roll_back(3);
        team.safe.send_replace(9);
        seconds(20).await;
    })
    .await;
    assert_eq!(team.fake.seqs(), numbers(9));
    assert_eq!(disk.seqs(), numbers(9));
}

#[tokio::test(start_paused = true)]
async fn a_deleted_stream_is_created_anew_with_all_that_the_log_keeps() {
    let team = Team::of(6);
    let disk = Disk::default();
    within(async {
        let _running = (team.publish(), team.follow(&disk));
        team.safe.send_replace(4);
        seconds(1).await;
        team.fake.delete();
        // Nothing is published meanwhile: it looks now and then.
        seconds(60).await;
        assert_eq!(team.fake.seqs(), numbers(4));
        team.fake.delete();
        team.safe.send_replace(6);
        seconds(20).await;
        team.fake.cut();
        seconds(20).await;
    })
    .await;
    assert_eq!(team.fake.seqs(), numbers(6));
    assert_eq!(disk.seqs(), numbers(6));
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_of_what_was_purged_is_not_taken_for_published() {
    let team = Team::of(5);
    within(async {
        let running = team.publish();
        team.safe.send_replace(5);
        seconds(1).await;
        team.fake.purge();
        seconds(20).await;
        // It was removed on purpose.
        assert!(team.fake.seqs().is_empty());
        running.abort();
        let mut publisher = team.publisher();
        publisher.from = Some(1);
        tokio::task::spawn_local(async move { while publisher.turn().await.is_continue() {} });
        seconds(20).await;
        let told = team.told();
        assert!(
            told.iter().any(|event| matches!(event, RelayEvent::Waiting { why } if why.to_string().contains("duplicate"))),
            "{told:?}"
        );
    })
    .await;
    assert_eq!(team.fake.seqs(), numbers(5));
}

#[tokio::test(start_paused = true)]
async fn what_a_full_engine_refuses_is_kept_and_comes_in_order() {
    let team = Team::of(8);
    let disk = Disk::default();
    team.fake.change(|state| state.refuses = Some((3, 2)));
    within(async {
        let _running = (team.publish(), team.follow(&disk));
        team.safe.send_replace(8);
        seconds(20).await;
    })
    .await;
    assert_eq!(team.fake.seqs(), [1, 2, 3, 6, 7, 8, 4, 5]);
    assert_eq!(disk.seqs(), numbers(8));
    let told = team.told();
    assert!(
        !told.iter().any(|event| matches!(event, RelayEvent::Gap(_))),
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_came_behind_later_ones_is_published_again_when_only_it_is_lost() {
    let team = Team::of(8);
    let disk = Disk::default();
    team.fake.change(|state| state.refuses = Some((2, 1)));
    within(async {
        let running = team.publish();
        team.safe.send_replace(6);
        seconds(5).await;
        assert_eq!(team.fake.seqs(), [1, 2, 4, 5, 6, 3]);
        running.abort();
        team.fake.roll_back(1);
        let _running = (team.publish(), team.follow(&disk));
        team.safe.send_replace(8);
        seconds(20).await;
    })
    .await;
    assert_eq!(team.fake.seqs(), [1, 2, 4, 5, 6, 3, 7, 8]);
    assert_eq!(disk.seqs(), numbers(8));
}

#[tokio::test(start_paused = true)]
async fn a_name_under_which_another_log_was_published_is_refused_unless_it_is_taken_over() {
    let (team, other) = (Team::of(3), Team::of(5));
    let disk = Disk::default();
    within(async {
        let running = team.publish();
        team.safe.send_replace(3);
        seconds(1).await;
        running.abort();
        let mut publisher = other.publisher();
        publisher.engine = team.fake.clone();
        other.safe.send_replace(5);
        assert!(publisher.turn().await.is_continue());
        let told = other.told();
        assert!(
            matches!(&told[..], [RelayEvent::Waiting { why }] if why.to_string().starts_with("another log was published as box-a until 20")),
            "{told:?}"
        );
        publisher.takes_over = true;
        tokio::task::spawn_local(async move { while publisher.turn().await.is_continue() {} });
        team.follow(&disk);
        seconds(20).await;
    })
    .await;
    assert_eq!(team.fake.seqs(), [1, 2, 3, 1, 2, 3, 4, 5]);
    assert_eq!(disk.seqs(), [1, 2, 3, 1, 2, 3, 4, 5]);
}

#[tokio::test(start_paused = true)]
async fn of_two_listeners_that_began_under_one_name_one_refuses() {
    let (team, other) = (Team::of(3), Team::of(3));
    within(async {
        let mut publisher = other.publisher();
        publisher.engine = team.fake.clone();
        let _running = team.publish();
        tokio::task::spawn_local(async move { while publisher.turn().await.is_continue() {} });
        seconds(1).await;
        team.safe.send_replace(3);
        other.safe.send_replace(3);
        seconds(40).await;
        let told = [team.told(), other.told()].concat();
        let refused = told.iter().filter(|event| {
            matches!(
                event,
                RelayEvent::Waiting {
                    why: RelayError::OtherLog(_)
                }
            )
        });
        assert_eq!(refused.count(), 1, "{told:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_hangs_is_given_up_and_tried_again() {
    let team = Team::of(2);
    team.safe.send_replace(1);
    within(async {
        let _running = team.publish();
        seconds(1).await;
        team.fake.change(|state| state.hangs = true);
        team.safe.send_replace(2);
        seconds(30).await;
        let told = team.told();
        assert_eq!(
            told.last(),
            Some(&RelayEvent::Waiting {
                why: super::RelayError::TimedOut(Duration::from_secs(5))
            })
        );
        team.fake.change(|state| state.hangs = false);
        seconds(20).await;
    })
    .await;
    assert_eq!(team.fake.seqs(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_stops_a_follower_and_loses_nothing() {
    let team = Team::of(20);
    let disk = Disk::default();
    within(async {
        let _running = (team.publish(), team.follow(&disk));
        team.safe.send_replace(5);
        seconds(1).await;
        disk.is_full.replace(true);
        team.safe.send_replace(20);
        seconds(30).await;
        assert_eq!(disk.seqs(), numbers(5));
        disk.is_full.replace(false);
        seconds(2).await;
    })
    .await;
    assert_eq!(disk.seqs(), numbers(20));
    let told = team.told();
    let problems = told
        .iter()
        .filter(|event| matches!(event, RelayEvent::Problem(_)));
    assert_eq!(problems.count(), 1, "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_kept_any_more_is_named() {
    let team = Team::of(9);
    let disk = Disk::default();
    within(async {
        let _running = team.publish();
        let running = team.follow(&disk);
        team.safe.send_replace(2);
        seconds(1).await;
        running.abort();
        team.safe.send_replace(9);
        seconds(1).await;
        team.fake.expire(5);
        team.told();
        let _running = team.follow(&disk);
        seconds(6).await;
        let told = team.told();
        assert!(told.contains(&RelayEvent::Expired { count: 3 }), "{told:?}");
        let gap = super::Gap {
            source: "box-a".to_owned(),
            first: 3,
            last: 5,
            count: 3,
        };
        assert!(told.contains(&RelayEvent::Gap(gap)), "{told:?}");
    })
    .await;
    assert_eq!(disk.seqs(), [1, 2, 6, 7, 8, 9]);
}

/// Something that goes wrong.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Cut,
    RollBack(usize),
    Delete,
    Refuse(usize, usize),
    Down,
    Hang,
    KillSource,
    KillFollower,
    FullDisk,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        3 => Just(Fault::Cut),
        2 => (0..12_usize).prop_map(Fault::RollBack),
        1 => Just(Fault::Delete),
        2 => (0..4_usize, 1..4_usize).prop_map(|(after, many)| Fault::Refuse(after, many)),
        1 => Just(Fault::Down),
        1 => Just(Fault::Hang),
        3 => Just(Fault::KillSource),
        3 => Just(Fault::KillFollower),
        1 => Just(Fault::FullDisk),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Faults of the engine in any order, with captures that arrive meanwhile: in the end each one
    /// is in the follower's log once, and none is called missing.
    #[test]
    fn whatever_fails_each_capture_comes_once(
        faults in prop::collection::vec((fault(), 1..6_u64, 0..9_000_u64), 1..12),
        lengths in prop::collection::vec(prop_oneof![4 => 0..200_usize, 1 => 0..40_000_usize], 60),
    ) {
        let team = Team::new(lengths.iter().map(|length| vec![b'x'; *length]).collect());
        team.fake.change(|state| state.max_payload = 12_000);
        let disk = Disk::default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(within(async {
            let (mut source, mut follower) = (team.publish(), team.follow(&disk));
            for (fault, captures, pause) in faults {
                team.safe.send_modify(|safe| *safe = (*safe + captures).min(60));
                sleep(Duration::from_millis(pause)).await;
                match fault {
                    Fault::Cut => team.fake.cut(),
                    Fault::RollBack(lost) => team.fake.roll_back(lost),
                    Fault::Delete => team.fake.delete(),
                    Fault::Refuse(after, many) => team.fake.change(|state| state.refuses = Some((after, many))),
                    Fault::Down => {
                        team.fake.change(|state| state.is_up = false);
                        team.fake.cut();
                        sleep(Duration::from_millis(pause)).await;
                        team.fake.change(|state| state.is_up = true);
                    }
                    Fault::Hang => {
                        team.fake.change(|state| state.hangs = true);
                        sleep(Duration::from_millis(pause)).await;
                        team.fake.change(|state| state.hangs = false);
                    }
                    Fault::KillSource => {
                        source.abort();
                        let _ = source.await;
                        source = team.publish();
                    }
                    Fault::KillFollower => {
                        follower.abort();
                        let _ = follower.await;
                        follower = team.follow(&disk);
                    }
                    Fault::FullDisk => {
                        disk.is_full.replace(true);
                        sleep(Duration::from_millis(pause)).await;
                        disk.is_full.replace(false);
                    }
                }
            }
            team.safe.send_replace(60);
            seconds(120).await;
            team.fake.cut();
            seconds(120).await;
        }));
        let mut seqs = disk.seqs();
        prop_assert_eq!(seqs.len(), 60, "{:?}", seqs);
        seqs.sort_unstable();
        prop_assert_eq!(seqs, numbers(60));
        for (capture, from) in disk.kept.borrow().iter() {
            let at = usize::try_from(from.seq - 1).unwrap();
            prop_assert_eq!(&capture.body[..], &team.bodies[at][..]);
        }
    }
}
