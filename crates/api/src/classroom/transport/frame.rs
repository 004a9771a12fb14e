//! A message as it is sent: encoded once, for all connections that it goes to.

use bytes::{BufMut, Bytes, BytesMut};

/// Head of a final text, close and pong frame (RFC 6455 §5.2).
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PONG: u8 = 0x8a;
/// Longest payload of a control frame.
const CONTROL_MAX: usize = 125;

/// A text message, encoded once: clones share its bytes. They are those of a WebSocket frame: a server's frames are
/// not masked, so every socket sends the same.
#[derive(Clone, Debug)]
pub struct Frame {
    bytes: Bytes,
    transient: bool,
}

impl Frame {
    /// A frame that must arrive, or else the connection ends.
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        Self { bytes: encode(TEXT, text), transient: false }
    }

    /// The same frame, which may be dropped for a slow reader.
    #[must_use]
    pub fn transient(self) -> Self {
        Self { transient: true, ..self }
    }

    /// Whether it may be dropped.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.transient
    }

    /// The message's text, for transports that frame it in another way.
    #[must_use]
    pub fn text(&self) -> Bytes {
        let head = match self.bytes.get(1) {
            Some(126) => 4,
            Some(127) => 10,
            Some(_) | None => 2,
        };
        self.bytes.slice(head.min(self.bytes.len())..)
    }
}

/// Frames that are sent together, as bytes for one write. They may be dropped if each of them may.
pub(super) fn join(frames: &[Frame]) -> (Bytes, bool) {
    if let [one] = frames {
        return (one.bytes.clone(), one.transient);
    }
    let mut bytes = BytesMut::with_capacity(frames.iter().map(|frame| frame.bytes.len()).sum());
    frames.iter().for_each(|frame| bytes.extend_from_slice(&frame.bytes));
    (bytes.freeze(), frames.iter().all(|frame| frame.transient))
}

/// A close frame, with or without a code.
pub(super) fn close(code: Option<u16>) -> Bytes {
    match code {
        Some(code) => encode(CLOSE, &code.to_be_bytes()),
        None => encode(CLOSE, &[]),
    }
}

/// A pong frame, the answer to a ping.
pub(super) fn pong(payload: &[u8]) -> Bytes {
    encode(PONG, payload.get(..CONTROL_MAX).unwrap_or(payload))
}

fn encode(head: u8, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(payload.len() + 10);
    out.put_u8(head);
    match payload.len() {
        length @ 0..=125 => out.put_u8(u8::try_from(length).unwrap_or(125)),
        length @ 126..=65_535 => {
            out.put_u8(126);
            out.put_u16(u16::try_from(length).unwrap_or(u16::MAX));
        }
        length => {
            out.put_u8(127);
            out.put_u64(length as u64);
        }
    }
    out.put_slice(payload);
    out.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_in_the_three_forms_and_the_text_is_found_again() {
        for (length, head) in [
            (0, &[0x81, 0][..]),
            (125, &[0x81, 125]),
            (126, &[0x81, 126, 0, 126]),
            (65_535, &[0x81, 126, 0xff, 0xff]),
            (70_000, &[0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]),
        ] {
            let text = vec![b'x'; length];
            let frame = Frame::new(&text);
            assert_eq!((&frame.bytes[..head.len()], frame.bytes.len()), (head, head.len() + length));
            assert_eq!(frame.text(), text);
        }
    }

    #[test]
    fn one_frame_is_shared_and_several_are_joined() {
        let (one, other) = (Frame::new(b"one"), Frame::new(b"other"));
        assert_eq!(join(std::slice::from_ref(&one)).0.as_ptr(), one.bytes.as_ptr());
        assert_eq!(one.clone().text().as_ptr(), one.text().as_ptr());
        let (both, transient) = join(&[one.clone().transient(), other.clone()]);
        assert_eq!((&both[..], transient), (&b"\x81\x03one\x81\x05other"[..], false));
        assert!(join(&[one.transient(), other.transient()]).1);
    }

    #[test]
    fn control_frames_are_short() {
        assert_eq!(&close(Some(4_000))[..], [0x88, 2, 0x0f, 0xa0]);
        assert_eq!(&close(None)[..], [0x88, 0]);
        assert_eq!(&pong(b"hi")[..], b"\x8a\x02hi");
        assert_eq!(pong(&[0; 200]).len(), 2 + CONTROL_MAX);
    }
}
