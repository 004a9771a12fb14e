//! Sockets that have not said hello yet. Until they do they belong to no room, so nothing else limits them.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use types::{classroom::SOCKETS_MAX, ids::UserId};

use crate::address::host;

/// Most per account: as many as it may have in one room, and as many again while clients replace their sockets.
const OF_ACCOUNT: usize = 2 * SOCKETS_MAX;

#[derive(Debug, Default)]
struct Counts {
    accounts: HashMap<UserId, usize>,
    addresses: HashMap<IpAddr, usize>,
}

/// Counts the sockets of this server that have not said hello.
#[derive(Clone, Debug)]
pub struct HelloLimits {
    counts: Arc<Mutex<Counts>>,
    /// Most per address. Must fit a whole school that reconnects after its network was down.
    of_address: usize,
}

/// Counts as one socket until it is dropped.
#[derive(Debug)]
pub struct AwaitingHello {
    of: HelloLimits,
    address: IpAddr,
    account: Option<UserId>,
}

fn add<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: K, most: usize) -> bool {
    let count = counts.entry(key).or_default();
    let fits = *count < most;
    if fits {
        *count += 1;
    }
    fits
}

fn take<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

impl HelloLimits {
    /// Allows at most `of_address` sockets per address.
    pub fn new(of_address: usize) -> Self {
        Self { counts: Arc::default(), of_address }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // Nothing panics while holding this lock.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a socket; `None` if its account or address has too many.
    pub fn expect(&self, address: IpAddr, account: Option<UserId>) -> Option<AwaitingHello> {
        let address = host(address);
        let mut counts = self.counts();
        if !add(&mut counts.addresses, address, self.of_address) {
            return None;
        }
        if account.is_some_and(|account| !add(&mut counts.accounts, account, OF_ACCOUNT)) {
            take(&mut counts.addresses, &address);
            return None;
        }
        Some(AwaitingHello { of: self.clone(), address, account })
    }
}

impl Drop for AwaitingHello {
    fn drop(&mut self) {
        let mut counts = self.of.counts();
        take(&mut counts.addresses, &self.address);
        if let Some(account) = &self.account {
            take(&mut counts.accounts, account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_and_an_address_have_so_many_and_get_them_back() {
        let waiting = HelloLimits::new(60);
        let (ana, address) = (UserId(uuid::Uuid::from_u128(1)), IpAddr::from([192, 0, 2, 1]));
        let of_ana: Vec<AwaitingHello> = (0..100).filter_map(|_| waiting.expect(address, Some(ana))).collect();
        assert_eq!(of_ana.len(), OF_ACCOUNT);
        let others: Vec<AwaitingHello> = (0..1_000).filter_map(|_| waiting.expect(address, None)).collect();
        assert_eq!(others.len(), 60 - OF_ACCOUNT);
        assert!(waiting.expect(IpAddr::from([192, 0, 2, 2]), None).is_some());
        drop((of_ana, others));
        assert!(waiting.counts().accounts.is_empty() && waiting.counts().addresses.is_empty());
    }
}
