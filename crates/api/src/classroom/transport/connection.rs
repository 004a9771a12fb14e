//! The two halves of a socket's connection, on the rooms' thread: reading waits, writing never does.

use std::{
    future::poll_fn,
    io::{self, ErrorKind, Write},
    mem::MaybeUninit,
    net::{Shutdown, TcpStream as StdStream},
    pin::Pin,
    task::{Poll, ready},
    time::Duration,
};

use bytes::{Buf, Bytes, BytesMut};
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, Interest, ReadBuf},
    net::TcpStream,
    time::timeout,
};

use super::queue::Written;

/// Most bytes per read.
const READ_BYTES: usize = 4 * 1024;
/// How long to keep reading after the last frame was sent.
const SEE_OFF: Duration = Duration::from_secs(1);

/// Registers a non-blocking connection on this thread and returns its halves.
///
/// # Errors
/// If it can't be duplicated or registered with the reactor.
pub fn halves(stream: StdStream) -> io::Result<(SocketReader, SocketWriter)> {
    let writer = SocketWriter(stream.try_clone()?);
    Ok((SocketReader(TcpStream::from_std(stream)?), writer))
}

/// The reading half of a connection.
pub struct SocketReader(TcpStream);

impl SocketReader {
    /// Waits for bytes, appends them to `into` and returns how many; 0 if the client has closed.
    ///
    /// # Errors
    /// If the connection is gone.
    pub async fn read(&mut self, into: &mut BytesMut) -> io::Result<usize> {
        poll_fn(|cx| {
            // Not a buffer per socket: most sockets are idle most of the time.
            let mut room = [const { MaybeUninit::uninit() }; READ_BYTES];
            let mut room = ReadBuf::uninit(&mut room);
            ready!(Pin::new(&mut self.0).poll_read(cx, &mut room))?;
            into.extend_from_slice(room.filled());
            Poll::Ready(Ok(room.filled().len()))
        })
        .await
    }

    /// Shuts down writing, then reads and discards what the client still sends until it closes, or for a moment:
    /// closing a connection with unread data resets it, and the client may never see the close code.
    pub async fn see_off(mut self) {
        // If it fails, the connection is gone already.
        let _ = SockRef::from(&self.0).shutdown(Shutdown::Write);
        let ended = async {
            let mut thrown = BytesMut::new();
            while self.read(&mut thrown).await.is_ok_and(|length| length > 0) {
                thrown.clear();
            }
        };
        let _ = timeout(SEE_OFF, ended).await;
        let _ = SockRef::from(&self.0).shutdown(Shutdown::Both);
    }
}

/// The writing half of a connection: writes at once, without waiting. A separate file descriptor: through the one
/// that is watched for reading, each write would touch the reactor's memory, which is out of the CPU's caches after a
/// class was quiet for a moment.
pub struct SocketWriter(StdStream);

impl SocketWriter {
    /// Writes as much as the network accepts and removes it from `bytes`.
    pub fn write(&self, bytes: &mut Bytes) -> Written {
        while !bytes.is_empty() {
            match (&self.0).write(bytes) {
                Ok(0) => return Written::Lost,
                Ok(length) => bytes.advance(length),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Written::Part,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Written::Lost,
            }
        }
        Written::All
    }

    /// Calls `write` whenever the network accepts more, until it returns anything but [`Written::Part`]. The
    /// connection is watched for this only from now on: most never need it.
    ///
    /// # Errors
    /// If the connection can't be watched.
    pub async fn when_writable(&self, mut write: impl FnMut() -> Written) -> io::Result<()> {
        let watched = TcpStream::from_std(self.0.try_clone()?)?;
        loop {
            watched.writable().await?;
            let more = watched.try_io(Interest::WRITABLE, || match write() {
                Written::All | Written::Lost => Ok(()),
                Written::Part => Err(ErrorKind::WouldBlock.into()),
            });
            match more {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                ended => return ended,
            }
        }
    }
}
