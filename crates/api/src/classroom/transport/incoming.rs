//! A client's bytes, decoded into frames, and its frames into messages.

use actix_http::ws::{Codec, Frame, Item, ProtocolError};
use bytes::{Bytes, BytesMut};
use tokio_util::codec::Decoder as _;
use types::classroom::{CloseCode, FRAME_MAX};

/// What was received.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming {
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

/// Decodes the bytes of one connection.
pub struct Decoder {
    codec: Codec,
    bytes: BytesMut,
    /// The fragments so far of a fragmented message.
    parts: Option<BytesMut>,
}

impl Decoder {
    /// A decoder that begins with the bytes received already.
    #[must_use]
    pub fn new(early: BytesMut) -> Self {
        Self { codec: Codec::new().max_size(FRAME_MAX), bytes: early, parts: None }
    }

    /// Where received bytes are to be appended.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.bytes
    }

    /// Decodes the next frame; `None` if more bytes are needed.
    pub fn decode(&mut self) -> Option<Incoming> {
        // The codec buffers an oversized frame in full before refusing it.
        if declared(&self.bytes).is_some_and(|length| length > FRAME_MAX as u64) {
            return Some(Incoming::Fault(CloseCode::TooLarge));
        }
        match self.codec.decode(&mut self.bytes) {
            Ok(frame) => frame.map(|frame| self.frame(frame)),
            Err(ProtocolError::Overflow) => Some(Incoming::Fault(CloseCode::TooLarge)),
            Err(_) => Some(Incoming::Fault(CloseCode::Malformed)),
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

/// The length that a frame's header declares (RFC 6455 §5.2); `None` until that has arrived.
fn declared(bytes: &[u8]) -> Option<u64> {
    match bytes.get(1)? & 0x7f {
        126 => bytes.get(2..4).and_then(|it| it.try_into().ok()).map(|it| u64::from(u16::from_be_bytes(it))),
        127 => bytes.get(2..10).and_then(|it| it.try_into().ok()).map(u64::from_be_bytes),
        short => Some(u64::from(short)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classroom::transport::testing::{BINARY, CLOSE, CONTINUE, FINAL, PING, PONG, TEXT, masked};

    /// Everything that these bytes contain, until a fault or until more bytes are needed.
    fn decoded(bytes: &[u8]) -> Vec<Incoming> {
        let mut decoder = Decoder::new(BytesMut::new());
        decoder.buffer().extend_from_slice(bytes);
        let mut all = Vec::new();
        while let Some(incoming) = decoder.decode() {
            let fault = matches!(incoming, Incoming::Fault(_));
            all.push(incoming);
            if fault {
                break;
            }
        }
        all
    }

    fn text(text: &'static str) -> Incoming {
        Incoming::Text(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn frames_arrive_together_or_byte_by_byte() {
        let bytes = [
            masked(FINAL | TEXT, "один".as_bytes()),
            masked(FINAL | PING, b"p"),
            masked(FINAL | PONG, b""),
            masked(FINAL | TEXT, b"2"),
            masked(FINAL | CLOSE, b""),
        ]
        .concat();
        let expected =
            [text("один"), Incoming::Ping(Bytes::from_static(b"p")), Incoming::Pong, text("2"), Incoming::Closed];
        assert_eq!(decoded(&bytes), expected);
        let mut decoder = Decoder::new(BytesMut::from(&bytes[..3]));
        let mut all = Vec::new();
        for byte in &bytes[3..] {
            decoder.buffer().extend_from_slice(&[*byte]);
            all.extend(decoder.decode());
        }
        assert_eq!(all, expected);
    }

    #[test]
    fn fragments_are_joined_and_each_counts() {
        let bytes = [
            masked(TEXT, b"a"),
            masked(CONTINUE, b""),
            masked(FINAL | PING, b""),
            masked(CONTINUE, b"b"),
            masked(FINAL | CONTINUE, b"c"),
        ]
        .concat();
        let (part, ping) = (|| Incoming::Part, Incoming::Ping(Bytes::new()));
        assert_eq!(decoded(&bytes), [part(), part(), ping, part(), text("abc")]);
    }

    #[test]
    fn an_oversized_frame_is_refused_by_its_header() {
        let whole = masked(FINAL | TEXT, &vec![b'x'; FRAME_MAX]);
        assert!(matches!(&decoded(&whole)[..], [Incoming::Text(text)] if text.len() == FRAME_MAX));
        for length in [FRAME_MAX as u64 + 1, u64::MAX >> 1] {
            // Nothing of the frame itself has come.
            let header = [&[FINAL | TEXT, 0x80 | 127][..], &length.to_be_bytes()].concat();
            assert_eq!(decoded(&header[..9]), []);
            assert_eq!(decoded(&header), [Incoming::Fault(CloseCode::TooLarge)]);
        }
    }

    #[test]
    fn an_oversized_message_of_small_frames_is_refused() {
        let half = vec![b'x'; FRAME_MAX / 2];
        let bytes = [masked(TEXT, &half), masked(CONTINUE, &half), masked(FINAL | CONTINUE, b"x")].concat();
        assert_eq!(decoded(&bytes), [Incoming::Part, Incoming::Part, Incoming::Fault(CloseCode::TooLarge)]);
    }

    #[test]
    fn what_is_not_text_is_malformed() {
        let unmasked = b"\x81\x01x".to_vec();
        for bytes in [
            masked(FINAL | BINARY, b"x"),
            masked(BINARY, b"x"),
            masked(CONTINUE, b"x"),
            masked(FINAL | CONTINUE, b"x"),
            masked(FINAL | 0x3, b"x"),
            unmasked,
        ] {
            assert_eq!(decoded(&bytes), [Incoming::Fault(CloseCode::Malformed)], "{bytes:x?}");
        }
    }
}
