//! One connection's session: the hello, entering the room, and passing messages on until the connection ends.

use std::{net::IpAddr, sync::Arc, time::Duration};

use tokio::sync::mpsc;
use types::{
    classroom::{ClientMessage, CloseCode, PROTOCOL, ServerMessage, decide::PendingProposal},
    ids::{ClassRunId, SessionId},
    problem::ProblemCode,
};

use super::{
    Classroom, Who,
    awaiting_hello::AwaitingHello,
    room::{Command, ConnectionId},
    transport::{ReceiveHalf, SendHalf},
    wire::{self, Received},
};
use crate::error::{ApiError, ApiResult};

/// Time limit for the client's hello.
const HELLO: Duration = Duration::from_secs(10);
/// A connection that is silent for this long is closed; a client sends a heartbeat every five seconds.
const SILENCE: Duration = Duration::from_secs(45);

/// The caller, or why they are refused: the connection is then opened only to send the close code, since a browser
/// doesn't tell a page why an upgrade was refused.
pub type Entrant = Result<(SessionId, Who), CloseCode>;

/// Leave to open one connection to a run.
pub struct Admission {
    classroom: Classroom,
    run: ClassRunId,
    entrant: Entrant,
    awaiting_hello: AwaitingHello,
}

impl Classroom {
    /// Admits a caller to a run, before their connection is open.
    ///
    /// # Errors
    /// `unavailable` while the server shuts down; `too_many_requests` if too many connections of the same account or
    /// address have not said hello yet.
    pub fn admit(&self, run: ClassRunId, entrant: Entrant, address: IpAddr) -> ApiResult<Admission> {
        if self.is_draining() {
            return Err(ApiError::new(ProblemCode::Unavailable));
        }
        let user = entrant.as_ref().ok().map(|(_, who)| who.user);
        let awaiting_hello = self.expect(address, user).ok_or_else(|| ApiError::too_many(1))?;
        Ok(Admission { classroom: self.clone(), run, entrant, awaiting_hello })
    }
}

impl Admission {
    /// Begins the session on the rooms' thread.
    pub fn begin(self, sender: Arc<dyn SendHalf>, receiver: impl ReceiveHalf) {
        let Self { classroom, run, entrant, awaiting_hello } = self;
        let rooms = classroom.rooms();
        match entrant {
            Ok((session, who)) => {
                // Registered now, so that a shutdown that begins before the connection is open reaches it as well.
                let connection = classroom.open_connection(session, &sender);
                let session = Session { classroom, run, connection, who, sender, receiver };
                rooms.spawn(session.live(awaiting_hello));
            }
            Err(code) => {
                sender.close(code);
                rooms.spawn(async move {
                    receiver.finish().await;
                    drop(awaiting_hello);
                });
            }
        }
    }
}

struct Session<R> {
    classroom: Classroom,
    run: ClassRunId,
    connection: ConnectionId,
    who: Who,
    sender: Arc<dyn SendHalf>,
    receiver: R,
}

impl<R: ReceiveHalf> Session<R> {
    /// From the opening of the connection to its end.
    async fn live(mut self, awaiting_hello: AwaitingHello) {
        self.take_part(awaiting_hello).await;
        self.classroom.close_connection(self.connection);
        self.receiver.finish().await;
    }

    async fn take_part(&mut self, awaiting_hello: AwaitingHello) {
        let Some(upto) = self.hello().await else { return };
        drop(awaiting_hello);
        let Some(room) = self.classroom.enter(self.run, self.connection, &self.who, upto, &self.sender).await else {
            self.sender.close(CloseCode::Restart);
            return;
        };
        while let Some(text) = self.receiver.next(SILENCE).await {
            match wire::read(&text) {
                Received::Message(message) => {
                    if !self.pass_on(&room, message).await {
                        break;
                    }
                }
                Received::Refused(id, why) => self.sender.send(&[wire::message(&ServerMessage::Refused { id, why })]),
                Received::Invalid => {
                    self.sender.close(CloseCode::Malformed);
                    break;
                }
            }
        }
        let _ = room.send(Command::Leave(self.connection)).await;
    }

    /// Waits for the first message, which must be a hello. Returns the seq up to which the client has this run
    /// already; the outer `None` if the connection is to be closed.
    async fn hello(&mut self) -> Option<Option<u64>> {
        let text = self.receiver.next(HELLO).await?;
        match wire::read(&text) {
            Received::Message(ClientMessage::Hello { protocol, epoch, upto }) => {
                if protocol < PROTOCOL {
                    self.sender.close(CloseCode::Outdated);
                    return None;
                }
                Some(upto.filter(|_| epoch == Some(self.run)))
            }
            Received::Message(
                ClientMessage::Beat { .. }
                | ClientMessage::Typing { .. }
                | ClientMessage::Place { .. }
                | ClientMessage::Propose { .. }
                | ClientMessage::Unknown,
            )
            | Received::Refused(..)
            | Received::Invalid => {
                self.sender.close(CloseCode::Malformed);
                None
            }
        }
    }

    /// Passes a message to the room; `false` if the room has ended.
    async fn pass_on(&mut self, room: &mpsc::Sender<Command>, message: ClientMessage) -> bool {
        let connection = self.connection;
        let command = match message {
            ClientMessage::Propose { id, what } => {
                let proposal = PendingProposal { user: self.who.user, id, what };
                // A full mailbox makes this connection, and so its client, wait.
                if room.send(Command::Propose { connection, proposal }).await.is_err() {
                    self.sender.close(CloseCode::Restart);
                    return false;
                }
                return true;
            }
            ClientMessage::Beat { hidden } => Command::Beat { connection, hidden },
            ClientMessage::Typing { task, item } => Command::Typing { connection, task, item },
            ClientMessage::Place { task } => Command::Place { connection, task },
            // A second hello changes nothing.
            ClientMessage::Hello { .. } | ClientMessage::Unknown => return true,
        };
        // Transient messages may be dropped.
        let _ = room.try_send(command);
        true
    }
}
