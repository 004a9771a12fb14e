//! The connection under a socket, held a second time. Whoever has a frame for it writes it at once: handed to the
//! thread that serves the connection, each event would wake that thread, which costs as much as several sends.

use std::{
    io::{self, ErrorKind, Write},
    net::TcpStream,
    sync::Arc,
};

use actix_web::rt::net::TcpStream as Served;
use bytes::{Buf, Bytes};
use socket2::SockRef;
use tokio::{io::Interest, net::TcpStream as Watched};

/// How a write ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Written {
    All,
    /// The network takes no more for now.
    Part,
    /// The connection is gone.
    Lost,
}

/// A second handle of a connection, which like the first never waits. The HTTP server reads from the connection, and
/// writes nothing more to it once the head of the upgrade's answer is out; a client speaks only when it has that
/// (RFC 6455 §4.1), and nothing is written here before.
#[derive(Clone)]
pub struct Line(Arc<TcpStream>);

impl Line {
    /// Of a connection that has just been taken.
    ///
    /// # Errors
    /// Where the system has no more handles.
    pub fn of(served: &Served) -> io::Result<Self> {
        Ok(Self(Arc::new(SockRef::from(served).try_clone()?.into())))
    }

    /// Writes as much as the network takes, and takes it from `bytes`.
    pub fn write(&self, bytes: &mut Bytes) -> Written {
        while !bytes.is_empty() {
            match (&*self.0).write(bytes) {
                Ok(0) => return Written::Lost,
                Ok(length) => bytes.advance(length),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Written::Part,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Written::Lost,
            }
        }
        Written::All
    }

    /// Calls `write` whenever the network takes more, until it says that there is no more to come. Only now is the
    /// connection watched for this: most never need it.
    ///
    /// # Errors
    /// Where it can't be watched.
    pub async fn when_it_takes(&self, mut write: impl FnMut() -> Written) -> io::Result<()> {
        let watched = Watched::from_std(self.0.try_clone()?)?;
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
