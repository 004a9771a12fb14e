//! The connection under a socket. The HTTP server accepts it like any other. Once the head of the upgrade's response
//! is sent, the server hands it over, and from then on only the rooms' thread reads from it and writes to it. If the
//! server kept it, each message would wake one of the server's threads and then the rooms' thread, which costs more
//! than handling the message.

use std::{
    cell::RefCell,
    future::Future,
    io::{self, ErrorKind},
    net::TcpStream as StdStream,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::BytesMut;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::oneshot,
    time::{Instant, Sleep, sleep_until},
};

use crate::connections::Place;

/// A connection handed over by the HTTP server.
pub struct HandedOver {
    pub stream: StdStream,
    /// Bytes that the server read after the request: none if the client waits for the response, as it must (RFC 6455
    /// §4.1).
    pub early: BytesMut,
}

#[derive(Default)]
struct Terms {
    taker: Option<oneshot::Sender<HandedOver>>,
    /// The response's head is in the server's buffer: it is sent once that is flushed.
    headed: bool,
    early: BytesMut,
    /// The socket has ended.
    over: bool,
}

/// Lets a handler take over the connection of its request.
#[derive(Clone, Default)]
pub struct Claim(Rc<RefCell<Terms>>);

impl Claim {
    /// Claims the connection. It arrives when the response's head is sent, or never if the connection ends before.
    #[must_use]
    pub fn take(&self) -> oneshot::Receiver<HandedOver> {
        let (taker, given) = oneshot::channel();
        self.0.borrow_mut().taker = Some(taker);
        given
    }

    /// Notes that the response's head is in the server's buffer.
    pub fn headed(&self) {
        self.0.borrow_mut().headed = true;
    }

    /// Keeps bytes that arrived before the connection was handed over.
    pub fn early(&self, bytes: &[u8]) {
        self.0.borrow_mut().early.extend_from_slice(bytes);
    }

    /// Notes that the socket has ended: the server need not wait for more.
    pub fn over(&self) {
        self.0.borrow_mut().over = true;
    }
}

/// A connection as the HTTP server sees it.
pub struct HttpStream {
    /// `None` once it is handed over.
    stream: Option<TcpStream>,
    claim: Claim,
    /// Longest time from a request's first byte to its response. The server's own timeouts end with the first
    /// request's head: a second head, or a body that nobody reads any more, could take for ever to arrive.
    patience: Duration,
    /// When the unanswered request began.
    asked: Option<Instant>,
    /// Created on first use, then reused.
    alarm: Option<Pin<Box<Sleep>>>,
    /// Counts the connection for as long as it is open, whoever owns it.
    _place: Place,
}

impl HttpStream {
    #[must_use]
    pub fn new(stream: TcpStream, patience: Duration, place: Place) -> Self {
        let claim = Claim::default();
        Self { stream: Some(stream), claim, patience, asked: None, alarm: None, _place: place }
    }

    /// Ready once a request has been unanswered for too long.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(asked) = self.asked else { return Poll::Pending };
        let until = asked + self.patience;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if alarm.deadline() != until {
            alarm.as_mut().reset(until);
        }
        alarm.as_mut().poll(cx)
    }

    #[must_use]
    pub fn claim(&self) -> Claim {
        self.claim.clone()
    }

    /// Everything that the server wrote is sent: hands the connection over if it is claimed and the head was written.
    fn flushed(&mut self) {
        let mut terms = self.claim.0.borrow_mut();
        if !terms.headed {
            return;
        }
        let Some(taker) = terms.taker.take() else { return };
        let Some(stream) = self.stream.take() else { return };
        match stream.into_std() {
            Ok(stream) => {
                // If the receiver is gone, dropping the connection closes it.
                let _ = taker.send(HandedOver { stream, early: std::mem::take(&mut terms.early) });
            }
            Err(error) => tracing::warn!(cause = %error, "failed to hand a connection over to the rooms"),
        }
    }
}

impl AsyncRead for HttpStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match &mut this.stream {
            Some(stream) => {
                let before = into.filled().len();
                let read = Pin::new(stream).poll_read(cx, into);
                if read.is_ready() && into.filled().len() > before {
                    this.asked.get_or_insert_with(Instant::now);
                }
                if this.poll_patience(cx).is_ready() {
                    return Poll::Ready(Err(ErrorKind::TimedOut.into()));
                }
                read
            }
            None if this.claim.0.borrow().over => Poll::Ready(Ok(())),
            // The end of the response's body wakes the server.
            None => Poll::Pending,
        }
    }
}

impl AsyncWrite for HttpStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match &mut this.stream {
            Some(stream) => {
                let written = Pin::new(stream).poll_write(cx, bytes);
                if written.is_ready() {
                    this.asked = None;
                }
                written
            }
            // Nothing follows the response's head.
            None => Poll::Ready(Ok(bytes.len())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Some(stream) = &mut this.stream {
            ready!(Pin::new(stream).poll_flush(cx))?;
            this.flushed();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Some(stream) => Pin::new(stream).poll_shutdown(cx),
            None => Poll::Ready(Ok(())),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
        time::timeout,
    };

    use super::*;
    use crate::connections::Connections;

    /// Paused time advances by itself when every task is idle.
    #[tokio::test(start_paused = true)]
    async fn who_asks_and_never_ends_is_cut_off_and_who_waits_is_not() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let place = Connections::new(1, 1_000).connect(None).unwrap();
        let mut served = HttpStream::new(stream, Duration::from_secs(60), place);
        let mut byte = [0; 1];
        let hour = Duration::from_secs(3_600);
        assert!(timeout(hour, served.read(&mut byte)).await.is_err(), "nothing was asked");
        client.write_all(b"GE").await.unwrap();
        served.read_exact(&mut byte).await.unwrap();
        served.write_all(b"answer").await.unwrap();
        served.read_exact(&mut byte).await.unwrap();
        let began = Instant::now();
        let cut = served.read(&mut byte).await.unwrap_err();
        assert_eq!((cut.kind(), began.elapsed().as_secs()), (ErrorKind::TimedOut, 60));
    }
}
