//! A Unix-socket connection to a database on the same machine that wakes up for answers only. Sockets are usually
//! registered for writability as well, which wakes the thread each time the database has read what was sent: one
//! needless wakeup per statement.

use std::{
    fs::File,
    io::{self, ErrorKind, Write},
    net::Shutdown,
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::PathBuf,
    pin::Pin,
    task::{Context, Poll},
};

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncConnection;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::unix::pipe::{Receiver, Sender},
};
use tokio_postgres::{Config, NoTls, config::Host};

use crate::Conn;

/// The port in the socket's file name if the URL has none.
const PORT: u16 = 5432;

fn refused(error: impl ToString) -> ConnectionError {
    ConnectionError::BadConnection(error.to_string())
}

/// Connects to the database at `url`.
///
/// # Errors
/// If the database can't be reached or refuses the login.
pub(crate) async fn connect(url: &str) -> ConnectionResult<Conn> {
    let Some((config, path)) = local(url) else { return Conn::establish(url).await };
    let stream = tokio::net::UnixStream::connect(path).await.map_err(refused)?;
    let stream = QuietStream::new(stream.into_std().map_err(refused)?).map_err(refused)?;
    let (client, connection) = config.connect_raw(stream, NoTls).await.map_err(refused)?;
    tokio::spawn(async move {
        // Callers that wait for an answer get the error as well.
        if let Err(error) = connection.await {
            tracing::debug!(cause = %error, "a database connection ended");
        }
    });
    Conn::try_from(client).await
}

/// The path of the socket, if the database is on this machine.
fn local(url: &str) -> Option<(Config, PathBuf)> {
    let config: Config = url.parse().ok()?;
    let [Host::Unix(folder)] = config.get_hosts() else { return None };
    let port = config.get_ports().first().copied().unwrap_or(PORT);
    let path = folder.join(format!(".s.PGSQL.{port}"));
    Some((config, path))
}

struct QuietStream {
    stream: UnixStream,
    /// A duplicate of the socket that is registered for reading only; `tokio` offers that for pipes alone.
    answers: Receiver,
    /// A duplicate that is registered for writing only. Present while the socket's buffer is full.
    full: Option<Sender>,
}

fn handle(stream: &UnixStream) -> io::Result<File> {
    Ok(File::from(OwnedFd::from(stream.try_clone()?)))
}

impl QuietStream {
    /// Wraps a non-blocking stream.
    fn new(stream: UnixStream) -> io::Result<Self> {
        let answers = Receiver::from_file_unchecked(handle(&stream)?)?;
        Ok(Self { stream, answers, full: None })
    }
}

impl AsyncRead for QuietStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.answers).poll_read(cx, into)
    }
}

impl AsyncWrite for QuietStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        loop {
            match (&this.stream).write(bytes) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                written => {
                    this.full = None;
                    return Poll::Ready(written);
                }
            }
        }
        let full = match this.full.take() {
            Some(full) => full,
            None => Sender::from_file_unchecked(handle(&this.stream)?)?,
        };
        Pin::new(this.full.insert(full)).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.stream.shutdown(Shutdown::Write))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, split};

    use super::*;

    #[test]
    fn only_a_folder_is_beside() {
        let path = |url: &str| local(url).map(|(_, path)| path);
        assert_eq!(path("postgresql:///db?host=/tmp/pg&user=me"), Some("/tmp/pg/.s.PGSQL.5432".into()));
        assert_eq!(path("postgresql:///db?host=%2Ftmp%2Fa%20b&port=5433"), Some("/tmp/a b/.s.PGSQL.5433".into()));
        assert_eq!(path("postgresql://me@db.example/db"), None);
        assert_eq!(path("postgresql://me@db.example,other.example/db"), None);
        assert_eq!(path("nonsense"), None);
    }

    /// Sends far more than the socket's buffer holds, both ways at once.
    #[tokio::test]
    async fn what_does_not_fit_waits_and_all_arrives() {
        let (one, other) = UnixStream::pair().unwrap();
        one.set_nonblocking(true).unwrap();
        other.set_nonblocking(true).unwrap();
        let sent: Vec<u8> = (0..4_000_000_u32).map(|n| n.to_le_bytes()[n as usize % 3]).collect();
        let echoed = tokio::spawn(async move {
            let (mut from, mut to) = split(QuietStream::new(other).unwrap());
            tokio::io::copy(&mut from, &mut to).await.unwrap();
            to.shutdown().await.unwrap();
        });
        let (mut from, mut to) = split(QuietStream::new(one).unwrap());
        let mut came = Vec::new();
        let write = async {
            to.write_all(&sent).await.unwrap();
            to.shutdown().await.unwrap();
        };
        let (read, ()) = tokio::join!(from.read_to_end(&mut came), write);
        assert_eq!(read.unwrap(), sent.len());
        assert!(came == sent);
        echoed.await.unwrap();
    }
}
