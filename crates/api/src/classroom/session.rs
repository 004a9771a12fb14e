//! One socket: the upgrade, reading its frames, and its limits. The outbox does the writing.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_http::ws::{self, Codec, Frame, Item, ProtocolError};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, body::BoxBody, web};
use bytes::{Bytes, BytesMut};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};
use tokio_util::codec::Decoder;
use types::{
    classroom::{
        ClientMessage, CloseCode, FRAME_MAX, FRAMES_PER_SECOND, PROTOCOL, ServerMessage, decide::PendingProposal,
    },
    ids::{ClassRunId, SessionId},
    problem::ProblemCode,
};

use super::{
    Classroom, Who,
    line::{Claim, Given, Inlet},
    outbox::{Outbox, OutboxBody},
    room::{Command, ConnectionId},
    unheard::Unheard,
    wire::{self, Said},
};
use crate::{
    connections::Passed,
    error::{ApiError, ApiResult},
};

/// Time limit for the client's hello.
const HELLO: Duration = Duration::from_secs(10);
/// A socket that is silent for this long is closed; a client sends a heartbeat every five seconds.
const SILENCE: Duration = Duration::from_secs(45);
/// The caller, or why they are refused: the socket is then opened only to send the close code, since a browser
/// doesn't tell a page why an upgrade was refused.
pub type Comer = Result<(SessionId, Who), CloseCode>;

/// Accepts the upgrade of a request to a socket.
///
/// # Errors
/// `malformed` if the request is not an upgrade; `unavailable` while the server shuts down; `too_many_requests` if
/// too many sockets of the same account or address have not said hello yet.
pub fn serve(
    classroom: &Classroom,
    request: &HttpRequest,
    payload: web::Payload,
    run: ClassRunId,
    comer: Comer,
    address: IpAddr,
) -> ApiResult<HttpResponse> {
    let mut response = ws::handshake(request.head()).map_err(|_| ApiError::new(ProblemCode::Malformed))?;
    if classroom.is_draining() {
        return Err(ApiError::new(ProblemCode::Unavailable));
    }
    let user = comer.as_ref().ok().map(|(_, who)| who.user);
    let unheard = classroom.expect(address, user).ok_or_else(|| ApiError::too_many(1))?;
    let places = (request.extensions().get::<Passed>().cloned(), unheard);
    let claim = request.conn_data::<Claim>().ok_or_else(|| ApiError::new(ProblemCode::Unavailable))?;
    let outbox = Outbox::new(classroom.rooms());
    let body = OutboxBody::new(Arc::clone(&outbox), claim.clone(), payload);
    let response = response.message_body(BoxBody::new(body)).map_err(ApiError::internal)?;
    // Registered now, so that a shutdown that begins before the connection is handed over reaches this socket as
    // well.
    let comer = comer.map(|(session, who)| (classroom.open_connection(session, &outbox), who));
    classroom.rooms().spawn(live(classroom.clone(), run, comer, outbox, claim.take(), places));
    Ok(response.into())
}

/// Runs a socket, from the handover of its connection to its end.
async fn live(
    classroom: Classroom,
    run: ClassRunId,
    comer: Result<(ConnectionId, Who), CloseCode>,
    outbox: Arc<Outbox>,
    given: oneshot::Receiver<Given>,
    (_place, unheard): (Option<Passed>, Unheard),
) {
    let settled = match given.await.map(Given::settle) {
        Ok(Ok(settled)) => Some(settled),
        Ok(Err(error)) => {
            tracing::warn!(cause = %error, "failed to turn a connection into a socket");
            None
        }
        // The connection ended before the upgrade was complete.
        Err(_) => None,
    };
    let inlet = if let Some((inlet, writer, early)) = settled {
        outbox.open(writer);
        let mut frames = Frames::new(inlet, early);
        match &comer {
            Ok((connection, who)) => {
                let socket = Socket { classroom: &classroom, run, connection: *connection, who, outbox: &outbox };
                socket.live(&mut frames, unheard).await;
            }
            Err(code) => outbox.close(*code),
        }
        Some(frames.inlet)
    } else {
        None
    };
    if let Ok((connection, _)) = comer {
        classroom.close_connection(connection);
    }
    if let Some(inlet) = inlet {
        outbox.empty().await;
        inlet.see_off().await;
    }
    outbox.gone();
}

/// What was received over the socket.
enum Incoming {
    Text(Bytes),
    /// A fragment of a message that is not complete yet. It counts as a frame, even an empty one.
    Part,
    Ping(Bytes),
    Pong,
    /// The client sent a close frame.
    Closed,
    /// The connection is gone.
    Gone,
    Fault(CloseCode),
}

/// The length that a frame's header declares (RFC 6455 §5.2); `None` until that has arrived.
fn declared(bytes: &[u8]) -> Option<u64> {
    match bytes.get(1)? & 0x7f {
        126 => bytes.get(2..4).and_then(|it| it.try_into().ok()).map(|it| u64::from(u16::from_be_bytes(it))),
        127 => bytes.get(2..10).and_then(|it| it.try_into().ok()).map(u64::from_be_bytes),
        short => Some(u64::from(short)),
    }
}

/// Decodes bytes into frames and frames into messages.
struct Frames {
    inlet: Inlet,
    codec: Codec,
    bytes: BytesMut,
    /// The fragments so far of a fragmented message.
    parts: Option<BytesMut>,
}

impl Frames {
    fn new(inlet: Inlet, early: BytesMut) -> Self {
        Self { inlet, codec: Codec::new().max_size(FRAME_MAX), bytes: early, parts: None }
    }

    async fn next(&mut self) -> Incoming {
        loop {
            // The codec buffers an oversized frame in full before refusing it.
            if declared(&self.bytes).is_some_and(|length| length > FRAME_MAX as u64) {
                return Incoming::Fault(CloseCode::TooLarge);
            }
            match self.codec.decode(&mut self.bytes) {
                Ok(Some(frame)) => return self.frame(frame),
                Ok(None) => match self.inlet.read(&mut self.bytes).await {
                    Ok(1..) => {}
                    Ok(0) | Err(_) => return Incoming::Gone,
                },
                Err(fault) => {
                    let large = matches!(fault, ProtocolError::Overflow);
                    return Incoming::Fault(if large { CloseCode::TooLarge } else { CloseCode::Malformed });
                }
            }
        }
    }

    fn frame(&mut self, frame: Frame) -> Incoming {
        match frame {
            Frame::Text(text) => Incoming::Text(text),
            Frame::Binary(_) | Frame::Continuation(Item::FirstBinary(_)) => Incoming::Fault(CloseCode::Malformed),
            Frame::Continuation(Item::FirstText(part)) => {
                self.parts = Some(BytesMut::from(&part[..]));
                Incoming::Part
            }
            Frame::Continuation(Item::Continue(part)) => {
                self.part(&part).map_or_else(Incoming::Fault, |()| Incoming::Part)
            }
            Frame::Continuation(Item::Last(part)) => match self.part(&part) {
                Err(code) => Incoming::Fault(code),
                Ok(()) => Incoming::Text(self.parts.take().unwrap_or_default().freeze()),
            },
            Frame::Ping(bytes) => Incoming::Ping(bytes),
            Frame::Pong(_) => Incoming::Pong,
            Frame::Close(_) => Incoming::Closed,
        }
    }

    fn part(&mut self, part: &[u8]) -> Result<(), CloseCode> {
        let parts = self.parts.as_mut().ok_or(CloseCode::Malformed)?;
        if parts.len() + part.len() > FRAME_MAX {
            return Err(CloseCode::TooLarge);
        }
        parts.extend_from_slice(part);
        Ok(())
    }
}

/// Token bucket for received frames: refilled with `FRAMES_PER_SECOND`, and full at twice as many.
struct Allowance {
    left: f64,
    at: Instant,
}

impl Allowance {
    const MOST: f64 = 2.0 * FRAMES_PER_SECOND as f64;

    fn new() -> Self {
        Self { left: Self::MOST, at: Instant::now() }
    }

    fn take(&mut self) -> bool {
        let now = Instant::now();
        let more = now.duration_since(self.at).as_secs_f64() * f64::from(FRAMES_PER_SECOND);
        self.left = (self.left + more).min(Self::MOST) - 1.0;
        self.at = now;
        self.left >= 0.0
    }
}

struct Socket<'a> {
    classroom: &'a Classroom,
    run: ClassRunId,
    connection: ConnectionId,
    who: &'a Who,
    outbox: &'a Arc<Outbox>,
}

impl Socket<'_> {
    async fn live(&self, frames: &mut Frames, unheard: Unheard) {
        let mut allowance = Allowance::new();
        let Some(upto) = self.hello(frames, &mut allowance).await else { return };
        drop(unheard);
        let Some(room) = self.classroom.enter(self.run, self.connection, self.who, upto, self.outbox).await else {
            self.outbox.close(CloseCode::Restart);
            return;
        };
        while let Some(text) = self.text(frames, &mut allowance, SILENCE).await {
            match wire::read(&text) {
                Said::Message(message) => {
                    if !self.pass_on(&room, message).await {
                        break;
                    }
                }
                Said::Refused(id, why) => self.outbox.push(wire::message(&ServerMessage::Refused { id, why })),
                Said::Nonsense => {
                    self.outbox.close(CloseCode::Malformed);
                    break;
                }
            }
        }
        let _ = room.send(Command::Leave(self.connection)).await;
    }

    /// The next text message; `None` if the socket is to be closed. Control frames are answered here.
    async fn text(&self, frames: &mut Frames, allowance: &mut Allowance, patience: Duration) -> Option<Bytes> {
        loop {
            let incoming = tokio::select! {
                incoming = timeout(patience, frames.next()) => incoming.unwrap_or(Incoming::Fault(CloseCode::Silent)),
                () = self.outbox.closing() => return None,
            };
            if !allowance.take() {
                self.outbox.close(CloseCode::TooMany);
                return None;
            }
            match incoming {
                Incoming::Text(text) => return Some(text),
                Incoming::Ping(bytes) => self.outbox.push(wire::pong(&bytes)),
                Incoming::Pong | Incoming::Part => {}
                Incoming::Closed => {
                    self.outbox.close_back();
                    return None;
                }
                Incoming::Gone => return None,
                Incoming::Fault(code) => {
                    self.outbox.close(code);
                    return None;
                }
            }
        }
    }

    /// Waits for the first message, which must be a hello. Returns the seq up to which the client has this run
    /// already; the outer `None` if the socket is to be closed.
    async fn hello(&self, frames: &mut Frames, allowance: &mut Allowance) -> Option<Option<u64>> {
        let text = self.text(frames, allowance, HELLO).await?;
        match wire::read(&text) {
            Said::Message(ClientMessage::Hello { protocol, epoch, upto }) => {
                if protocol < PROTOCOL {
                    self.outbox.close(CloseCode::Outdated);
                    return None;
                }
                Some(upto.filter(|_| epoch == Some(self.run)))
            }
            Said::Message(
                ClientMessage::Beat { .. }
                | ClientMessage::Typing { .. }
                | ClientMessage::Place { .. }
                | ClientMessage::Propose { .. }
                | ClientMessage::Unknown,
            )
            | Said::Refused(..)
            | Said::Nonsense => {
                self.outbox.close(CloseCode::Malformed);
                None
            }
        }
    }

    /// Passes a message to the room; `false` if the room has ended.
    async fn pass_on(&self, room: &mpsc::Sender<Command>, message: ClientMessage) -> bool {
        let connection = self.connection;
        let command = match message {
            ClientMessage::Propose { id, what } => {
                let proposal = PendingProposal { user: self.who.user, id, what };
                // A full mailbox makes this socket, and so its client, wait.
                if room.send(Command::Propose { connection, proposal }).await.is_err() {
                    self.outbox.close(CloseCode::Restart);
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
