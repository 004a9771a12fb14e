//! What a bus must do, for both; and a class that is held by two servers.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use linguaglow_api::classroom::bus::{Bus, Heard, LocalBus, News, RedisBus, Subscription, What};
use test_support::redis::TestRedis;
use types::{
    classroom::{ClientMessage, Passing, Presence, Proposal},
    ids::{ClassRunId, TaskId, UserId},
};
use uuid::Uuid;

use crate::support::{
    Actor, Options, TestApp,
    restartable::Program,
    room::{Class, PATIENCE, Seat, equals_database, item, text},
};

fn news(node: Uuid, n: u128) -> News {
    let passing = Passing::Place { student: UserId(Uuid::from_u128(n)), task: TaskId(Uuid::nil()) };
    News { node, what: What::Passing { events: vec![passing] } }
}

fn number(news: &News) -> Option<u128> {
    match &news.what {
        What::Passing { events } => match events.first()? {
            Passing::Place { student, .. } => Some(student.0.as_u128()),
            Passing::Typing { .. } | Passing::Presence { .. } | Passing::Unknown => None,
        },
        What::Events { .. } | What::People { .. } | What::Lost {} | What::Unknown => None,
    }
}

/// The numbers that are heard until `last` is; gaps are told beside.
async fn numbers(ear: &mut Subscription, last: u128) -> (Vec<u128>, usize) {
    let (mut heard, mut gaps) = (Vec::new(), 0);
    tokio::time::timeout(PATIENCE, async {
        while heard.last() != Some(&last) {
            match ear.next().await {
                Heard::News(news) => match number(&news) {
                    Some(n) => heard.push(n),
                    None => gaps += usize::from(news.what == What::Lost {}),
                },
                Heard::Gap => gaps += 1,
            }
        }
    })
    .await
    .unwrap_or_else(|_| panic!("{last} is never heard, but {heard:?}"));
    (heard, gaps)
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    while !is_so() {
        assert!(Instant::now() < deadline, "never {what}");
        tick.tick().await;
    }
}

/// Two servers' ends of a bus; `restart` takes away what it runs on and brings it back.
async fn keeps_its_contract(one: Arc<dyn Bus>, other: Arc<dyn Bus>, restart: Option<&mut TestRedis>) {
    let (node, run, another) = (Uuid::now_v7(), ClassRunId(Uuid::now_v7()), ClassRunId(Uuid::now_v7()));
    until("it carries", || one.is_up() && other.is_up()).await;
    let (mut here, mut there) = (one.subscribe(run).await, other.subscribe(run).await);
    let mut elsewhere = other.subscribe(another).await;
    let all: Vec<u128> = (1..=300).collect();
    for n in &all {
        one.publish(run, news(node, *n));
    }
    // Everybody hears all of it, in order; the publisher's server, too.
    assert_eq!(numbers(&mut here, 300).await.0, all);
    assert_eq!(numbers(&mut there, 300).await.0, all);
    // Another run's news is not for here, and what is published from both ends arrives.
    other.publish(another, news(node, 7));
    assert_eq!(numbers(&mut elsewhere, 7).await.0, [7]);
    other.publish(run, news(node, 301));
    assert_eq!(numbers(&mut here, 301).await.0, [301]);
    // A subscription that ends ends alone.
    let second = other.subscribe(run).await;
    drop(second);
    one.publish(run, news(node, 302));
    assert_eq!(numbers(&mut there, 302).await.0, [301, 302]);
    // The last one ends, a new one begins.
    drop(there);
    let mut there = other.subscribe(run).await;
    until("subscribed again", || other.is_up()).await;
    until_heard(&one, &mut there, run, node, 1_000).await;

    let Some(redis) = restart else { return };
    redis.kill().unwrap();
    until("it is known to be away", || !one.is_up() && !other.is_up()).await;
    // Lost, but whoever listens is told that something was.
    one.publish(run, news(node, 2_000));
    let late = ClassRunId(Uuid::now_v7());
    let mut begun_without = other.subscribe(late).await;
    redis.start_again().unwrap();
    until("it carries again", || one.is_up() && other.is_up()).await;
    one.publish(run, news(node, 2_001));
    one.publish(late, news(node, 2_002));
    let (heard, gaps) = numbers(&mut there, 2_001).await;
    assert!(heard.contains(&2_001) && gaps >= 1, "{heard:?} with {gaps} gaps");
    assert_eq!(numbers(&mut begun_without, 2_002).await.0, [2_002]);
}

/// Publishes until it is heard: a subscription that was just renewed may miss the first.
async fn until_heard(from: &Arc<dyn Bus>, ear: &mut Subscription, run: ClassRunId, node: Uuid, first: u128) {
    let mut n = first;
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    loop {
        tokio::select! {
            heard = ear.next() => if let Heard::News(news) = heard
                && let Some(heard) = number(&news).filter(|heard| *heard >= first)
            {
                // What was published meanwhile is heard as well.
                if heard < n - 1 {
                    numbers(ear, n - 1).await;
                }
                return;
            },
            _ = tick.tick() => {
                assert!(n < first + 300, "never heard");
                from.publish(run, news(node, n));
                n += 1;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bus_in_one_process_keeps_its_contract() {
    let bus: Arc<dyn Bus> = Arc::new(LocalBus::default());
    keeps_its_contract(Arc::clone(&bus), bus, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bus_over_redis_keeps_its_contract_through_a_restart() {
    let mut redis = TestRedis::start().unwrap();
    let one: Arc<dyn Bus> = RedisBus::new(&redis.url(), Uuid::now_v7()).unwrap();
    let other: Arc<dyn Bus> = RedisBus::new(&redis.url(), Uuid::now_v7()).unwrap();
    keeps_its_contract(one, other, Some(&mut redis)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_class_is_held_by_two_servers() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let mut redis = TestRedis::start().unwrap();
    let settings =
        [("DATABASE_URL", test.database.url.as_str()), ("REDIS_URL", &redis.url()), ("DATABASE_CONNECTIONS", "8")];
    let (first, mut second) = (Program::start(&settings), Program::start(&settings));
    let class = Class::start_by(Actor { base: first.base(), ..test.teacher().await }).await;
    let mut teacher = Seat::enter(&class.teacher, class.run).await;
    // Joined at one server, in the room at the other.
    let ana = Actor { base: second.base(), ..class.guest("Ana").await };
    let mut seat = Seat::enter(&ana, class.run).await;
    let me = seat.me();
    teacher.until("Ana is here", |seat| seat.member(me).is_some_and(|m| m.presence == Presence::Here)).await;
    seat.socket.say(&ClientMessage::Typing { task: class.gaps, item: item("i1") }).await.unwrap();
    let typing = Passing::Typing { student: me, task: class.gaps, item: item("i1") };
    teacher.until("Ana types", |seat| seat.passing.contains(&typing)).await;
    seat.check(class.gaps, &[("i1", text("gone"))]).await.unwrap();
    teacher.until("the answer", |seat| seat.cell_of(me, class.gaps, "i1").is_some()).await;
    teacher.ask(Proposal::Lock { task: class.pairs, locked: true }).await.unwrap();
    seat.until("locked", |seat| seat.student().locked.contains(&class.pairs)).await;
    // Without Redis the rooms live on and read what they miss.
    redis.kill().unwrap();
    seat.check(class.gaps, &[("i1", text("go"))]).await.unwrap();
    teacher.until("the answer", |seat| seat.cell_of(me, class.gaps, "i1").is_some_and(|cell| cell.tries == 2)).await;
    teacher.ask(Proposal::Focus { task: class.gaps }).await.unwrap();
    seat.until("moved", |seat| seat.student().focus == Some(class.gaps)).await;
    redis.start_again().unwrap();
    seat.check(class.gaps, &[("i2", text("went"))]).await.unwrap();
    teacher.until("the answer", |seat| seat.cell_of(me, class.gaps, "i2").is_some()).await;
    // The server of one is killed: unheard for a while, they are gone; at the other server they go on.
    second.kill();
    teacher.until("Ana is gone", |seat| seat.member(me).unwrap().presence == Presence::Gone).await;
    seat.address.clone_from(&first.address);
    seat.actor.base = first.base();
    seat.come_back().await.unwrap();
    seat.check(class.gaps, &[("i2", text("walked"))]).await.unwrap();
    teacher.until("Ana is here", |seat| seat.member(me).unwrap().presence == Presence::Here).await;
    equals_database(&mut teacher, &test.app).await;
    drop((first, second));
    test.end().await;
}
