//! The contract of a bus, tested for both implementations, and a class on two servers.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use linguaglow_api::classroom::bus::{Bus, BusEvent, BusMessage, LocalBus, Payload, RedisBus, Subscription};
use test_support::redis::TestRedis;
use types::{
    classroom::{ClientMessage, Passing, Presence, Proposal},
    ids::{ClassRunId, TaskId, UserId},
};
use uuid::Uuid;

use crate::support::{
    Actor, Options, TestApp,
    restartable::Program,
    room::{Class, PATIENCE, RoomClient, equals_database, item, text},
};

fn message(node: Uuid, n: u128) -> BusMessage {
    let passing = Passing::Place { student: UserId(Uuid::from_u128(n)), task: TaskId(Uuid::nil()) };
    BusMessage { node, payload: Payload::Passing { events: vec![passing] } }
}

fn number(message: &BusMessage) -> Option<u128> {
    match &message.payload {
        Payload::Passing { events } => match events.first()? {
            Passing::Place { student, .. } => Some(student.0.as_u128()),
            Passing::Typing { .. } | Passing::Presence { .. } | Passing::Unknown => None,
        },
        Payload::Events { .. } | Payload::People { .. } | Payload::Lost {} | Payload::Unknown => None,
    }
}

/// The numbers received until `last` arrives, and how many gaps were reported.
async fn numbers(subscription: &mut Subscription, last: u128) -> (Vec<u128>, usize) {
    let (mut received, mut gaps) = (Vec::new(), 0);
    tokio::time::timeout(PATIENCE, async {
        while received.last() != Some(&last) {
            match subscription.next().await {
                BusEvent::Message(message) => match number(&message) {
                    Some(n) => received.push(n),
                    None => gaps += usize::from(message.payload == Payload::Lost {}),
                },
                BusEvent::Gap => gaps += 1,
            }
        }
    })
    .await
    .unwrap_or_else(|_| panic!("{last} never arrives, but {received:?}"));
    (received, gaps)
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    while !is_so() {
        assert!(Instant::now() < deadline, "never {what}");
        tick.tick().await;
    }
}

/// Tests the contract with two servers' ends of a bus; `restart` is the Redis to kill and start again.
async fn keeps_its_contract(one: Arc<dyn Bus>, other: Arc<dyn Bus>, restart: Option<&mut TestRedis>) {
    let (node, run, another) = (Uuid::now_v7(), ClassRunId(Uuid::now_v7()), ClassRunId(Uuid::now_v7()));
    until("it carries", || one.is_up() && other.is_up()).await;
    let (mut here, mut there) = (one.subscribe(run).await, other.subscribe(run).await);
    let mut elsewhere = other.subscribe(another).await;
    let all: Vec<u128> = (1..=300).collect();
    for n in &all {
        one.publish(run, message(node, *n));
    }
    // Every subscriber receives all messages in order, including the publisher's server.
    assert_eq!(numbers(&mut here, 300).await.0, all);
    assert_eq!(numbers(&mut there, 300).await.0, all);
    // Messages of another run don't arrive here, and messages published at either end do.
    other.publish(another, message(node, 7));
    assert_eq!(numbers(&mut elsewhere, 7).await.0, [7]);
    other.publish(run, message(node, 301));
    assert_eq!(numbers(&mut here, 301).await.0, [301]);
    // Ending one subscription doesn't affect another.
    let second = other.subscribe(run).await;
    drop(second);
    one.publish(run, message(node, 302));
    assert_eq!(numbers(&mut there, 302).await.0, [301, 302]);
    // The last subscription ends and a new one begins.
    drop(there);
    let mut there = other.subscribe(run).await;
    until("subscribed again", || other.is_up()).await;
    until_heard(&one, &mut there, run, node, 1_000).await;

    let Some(redis) = restart else { return };
    redis.kill().unwrap();
    until("it is known to be away", || !one.is_up() && !other.is_up()).await;
    // The message is lost, but subscribers are notified of a loss.
    one.publish(run, message(node, 2_000));
    let late = ClassRunId(Uuid::now_v7());
    let mut begun_without = other.subscribe(late).await;
    redis.start_again().unwrap();
    until("it carries again", || one.is_up() && other.is_up()).await;
    one.publish(run, message(node, 2_001));
    one.publish(late, message(node, 2_002));
    let (received, gaps) = numbers(&mut there, 2_001).await;
    assert!(received.contains(&2_001) && gaps >= 1, "{received:?} with {gaps} gaps");
    assert_eq!(numbers(&mut begun_without, 2_002).await.0, [2_002]);
}

/// Publishes until a message arrives: a subscription that was just renewed may miss the first.
async fn until_heard(from: &Arc<dyn Bus>, subscription: &mut Subscription, run: ClassRunId, node: Uuid, first: u128) {
    let mut n = first;
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    loop {
        tokio::select! {
            event = subscription.next() => if let BusEvent::Message(message) = event
                && let Some(received) = number(&message).filter(|received| *received >= first)
            {
                // Receive what was published in the meantime as well.
                if received < n - 1 {
                    numbers(subscription, n - 1).await;
                }
                return;
            },
            _ = tick.tick() => {
                assert!(n < first + 300, "no message arrives");
                from.publish(run, message(node, n));
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
    let mut teacher = RoomClient::enter(&class.teacher, class.run).await;
    // Joined at one server, in the room on the other.
    let ana = Actor { base: second.base(), ..class.guest("Ana").await };
    let mut client = RoomClient::enter(&ana, class.run).await;
    let me = client.me();
    teacher.until("Ana is here", |client| client.member(me).is_some_and(|m| m.presence == Presence::Here)).await;
    client.socket.say(&ClientMessage::Typing { task: class.gaps, item: item("i1") }).await.unwrap();
    let typing = Passing::Typing { student: me, task: class.gaps, item: item("i1") };
    teacher.until("Ana types", |client| client.passing.contains(&typing)).await;
    client.check(class.gaps, &[("i1", text("gone"))]).await.unwrap();
    teacher.until("the answer", |client| client.cell_of(me, class.gaps, "i1").is_some()).await;
    teacher.ask(Proposal::Lock { task: class.pairs, locked: true }).await.unwrap();
    client.until("locked", |client| client.student().locked.contains(&class.pairs)).await;
    // Without Redis the rooms keep working and read what they miss.
    redis.kill().unwrap();
    client.check(class.gaps, &[("i1", text("go"))]).await.unwrap();
    teacher
        .until("the answer", |client| client.cell_of(me, class.gaps, "i1").is_some_and(|cell| cell.tries == 2))
        .await;
    teacher.ask(Proposal::Focus { task: class.gaps }).await.unwrap();
    client.until("moved", |client| client.student().focus == Some(class.gaps)).await;
    redis.start_again().unwrap();
    client.check(class.gaps, &[("i2", text("went"))]).await.unwrap();
    teacher.until("the answer", |client| client.cell_of(me, class.gaps, "i2").is_some()).await;
    // Kill the server of one student: after a while without heartbeats they are gone, then continue on the other
    // server.
    second.kill();
    teacher.until("Ana is gone", |client| client.member(me).unwrap().presence == Presence::Gone).await;
    client.address.clone_from(&first.address);
    client.actor.base = first.base();
    client.come_back().await.unwrap();
    client.check(class.gaps, &[("i2", text("walked"))]).await.unwrap();
    teacher.until("Ana is here", |client| client.member(me).unwrap().presence == Presence::Here).await;
    equals_database(&mut teacher, &test.app).await;
    drop((first, second));
}
