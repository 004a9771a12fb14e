//! A network that can stall or be cut: a TCP proxy in front of a server.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// The state of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    Up,
    /// Accepts connections and bytes but delivers nothing, like a phone that has lost its network.
    Held,
}

/// Stops when dropped.
pub struct Proxy {
    pub address: String,
    network: watch::Sender<Network>,
    cuts: watch::Sender<u64>,
    pub open: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    pub async fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (network, _) = watch::channel(Network::Up);
        let (cuts, _) = watch::channel(0);
        let open = Arc::new(AtomicUsize::new(0));
        let task = tokio::spawn({
            let (network, cuts, open, server) = (network.clone(), cuts.clone(), Arc::clone(&open), server.to_owned());
            async move {
                while let Ok((client, _)) = listener.accept().await {
                    let (network, mut cut) = (network.subscribe(), cuts.subscribe());
                    let (open, server) = (Arc::clone(&open), server.clone());
                    tokio::spawn(async move {
                        open.fetch_add(1, Ordering::SeqCst);
                        tokio::select! {
                            _ = cut.changed() => { let _ = client.set_zero_linger(); }
                            () = carry(&client, &server, network) => {}
                        }
                        open.fetch_sub(1, Ordering::SeqCst);
                    });
                }
            }
        });
        Self { address, network, cuts, open, task }
    }

    pub fn set(&self, network: Network) {
        self.network.send_replace(network);
    }

    /// Resets all connections.
    pub fn cut(&self) {
        self.cuts.send_modify(|n| *n += 1);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(client: &TcpStream, server: &str, network: watch::Receiver<Network>) {
    wait_until_up(&network).await;
    let Ok(server) = TcpStream::connect(server).await else { return };
    tokio::select! {
        () = one_way(client, &server, &network) => {}
        () = one_way(&server, client, &network) => {}
    }
}

async fn wait_until_up(network: &watch::Receiver<Network>) {
    let _ = network.clone().wait_for(|network| *network == Network::Up).await;
}

async fn one_way(from: &TcpStream, to: &TcpStream, network: &watch::Receiver<Network>) {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        if from.readable().await.is_err() {
            return;
        }
        match from.try_read(&mut bytes) {
            Ok(0) => return,
            Ok(length) => {
                wait_until_up(network).await;
                let mut rest = &bytes[..length];
                while !rest.is_empty() {
                    if to.writable().await.is_err() {
                        return;
                    }
                    match to.try_write(rest) {
                        Ok(written) => rest = &rest[written..],
                        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                        Err(_) => return,
                    }
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}
