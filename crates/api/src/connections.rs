//! Limits open connections, in total and per address. One above a limit is refused and dropped before anything is
//! allocated for it: refusing must cost less than connecting.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::address::host;

/// File descriptors reserved for everything but connections: the database, the log, pictures being read.
const FILES_KEPT: u64 = 256;
/// Descriptors per connection: one for itself, another for a classroom's socket (ADR 8).
const FILES_EACH: u64 = 2;
/// Fewest connections allowed, however few descriptors there are.
const LEAST: usize = 64;

/// Counts the open connections.
#[derive(Debug)]
pub struct Connections {
    all_max: usize,
    each_max: usize,
    all: AtomicUsize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection's place in the counts, freed on drop.
#[derive(Debug)]
pub struct Place {
    of: Arc<Connections>,
    address: Option<IpAddr>,
}

impl Connections {
    /// Allows at most `each_max` connections per address, and in total as many as `files` descriptors are enough for.
    /// No address gets more than half of the total.
    #[must_use]
    pub fn new(each_max: usize, files: u64) -> Arc<Self> {
        let all_max = usize::try_from(files.saturating_sub(FILES_KEPT) / FILES_EACH).unwrap_or(usize::MAX).max(LEAST);
        let each_max = each_max.min(all_max / 2);
        Arc::new(Self { all_max, each_max, all: AtomicUsize::new(0), by_address: Mutex::default() })
    }

    /// Limits for the number of files that this process may open.
    #[must_use]
    pub fn of_this_process(each_max: usize) -> Arc<Self> {
        let files = rlimit::Resource::NOFILE.get_soft().unwrap_or(1_024);
        let connections = Self::new(each_max, files);
        if connections.each_max < each_max {
            tracing::warn!(
                files,
                an_address = connections.each_max,
                "the limit of open files leaves an address fewer connections than CONNECTIONS_PER_ADDRESS"
            );
        }
        connections
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        // No code panics while holding this lock.
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a new connection; `None` above a limit. Without an address it counts towards the total only: it is a
    /// proxy's, whose requests name the address.
    #[must_use]
    pub fn connect(self: &Arc<Self>, address: Option<IpAddr>) -> Option<Place> {
        if self.all.fetch_add(1, Ordering::Relaxed) >= self.all_max {
            self.all.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        if address.is_some_and(|address| !self.count(address)) {
            self.all.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Place { of: Arc::clone(self), address })
    }

    fn count(&self, address: IpAddr) -> bool {
        let mut counts = self.counts();
        let count = counts.entry(host(address)).or_default();
        let fits = *count < self.each_max;
        if fits {
            *count += 1;
        }
        fits
    }

    fn uncount(&self, address: IpAddr) {
        let (address, mut counts) = (host(address), self.counts());
        if let Some(count) = counts.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&address);
            }
        }
    }

    /// A place for a request that a proxy forwarded, counted for the address that the proxy names; `None` above the
    /// limit.
    #[must_use]
    pub fn pass_on(self: &Arc<Self>, address: IpAddr) -> Option<Passed> {
        self.count(address).then(|| Passed(Arc::new(OfAddress { of: Arc::clone(self), address })))
    }

    /// The number of open connections.
    #[must_use]
    pub fn open(&self) -> usize {
        self.all.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.of.all.fetch_sub(1, Ordering::Relaxed);
        if let Some(address) = self.address {
            self.of.uncount(address);
        }
    }
}

#[derive(Debug)]
struct OfAddress {
    of: Arc<Connections>,
    address: IpAddr,
}

impl Drop for OfAddress {
    fn drop(&mut self) {
        self.of.uncount(self.address);
    }
}

/// The place of a request behind a proxy. It stays taken until all clones are dropped, since a socket outlives its
/// request.
#[derive(Clone, Debug)]
#[expect(dead_code, reason = "it is held, not read")]
pub struct Passed(Arc<OfAddress>);

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_its_own_limit_and_a_proxy_none() {
        let connections = Connections::new(2, 10_000);
        let (ana, ben) = (address("192.0.2.1"), address("192.0.2.2"));
        let held = [connections.connect(Some(ana)).unwrap(), connections.connect(Some(ana)).unwrap()];
        assert!(connections.connect(Some(ana)).is_none());
        // The same address in another form, then a different one.
        assert!(connections.connect(Some(address("::ffff:192.0.2.1"))).is_none());
        assert!(connections.connect(Some(ben)).is_some());
        let through_a_proxy: Vec<Place> = (0..9).filter_map(|_| connections.connect(None)).collect();
        assert_eq!(through_a_proxy.len(), 9);
        assert!(connections.pass_on(ana).is_none());
        drop(held);
        let passed = connections.pass_on(ana).unwrap();
        let kept = passed.clone();
        drop(passed);
        let second = connections.pass_on(ana).unwrap();
        assert!(connections.pass_on(ana).is_none());
        drop((kept, second, through_a_proxy));
        assert_eq!(connections.open(), 0);
        assert!(connections.counts().is_empty());
    }

    #[test]
    fn few_files_leave_few_places_and_half_of_them_to_others() {
        let connections = Connections::new(2_000, 1_024);
        let ana: Vec<Place> = (0..2_000).filter_map(|_| connections.connect(Some(address("192.0.2.1")))).collect();
        assert_eq!(ana.len(), 192);
        let other: Vec<Place> = (0..2_000).filter_map(|_| connections.connect(Some(address("192.0.2.2")))).collect();
        assert_eq!(ana.len() + other.len(), 384);
        assert!(connections.connect(Some(address("192.0.2.3"))).is_none());
    }
}
