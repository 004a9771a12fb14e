//! Rate limits: by account, or by address for callers without one. The `governor` crate covers limits that only count
//! up; attempts that are refunded on success are counted here.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use sha2::{Digest, Sha256};
use types::ids::UserId;

use crate::{
    address::host,
    error::{ApiError, ApiResult},
};

/// A key of fixed size, whatever it is derived from: what strangers send must not fill the memory.
type Short = [u8; 16];

fn short(parts: &[&[u8]]) -> Short {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut out = Short::default();
    out.copy_from_slice(&hash.finalize()[..16]);
    out
}

/// The rate limiters of one server.
pub struct Limits {
    account: DefaultKeyedRateLimiter<UserId>,
    /// Logging in, registering, opening links and trying invitations, by address. A whole school may share one address,
    /// so each has a separate limit: a class that joins must not block a colleague who registers.
    entering: DefaultKeyedRateLimiter<IpAddr>,
    registering: DefaultKeyedRateLimiter<IpAddr>,
    links: DefaultKeyedRateLimiter<IpAddr>,
    joining: DefaultKeyedRateLimiter<IpAddr>,
    /// Requesting letters, by address.
    letters: DefaultKeyedRateLimiter<IpAddr>,
    /// Letters to one mailbox, whoever requests them.
    mailbox: DefaultKeyedRateLimiter<Short>,
    wrong_from_address: Tries<IpAddr>,
    wrong_from_device: Tries<Short>,
    wrong_for_account_from_address: Tries<Short>,
    wrong_for_account: Tries<Short>,
    generation: DefaultKeyedRateLimiter<UserId>,
    uploads: DefaultKeyedRateLimiter<UserId>,
}

const fn per(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// How strict the limits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    Usual,
    /// For load tests: nothing is limited.
    Off,
}

/// Attempts at a secret. Each is taken before the outcome is known, so that concurrent attempts gain nothing, and is
/// given back on success.
struct Tries<K> {
    at_once: f64,
    per_second: f64,
    /// The number of attempts taken, and the time of that number.
    spent: Mutex<HashMap<K, (f64, Instant)>>,
}

impl<K: Copy + Eq + Hash> Tries<K> {
    fn new(at_once: u32, per_minute: f64) -> Self {
        Self { at_once: f64::from(at_once), per_second: per_minute / 60.0, spent: Mutex::default() }
    }

    fn spent(&self) -> MutexGuard<'_, HashMap<K, (f64, Instant)>> {
        // No code panics while holding this lock.
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn left_over(&self, (spent, at): (f64, Instant), now: Instant) -> f64 {
        (spent - now.duration_since(at).as_secs_f64() * self.per_second).max(0.0)
    }

    fn take(&self, key: K, now: Instant) -> ApiResult<()> {
        let mut all = self.spent();
        let spent = all.get(&key).map_or(0.0, |entry| self.left_over(*entry, now));
        if spent + 1.0 > self.at_once {
            let wait = (spent + 1.0 - self.at_once) / self.per_second;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hours at most")]
            return Err(ApiError::too_many(wait.ceil() as u64));
        }
        all.insert(key, (spent + 1.0, now));
        Ok(())
    }

    fn give_back(&self, key: K) {
        if let Some((spent, _)) = self.spent().get_mut(&key) {
            *spent = (*spent - 1.0).max(0.0);
        }
    }

    fn forget(&self, now: Instant) {
        self.spent().retain(|_, entry| self.left_over(*entry, now) > 0.0);
    }
}

/// Where a password attempt comes from.
#[derive(Clone, Copy, Debug)]
pub enum TriedFrom<'a> {
    /// A device on which this account has logged in before, by its hash.
    KnownDevice(&'a [u8]),
    Address(IpAddr),
}

/// A password attempt in progress. If it is dropped, it counts as wrong.
#[must_use]
pub struct Try<'a> {
    limits: &'a Limits,
    taken: Taken,
}

enum Taken {
    Device(Short),
    Address { host: IpAddr, pair: Short, account: Short },
}

impl Try<'_> {
    /// The password was right: the attempt doesn't count.
    pub fn right(self) {
        match self.taken {
            Taken::Device(key) => self.limits.wrong_from_device.give_back(key),
            Taken::Address { host, pair, account } => {
                self.limits.wrong_from_address.give_back(host);
                self.limits.wrong_for_account_from_address.give_back(pair);
                self.limits.wrong_for_account.give_back(account);
            }
        }
    }
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
        let hour = |n: u32, burst: u32| Quota::per_hour(per(n * scale)).allow_burst(per(burst * scale));
        Self {
            account: RateLimiter::keyed(second(40, 200)),
            entering: RateLimiter::keyed(minute(240, 240)),
            registering: RateLimiter::keyed(minute(240, 240)),
            links: RateLimiter::keyed(minute(240, 240)),
            joining: RateLimiter::keyed(minute(240, 240)),
            letters: RateLimiter::keyed(minute(30, 30)),
            mailbox: RateLimiter::keyed(hour(6, 5)),
            wrong_from_address: Tries::new(30 * scale, 30.0),
            wrong_from_device: Tries::new(10 * scale, 6.0),
            wrong_for_account_from_address: Tries::new(10 * scale, 6.0),
            // In total, from all places where the account has never logged in: about 1,400 a day. That is too few to
            // guess a password, and known devices are not affected.
            wrong_for_account: Tries::new(50 * scale, 1.0),
            generation: RateLimiter::keyed(minute(20, 30)),
            uploads: RateLimiter::keyed(minute(30, 60)),
        }
    }

    pub(crate) fn count<K: Clone + Eq + Hash>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> ApiResult<()> {
        limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(limiter.clock().now());
            ApiError::too_many(wait.as_secs() + 1)
        })
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn by_account(&self, user: UserId) -> ApiResult<()> {
        Self::count(&self.account, &user)
    }

    /// Takes a password attempt. Ten wrong passwords for an account from one address, or from one known device, block
    /// only that address or device. Nobody else can block an owner on a known device, or a user who has just set a new
    /// password.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub fn password(&self, email: &str, from: TriedFrom<'_>) -> ApiResult<Try<'_>> {
        let (email, now) = (email.as_bytes(), Instant::now());
        let taken = match from {
            TriedFrom::KnownDevice(device) => {
                let key = short(&[email, device]);
                self.wrong_from_device.take(key, now)?;
                Taken::Device(key)
            }
            TriedFrom::Address(address) => {
                let host = host(address);
                let (pair, account) = (short(&[email, host.to_string().as_bytes()]), short(&[email]));
                self.wrong_for_account_from_address.take(pair, now)?;
                if let Err(refused) = self.wrong_from_address.take(host, now) {
                    self.wrong_for_account_from_address.give_back(pair);
                    return Err(refused);
                }
                if let Err(refused) = self.wrong_for_account.take(account, now) {
                    self.wrong_for_account_from_address.give_back(pair);
                    self.wrong_from_address.give_back(host);
                    return Err(refused);
                }
                Taken::Address { host, pair, account }
            }
        };
        Ok(Try { limits: self, taken })
    }

    /// Takes one letter to this address.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub fn letter_to(&self, email: &str) -> ApiResult<()> {
        Self::count(&self.mailbox, &short(&[email.as_bytes()]))
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

    /// Drops callers without recent requests. Call it now and then to keep the tables small.
    pub fn forget(&self) {
        let now = Instant::now();
        self.account.retain_recent();
        self.entering.retain_recent();
        self.registering.retain_recent();
        self.links.retain_recent();
        self.joining.retain_recent();
        self.letters.retain_recent();
        self.mailbox.retain_recent();
        self.wrong_from_address.forget(now);
        self.wrong_from_device.forget(now);
        self.wrong_for_account_from_address.forget(now);
        self.wrong_for_account.forget(now);
        self.generation.retain_recent();
        self.uploads.retain_recent();
    }
}

/// An action that is limited by address.
pub trait ByAddress: 'static {
    fn limiter(limits: &Limits) -> &DefaultKeyedRateLimiter<IpAddr>;
}

macro_rules! by_address {
    ($($(#[$doc:meta])* $name:ident: $field:ident;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $name {}

            impl ByAddress for $name {
                fn limiter(limits: &Limits) -> &DefaultKeyedRateLimiter<IpAddr> {
                    &limits.$field
                }
            }
        )+
    };
}

by_address! {
    /// Logging in.
    Entering: entering;
    /// Creating an account.
    Registering: registering;
    /// Opening the link in a letter.
    OpeningLinks: links;
    /// Looking at an invitation, and joining by it.
    Joining: joining;
    /// Requesting a letter.
    Writing: letters;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u8) -> TriedFrom<'static> {
        TriedFrom::Address(IpAddr::from([192, 0, 2, n]))
    }

    #[test]
    fn wrong_passwords_from_elsewhere_do_not_lock_out_the_owner() {
        let limits = Limits::new(Strictness::Usual);
        for _ in 0..10 {
            assert!(limits.password("anna@test.example", address(1)).is_ok());
        }
        assert!(limits.password("anna@test.example", address(1)).is_err(), "the one who tries waits");
        assert!(limits.password("anna@test.example", address(2)).is_ok(), "the owner at home doesn't");
        assert!(
            limits.password("anna@test.example", TriedFrom::KnownDevice(b"hers")).is_ok(),
            "nor at the same school"
        );
        assert!(limits.password("ben@test.example", address(1)).is_ok(), "nor does somebody else there");
    }

    #[test]
    fn many_addresses_do_not_help_and_a_known_device_still_gets_in() {
        let limits = Limits::new(Strictness::Usual);
        let tried = (0..=255).filter(|n| limits.password("anna@test.example", address(*n)).is_ok()).count();
        assert_eq!(tried, 50);
        assert!(limits.password("anna@test.example", TriedFrom::KnownDevice(b"hers")).is_ok());
    }

    #[test]
    fn right_passwords_count_for_nothing() {
        let limits = Limits::new(Strictness::Usual);
        for n in 0..200 {
            limits.password(&format!("pupil{n}@test.example"), address(1)).unwrap().right();
            limits.password("anna@test.example", address(1)).unwrap().right();
        }
        let wrong = (0..200).filter(|n| limits.password(&format!("pupil{n}@test.example"), address(1)).is_ok()).count();
        assert_eq!(wrong, 30);
    }

    #[test]
    fn tries_come_back_with_time() {
        let tries = Tries::new(2, 60.0);
        let start = Instant::now();
        let after = |seconds| start + std::time::Duration::from_secs(seconds);
        assert!(tries.take(1, start).is_ok() && tries.take(1, start).is_ok());
        assert_eq!(tries.take(1, start).unwrap_err().0.retry_after, Some(1));
        assert!(tries.take(1, after(1)).is_ok());
        tries.forget(after(2));
        assert_eq!(tries.spent().len(), 1);
        tries.forget(after(60));
        assert!(tries.spent().is_empty());
    }
}
