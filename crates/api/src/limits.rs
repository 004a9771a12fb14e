//! How often somebody may ask: by account first, by address where there is none. The `governor` crate counts.

use std::{net::IpAddr, num::NonZeroU32};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use types::ids::UserId;

use crate::{auth::too_many, error::ApiResult};

/// The counters of one server.
pub struct Limits {
    account: DefaultKeyedRateLimiter<UserId>,
    /// Logging in, registering, asking for letters: by address.
    credentials: DefaultKeyedRateLimiter<IpAddr>,
    /// Trying passwords: by account, so that many addresses don't help.
    login: DefaultKeyedRateLimiter<String>,
    generation: DefaultKeyedRateLimiter<UserId>,
    uploads: DefaultKeyedRateLimiter<UserId>,
    /// Trying invitations: by address, behind which may sit a whole school.
    joining: DefaultKeyedRateLimiter<IpAddr>,
}

const fn per(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// How strict the counters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    Usual,
    /// For load tests: nobody is slowed down.
    Off,
}

impl Limits {
    #[must_use]
    pub fn new(strictness: Strictness) -> Self {
        let scale = match strictness {
            Strictness::Usual => 1,
            Strictness::Off => 1_000_000,
        };
        let second = |n: u32, burst: u32| Quota::per_second(per(n * scale)).allow_burst(per(burst * scale));
        let minute = |n: u32, burst: u32| Quota::per_minute(per(n * scale)).allow_burst(per(burst * scale));
        Self {
            account: RateLimiter::keyed(second(40, 200)),
            credentials: RateLimiter::keyed(minute(30, 30)),
            login: RateLimiter::keyed(minute(6, 10)),
            generation: RateLimiter::keyed(minute(20, 30)),
            uploads: RateLimiter::keyed(minute(30, 60)),
            joining: RateLimiter::keyed(minute(240, 240)),
        }
    }

    fn count<K: Clone + Eq + std::hash::Hash>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> ApiResult<()> {
        limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(limiter.clock().now());
            too_many(wait.as_secs() + 1)
        })
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn by_account(&self, user: UserId) -> ApiResult<()> {
        Self::count(&self.account, &user)
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn credentials(&self, address: IpAddr) -> ApiResult<()> {
        Self::count(&self.credentials, &host(address))
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn joining(&self, address: IpAddr) -> ApiResult<()> {
        Self::count(&self.joining, &host(address))
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn login(&self, email: &str) -> ApiResult<()> {
        Self::count(&self.login, &email.trim().to_lowercase())
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn generation(&self, user: UserId) -> ApiResult<()> {
        Self::count(&self.generation, &user)
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn uploads(&self, user: UserId) -> ApiResult<()> {
        Self::count(&self.uploads, &user)
    }

    /// Forgets those who have not asked lately; called now and then, so that the tables stay small.
    pub fn forget(&self) {
        self.account.retain_recent();
        self.credentials.retain_recent();
        self.login.retain_recent();
        self.generation.retain_recent();
        self.uploads.retain_recent();
        self.joining.retain_recent();
    }
}

/// An IPv6 host has a whole /64 to itself.
fn host(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
    }
}
