//! Encodes messages for clients and decodes theirs.

use serde::{Deserialize, Serialize};
use types::{
    classroom::{ClientMessage, DEPTH_MAX, Refusal, ServerMessage},
    ids::ProposalId,
};

use super::transport::Frame;

/// A message as JSON. Ours always serialise; if one should not, clients get one of type `unknown`, which they ignore.
#[must_use]
pub fn json<T: Serialize>(message: &T) -> Vec<u8> {
    serde_json::to_vec(message).unwrap_or_else(|error| {
        tracing::error!(cause = %error, "failed to serialize a message");
        b"{\"type\":\"unknown\"}".to_vec()
    })
}

/// A message as a frame.
#[must_use]
pub fn message(message: &ServerMessage) -> Frame {
    Frame::new(&json(message))
}

/// Events that are encoded as JSON already, in one frame.
#[must_use]
pub fn events<'a>(events: impl Iterator<Item = &'a [u8]>, upto: u64) -> Frame {
    let mut out = b"{\"type\":\"events\",\"events\":[".to_vec();
    for (n, event) in events.enumerate() {
        if n > 0 {
            out.push(b',');
        }
        out.extend_from_slice(event);
    }
    out.extend_from_slice(format!("],\"upto\":{upto}}}").as_bytes());
    Frame::new(&out)
}

/// What a client's message contains.
#[derive(Debug)]
pub enum Received {
    Message(ClientMessage),
    /// A proposal that can't be read: refused by its id, so that it leaves the client's journal.
    Refused(ProposalId, Refusal),
    /// Not a message of this protocol.
    Invalid,
}

/// Whether the JSON is nested deeper than allowed. Checked before it is parsed.
fn too_deep(text: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => {
                depth += 1;
                if depth > DEPTH_MAX {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Decodes a client's message.
#[must_use]
pub fn read(message: &[u8]) -> Received {
    #[derive(Deserialize)]
    struct Id {
        id: ProposalId,
    }
    let Ok(text) = std::str::from_utf8(message) else { return Received::Invalid };
    if too_deep(text) {
        return Received::Invalid;
    }
    match serde_json::from_str::<ClientMessage>(text) {
        Ok(message) => Received::Message(message),
        Err(_) => match serde_json::from_str::<Id>(text) {
            Ok(Id { id }) => Received::Refused(id, Refusal::Malformed),
            Err(_) => Received::Invalid,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_outside_of_strings() {
        assert!(!too_deep(&format!("{{\"a\":\"{}\\\"{{\"}}", "[".repeat(40))));
        assert!(!too_deep(&format!("{}{}", "[".repeat(DEPTH_MAX), "]".repeat(DEPTH_MAX))));
        assert!(too_deep(&"[".repeat(DEPTH_MAX + 1)));
    }

    #[test]
    fn a_proposal_that_cannot_be_read_is_refused_by_its_id() {
        let id = uuid::Uuid::nil();
        let said = read(format!("{{\"type\":\"propose\",\"id\":\"{id}\",\"what\":{{\"type\":\"check\"}}}}").as_bytes());
        assert!(matches!(said, Received::Refused(of, Refusal::Malformed) if of.0 == id));
        assert!(matches!(read(b"{\"type\":\"propose\"}"), Received::Invalid));
        assert!(matches!(read(b"{\"type\":\"later\"}"), Received::Message(ClientMessage::Unknown)));
        assert!(matches!(read(b"\xff"), Received::Invalid));
    }
}
