//! A wrapper around one browser WebSocket.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{CloseEvent, Event, MessageEvent, WebSocket};

use super::core::Frames;

/// An event of a socket.
pub enum FromSocket {
    Opened,
    Text(String),
    Closed(u16),
}

/// A socket that is closed when it is dropped, and then reports nothing more.
pub struct Socket {
    inner: WebSocket,
    _on_open: Closure<dyn FnMut(Event)>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Returns `None` if the browser refuses outright.
    pub fn open(url: &str, tell: impl Fn(FromSocket) + Clone + 'static) -> Option<Self> {
        let inner = WebSocket::new(url).ok()?;
        let on_open = Closure::<dyn FnMut(Event)>::new({
            let tell = tell.clone();
            move |_| tell(FromSocket::Opened)
        });
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
            let tell = tell.clone();
            move |event: MessageEvent| {
                if let Some(text) = event.data().as_string() {
                    tell(FromSocket::Text(text));
                }
            }
        });
        let on_close =
            Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| tell(FromSocket::Closed(event.code())));
        inner.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        inner.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        inner.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self { inner, _on_open: on_open, _on_message: on_message, _on_close: on_close })
    }
}

impl Frames for Socket {
    fn send(&self, text: &str) {
        if self.inner.ready_state() == WebSocket::OPEN {
            // A frame that can't be sent is not acked, and is sent again.
            let _ = self.inner.send_with_str(text);
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.inner.set_onopen(None);
        self.inner.set_onmessage(None);
        self.inner.set_onclose(None);
        let _ = self.inner.close();
    }
}
