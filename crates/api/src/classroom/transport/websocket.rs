//! The receiving half of a socket: its frames, their limits, and the answers that need no room.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::{
    sync::oneshot,
    time::{Instant, timeout},
};
use types::classroom::{CloseCode, FRAMES_PER_SECOND};

use super::{
    ReceiveHalf, SendHalf,
    connection::{SocketReader, halves},
    handover::HandedOver,
    incoming::{Decoder, Incoming},
    outbox::Outbox,
};
use crate::connections::Passed;

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

/// A connection that was handed over.
struct Open {
    reader: SocketReader,
    decoder: Decoder,
    allowance: Allowance,
}

impl Open {
    async fn receive(&mut self) -> Incoming {
        loop {
            if let Some(incoming) = self.decoder.decode() {
                return incoming;
            }
            match self.reader.read(self.decoder.buffer()).await {
                Ok(1..) => {}
                Ok(0) | Err(_) => return Incoming::Gone,
            }
        }
    }
}

enum State {
    /// The response's head is not sent yet.
    Opening(oneshot::Receiver<HandedOver>),
    Open(Open),
    /// The connection ended before the upgrade was complete.
    Failed,
}

/// The receiving half of a socket.
pub struct WebSocket {
    outbox: Arc<Outbox>,
    state: State,
    /// Counts the socket, which outlives its request, for the address that a proxy names.
    _passed: Option<Passed>,
}

impl WebSocket {
    /// The receiving half beside an outbox, for a connection that is to be handed over.
    #[must_use]
    pub fn new(outbox: Arc<Outbox>, handed_over: oneshot::Receiver<HandedOver>, passed: Option<Passed>) -> Self {
        Self { outbox, state: State::Opening(handed_over), _passed: passed }
    }

    /// Waits for the connection and opens both halves; `None` if it has ended.
    async fn open(&mut self) -> Option<&mut Open> {
        if let State::Opening(handed_over) = &mut self.state {
            self.state = match handed_over.await {
                Err(_) => State::Failed,
                Ok(HandedOver { stream, early }) => match halves(stream) {
                    Ok((reader, writer)) => {
                        self.outbox.open(writer);
                        State::Open(Open { reader, decoder: Decoder::new(early), allowance: Allowance::new() })
                    }
                    Err(error) => {
                        tracing::warn!(cause = %error, "failed to turn a connection into a socket");
                        State::Failed
                    }
                },
            };
        }
        match &mut self.state {
            State::Open(open) => Some(open),
            State::Opening(_) | State::Failed => None,
        }
    }
}

impl ReceiveHalf for WebSocket {
    async fn next(&mut self, patience: Duration) -> Option<Bytes> {
        let outbox = Arc::clone(&self.outbox);
        let open = self.open().await?;
        loop {
            let incoming = tokio::select! {
                incoming = timeout(patience, open.receive()) => incoming.unwrap_or(Incoming::Fault(CloseCode::Silent)),
                () = outbox.closing() => return None,
            };
            if !open.allowance.take() {
                outbox.close(CloseCode::TooMany);
                return None;
            }
            match incoming {
                Incoming::Text(text) => return Some(text),
                Incoming::Ping(payload) => outbox.pong(&payload),
                Incoming::Pong | Incoming::Part => {}
                Incoming::Closed => {
                    outbox.close_back();
                    return None;
                }
                Incoming::Gone => return None,
                Incoming::Fault(code) => {
                    outbox.close(code);
                    return None;
                }
            }
        }
    }

    async fn finish(mut self) {
        if self.open().await.is_some() {
            self.outbox.empty().await;
        }
        let outbox = Arc::clone(&self.outbox);
        if let State::Open(open) = self.state {
            open.reader.see_off().await;
        }
        outbox.gone();
    }
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use tokio::runtime::Handle;

    use super::*;
    use crate::classroom::transport::{
        Frame,
        testing::{CLOSE, CONTINUE, FINAL, PING, PONG, TEXT, close, connection, masked, socket},
    };

    const PATIENCE: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn messages_arrive_and_control_frames_are_answered_here() {
        let (_, mut socket, mut client) = socket().await;
        client.say(FINAL | TEXT, b"one").await;
        client.say(FINAL | PING, b"p").await;
        client.say(FINAL | PONG, b"").await;
        client.say(TEXT, b"t").await;
        client.say(FINAL | CONTINUE, b"wo").await;
        assert_eq!(socket.next(PATIENCE).await.unwrap(), "one");
        assert_eq!(socket.next(PATIENCE).await.unwrap(), "two");
        assert_eq!(client.hear().await, Some((FINAL | PONG, b"p".to_vec())));
    }

    #[tokio::test]
    async fn bytes_that_came_with_the_request_come_first() {
        let (mut handed_over, mut client) = connection().await;
        let frame = masked(FINAL | TEXT, b"early");
        handed_over.early = BytesMut::from(&frame[..4]);
        let (hand_over, handing) = oneshot::channel();
        let mut socket = WebSocket::new(Outbox::new(Handle::current()), handing, None);
        assert!(hand_over.send(handed_over).is_ok());
        client.send(&frame[4..]).await;
        assert_eq!(socket.next(PATIENCE).await.unwrap(), "early");
    }

    #[tokio::test]
    async fn the_rooms_close_ends_it_after_what_was_sent() {
        let (outbox, mut socket, mut client) = socket().await;
        outbox.send(&[Frame::new(b"last")]);
        outbox.close(CloseCode::Removed);
        assert_eq!(socket.next(PATIENCE).await, None);
        let client = async {
            assert_eq!(client.text().await, "last");
            assert_eq!(client.rest().await, (0, close(CloseCode::Removed)));
            // Without a word more, although the client keeps its end open.
            assert_eq!(client.hear().await, None);
        };
        tokio::join!(socket.finish(), client);
    }

    #[tokio::test]
    async fn the_clients_close_is_answered_and_ends_it() {
        let (_, mut socket, mut client) = socket().await;
        client.say(FINAL | CLOSE, &1_000_u16.to_be_bytes()).await;
        assert_eq!(socket.next(PATIENCE).await, None);
        assert_eq!(client.rest().await, (0, Vec::new()));
        drop(client);
        socket.finish().await;
    }

    #[tokio::test]
    async fn every_frame_counts_even_an_empty_fragment() {
        let (_, mut socket, mut client) = socket().await;
        client.say(TEXT, b"").await;
        for _ in 0..2 * FRAMES_PER_SECOND + 40 {
            client.say(CONTINUE, b"").await;
        }
        assert_eq!(socket.next(PATIENCE).await, None);
        assert_eq!(client.rest().await, (0, close(CloseCode::TooMany)));
    }

    /// Paused time advances by itself when every task is idle.
    #[tokio::test(start_paused = true)]
    async fn who_is_silent_is_closed_and_any_frame_breaks_the_silence() {
        let (_, mut socket, mut client) = socket().await;
        let began = Instant::now();
        let client = async {
            tokio::time::sleep(PATIENCE / 2).await;
            client.say(FINAL | PING, b"").await;
            client.hear().await.unwrap();
            client.rest().await
        };
        let (next, (_, code)) = tokio::join!(socket.next(PATIENCE), client);
        assert_eq!((next, code), (None, close(CloseCode::Silent)));
        assert_eq!(began.elapsed().as_secs(), 15);
    }

    #[tokio::test]
    async fn a_fault_is_closed_with_its_code_and_a_break_without() {
        let (_, mut faulty, mut client) = socket().await;
        client.send(b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff").await;
        assert_eq!(faulty.next(PATIENCE).await, None);
        assert_eq!(client.rest().await, (0, close(CloseCode::TooLarge)));
        let (_, mut broken, client) = socket().await;
        drop(client);
        assert_eq!(broken.next(PATIENCE).await, None);
        broken.finish().await;
    }

    #[tokio::test]
    async fn a_connection_that_is_never_handed_over_ends() {
        let (hand_over, handing) = oneshot::channel();
        let outbox = Outbox::new(Handle::current());
        let mut socket = WebSocket::new(Arc::clone(&outbox), handing, None);
        drop(hand_over);
        assert_eq!(socket.next(PATIENCE).await, None);
        socket.finish().await;
        outbox.closing().await;
    }
}
