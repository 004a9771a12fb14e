//! A person in a room: a real socket, and the room as the browser would build it.

use std::{collections::HashMap, time::Duration};

use chrono::Utc;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Error, Message, client::IntoClientRequest, protocol::WebSocketConfig},
};
use types::{
    classroom::{
        Answer, Cell, ClassInfo, ClientMessage, InvitationInfo, Joined, Member, PROTOCOL, Passing, Proposal, Refusal,
        Room, ServerMessage, StudentRoom, TeacherRoom,
    },
    ids::{ClassRunId, ItemId, ProposalId, TaskId, UserId},
};
use uuid::Uuid;

use super::{Actor, TestApp, matching};

/// Longer than anything here takes.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub fn item(text: &str) -> ItemId {
    ItemId::new(text).unwrap()
}

/// A gap task: the keys are "go" for `i1` and "went" for `i2`.
pub fn gaps() -> Value {
    json!({"kind": "gap_fill", "content": {"parts": [
        {"text": "I "}, {"gap": {"id": "i1", "key": "go"}}, {"text": " there. I "},
        {"gap": {"id": "i2", "key": "went", "variants": ["walked"]}}, {"text": "."}
    ]}})
}

/// A class started by a teacher, with a matching task and a gap task.
pub struct Class {
    pub teacher: Actor,
    pub info: ClassInfo,
    pub run: ClassRunId,
    pub lesson: String,
    pub pairs: TaskId,
    pub gaps: TaskId,
}

impl Class {
    pub async fn start(test: &TestApp) -> Self {
        Self::start_by(test.teacher().await).await
    }

    pub async fn start_by(teacher: Actor) -> Self {
        let (lesson, section) = teacher.lesson().await;
        let task = async |title: &str, body: Value| -> TaskId {
            let path = format!("/api/v1/lessons/{lesson}/tasks");
            let made = teacher.post(&path, json!({"section_id": section, "title": title, "body": body})).await;
            made.expect(201).json()["id"].as_str().unwrap().parse().unwrap()
        };
        let (pairs, gaps) = (task("Pairs", matching()).await, task("Gaps", gaps()).await);
        let body = json!({"id": Uuid::now_v7(), "lesson_id": lesson});
        let info: ClassInfo = teacher.post("/api/v1/classes", body).await.expect(201).read();
        let run = info.open_run.unwrap();
        Self { teacher, info, run, lesson, pairs, gaps }
    }

    pub fn code(&self) -> String {
        self.info.invitation.as_ref().unwrap().code.clone()
    }

    /// A guest who has joined the class.
    pub async fn guest(&self, name: &str) -> Actor {
        join_as_guest(&self.teacher, &self.code(), name).await
    }
}

/// The value of the session cookie in a response.
pub fn cookie_of(answer: &super::Answer) -> String {
    let header = answer.headers["set-cookie"].to_str().unwrap();
    header.split(';').next().unwrap().split_once('=').unwrap().1.to_owned()
}

/// Joins from the same machine as `beside`, but as nobody it knows.
pub async fn join_as_guest(beside: &Actor, code: &str, name: &str) -> Actor {
    let nobody = Actor { cookie: None, token: None, me: None, ..beside.clone() };
    let info: InvitationInfo = nobody.get(&format!("/api/v1/invitations/{code}")).await.expect(200).read();
    assert!(!info.member);
    let answer = nobody.post(&format!("/api/v1/invitations/{code}/members"), json!({"name": name})).await.expect(201);
    let joined: Joined = answer.read();
    assert!(joined.me.guest && joined.class == info.class);
    Actor { cookie: Some(cookie_of(&answer)), me: Some(joined.me), ..nobody }
}

/// A raw socket.
pub struct Socket {
    ws: WebSocketStream<TcpStream>,
    /// The close code.
    pub code: Option<u16>,
}

impl Socket {
    /// Opens a socket through `address`, which may be a proxy's.
    pub async fn open(address: &str, actor: &Actor, run: ClassRunId) -> Result<Self, Error> {
        let mut request = format!("ws://{}/api/v1/runs/{run}/socket", actor.base.trim_start_matches("http://"))
            .into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("Origin", actor.base.parse().unwrap());
        if let Some(cookie) = &actor.cookie {
            headers.insert("Cookie", format!("lg_session={cookie}").parse().unwrap());
        }
        Self::open_with(address, request).await
    }

    pub async fn open_with(
        address: &str,
        request: tokio_tungstenite::tungstenite::handshake::client::Request,
    ) -> Result<Self, Error> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let config = WebSocketConfig::default();
        let opened = timeout(Duration::from_secs(5), client_async_with_config(request, stream, Some(config))).await;
        let (ws, _) = opened.map_err(|_| Error::ConnectionClosed)??;
        Ok(Self { ws, code: None })
    }

    pub async fn send(&mut self, message: Message) -> Result<(), Error> {
        self.ws.send(message).await
    }

    pub async fn say(&mut self, message: &ClientMessage) -> Result<(), Error> {
        self.send(Message::text(serde_json::to_string(message).unwrap())).await
    }

    pub async fn hello(&mut self, has: Option<(ClassRunId, u64)>) -> Result<(), Error> {
        let (epoch, upto) = has.unzip();
        self.say(&ClientMessage::Hello { protocol: PROTOCOL, epoch, upto }).await
    }

    /// The next message; `None` once the socket is closed.
    pub async fn next(&mut self) -> Option<ServerMessage> {
        loop {
            match self.ws.next().await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).expect("a message of ours")),
                // The server closes the connection, so don't wait for anything more.
                Some(Ok(Message::Close(frame))) => {
                    self.code = self.code.or(frame.map(|frame| frame.code.into()));
                    return None;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// Reads until the socket is closed and returns the close code.
    pub async fn closed(&mut self) -> Option<u16> {
        timeout(PATIENCE, async { while self.next().await.is_some() {} }).await.expect("it is closed");
        self.code
    }

    /// Disconnects without closing.
    pub fn cut(self) {
        let stream = self.ws.into_inner();
        // Send a reset instead of an orderly end.
        let _ = stream.set_zero_linger();
    }
}

/// A socket that leads nowhere, to replace one that is cut.
pub async fn nowhere() -> Result<Socket, Error> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let stream = TcpStream::connect(listener.local_addr()?).await?;
    let role = tokio_tungstenite::tungstenite::protocol::Role::Client;
    Ok(Socket { ws: WebSocketStream::from_raw_socket(stream, role, None).await, code: None })
}

/// A person with a socket and the room that they see.
pub struct RoomClient {
    pub actor: Actor,
    pub run: ClassRunId,
    /// The address to connect to: the server, or a proxy in front of it.
    pub address: String,
    pub socket: Socket,
    pub room: Room,
    pub acked: HashMap<ProposalId, u64>,
    pub refused: HashMap<ProposalId, Refusal>,
    pub passing: Vec<Passing>,
}

impl RoomClient {
    /// Enters the room and waits for its state.
    pub async fn enter(actor: &Actor, run: ClassRunId) -> Self {
        let address = actor.base.trim_start_matches("http://").to_owned();
        Self::enter_through(&address, actor, run).await
    }

    pub async fn enter_through(address: &str, actor: &Actor, run: ClassRunId) -> Self {
        let mut socket = Socket::open(address, actor, run).await.expect("a socket");
        socket.hello(None).await.expect("hello");
        let welcome = timeout(PATIENCE, socket.next()).await.expect("in time");
        let Some(ServerMessage::Welcome { protocol, room }) = welcome else {
            panic!("{welcome:?}, closed with {:?}", socket.code)
        };
        assert_eq!(protocol, PROTOCOL);
        Self {
            actor: actor.clone(),
            run,
            address: address.to_owned(),
            socket,
            room: *room,
            acked: HashMap::new(),
            refused: HashMap::new(),
            passing: Vec::new(),
        }
    }

    /// Reconnects with the state it has. `Err` if the server is not there.
    pub async fn come_back(&mut self) -> Result<(), Error> {
        let mut socket = Socket::open(&self.address, &self.actor, self.run).await?;
        socket.hello(Some((self.run, self.upto()))).await?;
        self.socket = socket;
        Ok(())
    }

    pub fn me(&self) -> UserId {
        self.actor.me.as_ref().unwrap().id
    }

    #[track_caller]
    pub fn teacher(&self) -> &TeacherRoom {
        match &self.room {
            Room::Teacher(room) => room,
            Room::Student(_) => panic!("a student's room"),
        }
    }

    #[track_caller]
    pub fn student(&self) -> &StudentRoom {
        match &self.room {
            Room::Student(room) => room,
            Room::Teacher(_) => panic!("a teacher's room"),
        }
    }

    pub fn upto(&self) -> u64 {
        match &self.room {
            Room::Student(room) => room.upto,
            Room::Teacher(room) => room.upto,
        }
    }

    /// Applies a message, as the browser does.
    pub fn take(&mut self, message: ServerMessage) {
        match message {
            ServerMessage::Welcome { room, .. } => self.room = *room,
            ServerMessage::Resumed { .. } | ServerMessage::Unknown => {}
            ServerMessage::Events { events, upto } => match &mut self.room {
                Room::Teacher(room) => {
                    events.iter().for_each(|event| room.apply(event));
                    room.upto = room.upto.max(upto);
                }
                Room::Student(room) => {
                    events.iter().for_each(|event| room.apply(event));
                    room.upto = room.upto.max(upto);
                }
            },
            ServerMessage::Passing { events } => {
                if let Room::Teacher(room) = &mut self.room {
                    events.iter().for_each(|passing| room.apply_passing(passing));
                }
                self.passing.extend(events);
            }
            ServerMessage::Ack { id, seq } => {
                self.acked.insert(id, seq);
            }
            ServerMessage::Refused { id, why } => {
                self.refused.insert(id, why);
            }
        }
    }

    /// Reads messages until a condition holds.
    #[track_caller]
    pub fn until<'a>(&'a mut self, what: &'a str, is_so: impl Fn(&Self) -> bool + 'a) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let waited = timeout(PATIENCE, async {
                while !is_so(self) {
                    match self.socket.next().await {
                        Some(message) => self.take(message),
                        None => panic!("closed with {:?} before {what} ({caller})", self.socket.code),
                    }
                }
            })
            .await;
            assert!(waited.is_ok(), "never {what} ({caller}): {:?}", self.room);
        }
    }

    pub async fn propose_as(&mut self, id: ProposalId, what: Proposal) {
        self.socket.say(&ClientMessage::Propose { id, what }).await.expect("sent");
    }

    /// Proposes a change and waits for the outcome.
    #[track_caller]
    pub fn ask(&mut self, what: Proposal) -> impl Future<Output = Result<u64, Refusal>> {
        let caller = std::panic::Location::caller();
        async move {
            let id = ProposalId(Uuid::now_v7());
            self.propose_as(id, what.clone()).await;
            self.until("answered", move |client| client.acked.contains_key(&id) || client.refused.contains_key(&id))
                .await;
            match self.acked.get(&id) {
                Some(seq) => Ok(*seq),
                None => Err(*self.refused.get(&id).unwrap_or_else(|| panic!("{what:?} {caller}"))),
            }
        }
    }

    pub async fn check(&mut self, task: TaskId, answers: &[(&str, Value)]) -> Result<u64, Refusal> {
        self.ask(check(task, answers)).await
    }

    pub fn member(&self, student: UserId) -> Option<&Member> {
        self.teacher().members.iter().find(|member| member.id == student)
    }

    pub fn cell_of(&self, student: UserId, task: TaskId, name: &str) -> Option<&Cell> {
        self.teacher().cell(student, task, &item(name))
    }
}

pub fn check(task: TaskId, answers: &[(&str, Value)]) -> Proposal {
    let answers =
        answers.iter().map(|(name, response)| Answer { item: item(name), response: response.clone() }).collect();
    Proposal::Check { task, answers, at: Utc::now() }
}

pub fn text(text: &str) -> Value {
    json!({"text": text})
}

/// A teacher's room without its passing state.
pub fn lasting(room: &TeacherRoom) -> TeacherRoom {
    let mut room = room.clone();
    for member in &mut room.members {
        (member.presence, member.place) = (types::classroom::Presence::Gone, None);
    }
    room
}

/// Reads messages until the teacher's room equals the database's.
pub async fn equals_database(client: &mut RoomClient, app: &linguaglow_api::state::App) {
    let stored = app.store.room(client.run).await.unwrap().room;
    client.until("as far as the database", |client| client.upto() >= stored.upto).await;
    pretty(&lasting(client.teacher()), &lasting(&stored));
}

/// Asserts equality, with a readable difference.
#[track_caller]
pub fn pretty<T: std::fmt::Debug + PartialEq>(a: &T, b: &T) {
    if a != b {
        let (a, b) = (format!("{a:#?}"), format!("{b:#?}"));
        let differ: Vec<(&str, &str)> = a.lines().zip(b.lines()).filter(|(a, b)| a != b).take(12).collect();
        panic!("they differ: {differ:#?} ({} and {} lines)", a.lines().count(), b.lines().count());
    }
}
