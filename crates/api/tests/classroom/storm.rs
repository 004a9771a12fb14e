//! A class in a storm: sockets are cut at random, the network of some students stalls, the server is killed, Redis
//! restarts. Every acked answer must be in the database exactly once, every unacked one after the student returns, and
//! the teacher's room must equal the database.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rand::{Rng, SeedableRng, rngs::StdRng};
use test_support::redis::TestRedis;
use tokio::time::{sleep, sleep_until, timeout};
use types::{
    classroom::{ClientMessage, Proposal},
    ids::{ClassRunId, ProposalId},
};
use uuid::Uuid;

use crate::support::{
    Actor, Options, TestApp,
    proxy::{Network, Proxy},
    restartable::Program,
    room::{Class, RoomClient, check, lasting, pretty, text},
};

/// What happens during the storm.
struct Plan {
    students: usize,
    /// How long students keep answering.
    lasts: Duration,
    /// Longest pause between two answers of one student.
    pause: Duration,
    /// One in this many answers is followed by a cut.
    cut_one_in: u32,
    /// How long the network of some students stalls, in the middle of the storm.
    held: Duration,
    kills: u32,
    redis_restarts: u32,
}

/// A student's page, with a journal of unacked proposals in order.
struct Student {
    client: RoomClient,
    journal: Vec<(ProposalId, Proposal)>,
    made: Vec<ProposalId>,
    acked: HashSet<ProposalId>,
    rng: StdRng,
    connected: bool,
}

impl Student {
    /// Reconnects and sends the proposals that were not acked.
    async fn come_back(&mut self) {
        let mut pause = Duration::from_millis(50);
        while !self.connected {
            let back = timeout(Duration::from_secs(6), async {
                self.client.come_back().await?;
                for (id, what) in &self.journal {
                    self.client.socket.say(&ClientMessage::Propose { id: *id, what: what.clone() }).await?;
                }
                Ok::<_, tokio_tungstenite::tungstenite::Error>(())
            })
            .await;
            self.connected = matches!(back, Ok(Ok(())));
            if !self.connected {
                // Jittered, as in the browser.
                sleep(pause.mul_f64(self.rng.random_range(0.5..1.5))).await;
                pause = (pause * 2).min(Duration::from_secs(2));
            }
        }
    }

    fn settle(&mut self) {
        let client = &self.client;
        assert!(client.refused.is_empty(), "{:?}", client.refused);
        self.acked.extend(self.journal.iter().map(|(id, _)| *id).filter(|id| client.acked.contains_key(id)));
        self.journal.retain(|(id, _)| !client.acked.contains_key(id));
    }

    /// Reads until `deadline`. The connection may end in the meantime, or be silent because the network stalls.
    async fn read_until(&mut self, deadline: tokio::time::Instant) {
        let message = tokio::select! {
            message = self.client.socket.next() => message,
            () = sleep_until(deadline) => return,
        };
        match message {
            Some(message) => self.client.take(message),
            None => self.connected = false,
        }
        self.settle();
    }

    async fn answer(mut self, plan: Arc<Plan>, class: Arc<Class>, over: Arc<AtomicBool>) -> Self {
        let mut heard = Instant::now();
        while !over.load(Ordering::Acquire) || !self.journal.is_empty() {
            if !self.connected {
                self.come_back().await;
                heard = Instant::now();
            }
            if !over.load(Ordering::Acquire) && self.journal.len() < 30 {
                let id = ProposalId(Uuid::now_v7());
                let word = if self.rng.random_bool(0.5) { "go".to_owned() } else { format!("w{}", self.made.len()) };
                let item = if self.rng.random_bool(0.5) { "i1" } else { "i2" };
                let what = check(class.gaps, &[(item, text(&word))]);
                self.made.push(id);
                self.journal.push((id, what.clone()));
                let message = ClientMessage::Propose { id, what };
                let said = self.client.socket.say(&message);
                self.connected = matches!(timeout(Duration::from_secs(3), said).await, Ok(Ok(())));
                if self.connected && self.rng.random_ratio(1, plan.cut_one_in) {
                    self.cut().await;
                    continue;
                }
            }
            let pause = plan.pause.mul_f64(self.rng.random_range(0.1..1.0));
            let until = tokio::time::Instant::now() + pause;
            let before = self.journal.len();
            while self.connected && tokio::time::Instant::now() < until {
                self.read_until(until).await;
            }
            if self.journal.len() < before || self.journal.is_empty() {
                heard = Instant::now();
            }
            // No ack for a long time: consider the connection dead, as the browser does.
            if heard.elapsed() > Duration::from_secs(6) {
                self.cut().await;
                heard = Instant::now();
            }
        }
        self
    }

    async fn cut(&mut self) {
        self.connected = false;
        // Replace the socket that is cut by one that leads nowhere.
        if let Ok(nowhere) = crate::support::room::nowhere().await {
            std::mem::replace(&mut self.client.socket, nowhere).cut();
        }
    }
}

/// The teacher's page: follows the room and reconnects when it must.
async fn follow(mut teacher: RoomClient, over: Arc<AtomicBool>) -> RoomClient {
    let mut connected = true;
    while !over.load(Ordering::Acquire) {
        if !connected {
            connected = matches!(timeout(Duration::from_secs(5), teacher.come_back()).await, Ok(Ok(())));
            if !connected {
                sleep(Duration::from_millis(100)).await;
            }
            continue;
        }
        match timeout(Duration::from_millis(200), teacher.socket.next()).await {
            Ok(Some(message)) => teacher.take(message),
            Ok(None) => connected = false,
            Err(_) => {}
        }
    }
    if !connected {
        teacher.come_back().await.expect("the server is there at the end");
    }
    teacher
}

async fn blow(plan: Plan) {
    let plan = Arc::new(plan);
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let mut redis = TestRedis::start().unwrap();
    let settings =
        [("DATABASE_URL", test.database.url.as_str()), ("REDIS_URL", &redis.url()), ("DATABASE_CONNECTIONS", "8")];
    // The servers are killed in turn, so that the teacher's is second.
    let (mut second, mut first) = (Program::start(&settings), Program::start(&settings));
    let class = Arc::new(Class::start_by(Actor { base: second.base(), ..test.teacher().await }).await);
    let over = Arc::new(AtomicBool::new(false));
    let teacher = RoomClient::enter(&class.teacher, class.run).await;
    let teacher = tokio::spawn(follow(teacher, Arc::clone(&over)));
    let proxy = Proxy::before(&first.address).await;
    let mut students = Vec::new();
    for n in 0..plan.students {
        let guest = class.guest(&format!("Student {n}")).await;
        // Every third student is behind the network that stalls.
        let (base, address) = match n % 3 {
            0 => (first.base(), proxy.address.clone()),
            1 => (first.base(), first.address.clone()),
            _ => (second.base(), second.address.clone()),
        };
        let client = RoomClient::enter_through(&address, &Actor { base, ..guest }, class.run).await;
        let student = Student {
            client,
            journal: Vec::new(),
            made: Vec::new(),
            acked: HashSet::new(),
            rng: StdRng::seed_from_u64(n as u64),
            connected: true,
        };
        students.push(tokio::spawn(student.answer(Arc::clone(&plan), Arc::clone(&class), Arc::clone(&over))));
    }
    let began = Instant::now();
    let rest = plan.lasts.saturating_sub(plan.held);
    let blows = plan.kills + plan.redis_restarts + 1;
    for n in 0..plan.kills.max(plan.redis_restarts) {
        if n < plan.kills {
            sleep(rest / blows).await;
            println!("{:?} server {} is killed", began.elapsed(), n % 2);
            let server = if n % 2 == 0 { &mut first } else { &mut second };
            server.kill();
            server.start_again();
        }
        if n < plan.redis_restarts {
            sleep(rest / blows).await;
            println!("{:?} Redis restarts", began.elapsed());
            redis.kill().unwrap();
            sleep(Duration::from_millis(500)).await;
            redis.start_again().unwrap();
        }
        if n == 0 {
            println!("{:?} the network of some is held for {:?}", began.elapsed(), plan.held);
            proxy.set(Network::Held);
            sleep(plan.held).await;
            proxy.cut();
            proxy.set(Network::Up);
        }
    }
    sleep(rest / blows).await;
    over.store(true, Ordering::Release);
    let calm = Instant::now();
    let mut made: HashMap<ProposalId, bool> = HashMap::new();
    for student in students {
        let student = timeout(Duration::from_secs(90), student).await.expect("everything is acked").unwrap();
        made.extend(student.made.iter().map(|id| (*id, student.acked.contains(id))));
    }
    println!("{:?} to the last ack after the storm, {} answers", calm.elapsed(), made.len());
    assert!(made.values().all(|acked| *acked));
    let counts = count_attempts(&test, class.run).await;
    let wrong: Vec<_> = made.keys().filter(|id| counts.get(id) != Some(&1)).collect();
    assert!(
        wrong.is_empty() && counts.len() == made.len(),
        "{} wrong, {} for {}",
        wrong.len(),
        counts.len(),
        made.len()
    );

    let mut teacher = teacher.await.unwrap();
    let stored = test.app.store.room(class.run).await.unwrap().room;
    let seen = Instant::now();
    teacher.until("as far as the database", |client| client.upto() >= stored.upto).await;
    println!("{:?} until the teacher's room equals the database", seen.elapsed());
    pretty(&lasting(teacher.teacher()), &lasting(&stored));
    drop((second, first));
}

/// The number of attempts stored for each proposal.
async fn count_attempts(test: &TestApp, run: ClassRunId) -> HashMap<ProposalId, u32> {
    let mut counts = HashMap::new();
    for proposal in test.app.store.attempted(run).await.unwrap() {
        *counts.entry(proposal).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_storm_loses_nothing() {
    blow(Plan {
        students: 9,
        lasts: Duration::from_secs(12),
        pause: Duration::from_millis(200),
        cut_one_in: 15,
        held: Duration::from_secs(3),
        kills: 1,
        redis_restarts: 1,
    })
    .await;
}

/// Run by `just storm`; takes minutes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: just storm"]
async fn a_long_storm_loses_nothing() {
    blow(Plan {
        students: 30,
        lasts: Duration::from_secs(240),
        pause: Duration::from_millis(400),
        cut_one_in: 25,
        held: Duration::from_secs(120),
        kills: 2,
        redis_restarts: 2,
    })
    .await;
}
