//! How many connections are open, in all and of each address. One that comes over a limit is told so and dropped before
//! anything is made for it: turning away must cost less than coming.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::address::host;

/// Open files that are kept for everything but connections: the database's, the log, pictures being read.
const FILES_KEPT: u64 = 256;
/// A connection takes one, a classroom's socket another (ADR 8).
const FILES_EACH: u64 = 2;
/// However few files there are.
const LEAST: usize = 64;

/// What is open now.
#[derive(Debug)]
pub struct Connections {
    all_max: usize,
    each_max: usize,
    all: AtomicUsize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

/// A place that is given back when this is dropped.
#[derive(Debug)]
pub struct Place {
    of: Arc<Connections>,
    address: Option<IpAddr>,
}

impl Connections {
    /// At most `each_max` of one address, and of all as many as there are files for. One address never takes more than
    /// half of them.
    #[must_use]
    pub fn new(each_max: usize, files: u64) -> Arc<Self> {
        let all_max = usize::try_from(files.saturating_sub(FILES_KEPT) / FILES_EACH).unwrap_or(usize::MAX).max(LEAST);
        let each_max = each_max.min(all_max / 2);
        Arc::new(Self { all_max, each_max, all: AtomicUsize::new(0), by_address: Mutex::default() })
    }

    /// As many as this process may have files open.
    #[must_use]
    pub fn of_this_process(each_max: usize) -> Arc<Self> {
        let files = rlimit::Resource::NOFILE.get_soft().unwrap_or(1_024);
        let connections = Self::new(each_max, files);
        if connections.each_max < each_max {
            tracing::warn!(
                files,
                an_address = connections.each_max,
                "the limit of open files leaves fewer connections to an address than are set"
            );
        }
        connections
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        // Nothing panics while it holds this.
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more connection. Without an address it counts among all alone: it is a proxy's, and whose it is
    /// stands in its requests.
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

    /// A place for a request forwarded by a proxy, counted for the address that the proxy names.
    #[must_use]
    pub fn pass_on(self: &Arc<Self>, address: IpAddr) -> Option<Passed> {
        self.count(address).then(|| Passed(Arc::new(OfAddress { of: Arc::clone(self), address })))
    }

    /// How many are open.
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

/// The place of a request behind a proxy. Held by every copy: a socket outlives its request.
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
        // The same by another name, and another.
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
