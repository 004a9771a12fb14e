//! A proxy between a program and its PostgreSQL that logs every statement run, whatever library sends it.

use std::{
    collections::HashMap,
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
};

/// The major protocol version in a startup message; other requests before it negotiate encryption.
const PROTOCOL_MAJOR: u16 = 3;

/// A socket that forwards to another one and logs the statements run.
pub struct Wire {
    /// The database's URL through this proxy.
    pub url: String,
    folder: PathBuf,
    run: Arc<Mutex<Vec<String>>>,
}

impl Wire {
    /// Listens in front of the database at `url`, whose host is a socket folder.
    ///
    /// # Panics
    /// If the URL names no socket folder, or the socket can't be created.
    #[must_use]
    pub fn before(url: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let host = url.split("host=").nth(1).and_then(|rest| rest.split('&').next()).expect("a folder of a socket");
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("lg-wire-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the socket");
        let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).expect("a socket");
        let server = PathBuf::from(host).join(".s.PGSQL.5432");
        let run = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&run);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, log) = (server.clone(), Arc::clone(&log));
                // Either side may close the connection.
                tokio::spawn(async move { join(client, UnixStream::connect(server).await?, &log).await });
            }
        });
        Self { url: url.replace(host, &folder.display().to_string()), folder, run }
    }

    /// The statements run since the last call, in order across all connections.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.run.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn join(client: UnixStream, server: UnixStream, log: &Mutex<Vec<String>>) -> io::Result<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let forth = async {
        // Messages before startup have no type byte: a length, then a code.
        loop {
            let length = from_client.read_u32().await?;
            let body = body(&mut from_client, length).await?;
            to_server.write_u32(length).await?;
            to_server.write_all(&body).await?;
            if body.first_chunk::<2>().is_some_and(|version| u16::from_be_bytes(*version) == PROTOCOL_MAJOR) {
                break;
            }
        }
        let mut session = Session::default();
        loop {
            let kind = from_client.read_u8().await?;
            let length = from_client.read_u32().await?;
            let body = body(&mut from_client, length).await?;
            if let Some(statement) = session.runs(kind, &body) {
                log.lock().unwrap_or_else(PoisonError::into_inner).push(statement);
            }
            to_server.write_u8(kind).await?;
            to_server.write_u32(length).await?;
            to_server.write_all(&body).await?;
        }
    };
    let ended: io::Result<()> = forth.await;
    back.abort();
    ended
}

/// The rest of a message; its length field counts itself.
async fn body(from: &mut (impl AsyncReadExt + Unpin), length: u32) -> io::Result<Vec<u8>> {
    let mut body = vec![0; usize::try_from(length).unwrap_or(0).saturating_sub(4)];
    from.read_exact(&mut body).await?;
    Ok(body)
}

/// The prepared statements and portals of one connection.
#[derive(Default)]
struct Session {
    statements: HashMap<Vec<u8>, String>,
    portals: HashMap<Vec<u8>, String>,
}

impl Session {
    /// The statement that a message runs, if any.
    fn runs(&mut self, kind: u8, body: &[u8]) -> Option<String> {
        let mut texts = body.split(|byte| *byte == 0).map(<[u8]>::to_vec);
        let mut next = || texts.next().unwrap_or_default();
        match kind {
            b'Q' => Some(String::from_utf8_lossy(&next()).into_owned()),
            b'P' => {
                let name = next();
                self.statements.insert(name, String::from_utf8_lossy(&next()).into_owned());
                None
            }
            b'B' => {
                let portal = next();
                let statement = self.statements.get(&next()).cloned().unwrap_or_default();
                self.portals.insert(portal, statement);
                None
            }
            b'E' => self.portals.get(&next()).cloned(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_counts_each_time_it_runs() {
        let mut session = Session::default();
        assert_eq!(session.runs(b'P', b"s0\0SELECT 1\0\0\0"), None);
        assert_eq!(session.runs(b'B', b"p\0s0\0\0\0"), None);
        for _ in 0..2 {
            assert_eq!(session.runs(b'E', b"p\0\0\0\0\0").as_deref(), Some("SELECT 1"));
        }
        assert_eq!(session.runs(b'Q', b"BEGIN\0").as_deref(), Some("BEGIN"));
        assert_eq!(session.runs(b'S', b""), None);
    }
}
