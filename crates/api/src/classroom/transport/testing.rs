//! For the transport's unit tests: connections, and a client's end of them.

use std::sync::Arc;

use bytes::BytesMut;
use socket2::SockRef;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Handle,
    sync::oneshot,
};
use types::classroom::CloseCode;

use super::{connection::halves, handover::HandedOver, outbox::Outbox, websocket::WebSocket};

pub const FINAL: u8 = 0x80;
pub const CONTINUE: u8 = 0x0;
pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xa;

/// A client's frame.
pub fn masked(head: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [7, 42, 0, 255];
    let mut frame = vec![head];
    match payload.len() {
        length @ 0..=125 => frame.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..=65_535 => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// A client's end of a connection.
pub struct Client(TcpStream);

impl Client {
    pub async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    pub async fn say(&mut self, head: u8, payload: &[u8]) {
        self.send(&masked(head, payload)).await;
    }

    /// The next frame's first byte and payload; `None` if the server has closed.
    pub async fn hear(&mut self) -> Option<(u8, Vec<u8>)> {
        let head = self.0.read_u8().await.ok()?;
        let length = match self.0.read_u8().await.unwrap() {
            126 => u64::from(self.0.read_u16().await.unwrap()),
            127 => self.0.read_u64().await.unwrap(),
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        self.0.read_exact(&mut payload).await.unwrap();
        Some((head, payload))
    }

    /// The next text; panics if another frame comes.
    pub async fn text(&mut self) -> String {
        let (head, payload) = self.hear().await.expect("a frame");
        assert_eq!(head, FINAL | TEXT);
        String::from_utf8(payload).unwrap()
    }

    /// Reads to the end of the connection. Returns how many texts came and the close frame after them.
    pub async fn rest(&mut self) -> (usize, Vec<u8>) {
        let mut texts = 0;
        loop {
            match self.hear().await.expect("a close frame") {
                (head, _) if head == FINAL | TEXT => texts += 1,
                (head, payload) => {
                    assert_eq!(head, FINAL | CLOSE);
                    return (texts, payload);
                }
            }
        }
    }
}

/// What a close frame with this code contains.
pub fn close(code: CloseCode) -> Vec<u8> {
    code.code().to_be_bytes().to_vec()
}

/// A connection as the HTTP server hands it over, with buffers that are soon full, and its client.
pub async fn connection() -> (HandedOver, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    SockRef::from(&client).set_recv_buffer_size(4_096).unwrap();
    SockRef::from(&server).set_send_buffer_size(4_096).unwrap();
    (HandedOver { stream: server.into_std().unwrap(), early: BytesMut::new() }, Client(client))
}

/// An outbox whose connection is open.
pub async fn outbox() -> (Arc<Outbox>, Client) {
    let (handed_over, client) = connection().await;
    let outbox = Outbox::new(Handle::current());
    let (_, writer) = halves(handed_over.stream).unwrap();
    outbox.open(writer);
    (outbox, client)
}

/// Both halves of a socket, its connection handed over.
pub async fn socket() -> (Arc<Outbox>, WebSocket, Client) {
    let (handed_over, client) = connection().await;
    let outbox = Outbox::new(Handle::current());
    let (hand_over, handing) = oneshot::channel();
    let socket = WebSocket::new(Arc::clone(&outbox), handing, None);
    assert!(hand_over.send(handed_over).is_ok());
    (outbox, socket, client)
}
