//! A private PostgreSQL: uses the binaries installed on the machine, initialises a cluster under the data directory,
//! listens on a Unix socket only, and ends with the process that owns it.
//!
//! The parent-death signal belongs to the *thread* that forked and is cleared by a change of user. So the server is
//! started by a dedicated thread that lives as long as the process, through `setpriv`, which changes the user first and
//! sets the signal afterwards. If the server exits or is killed, that thread restarts it.

use std::{
    fmt, fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

/// Name of our role and our database.
const NAME: &str = "linguaglow";
/// Longest time that a start may take, including crash recovery.
const START_WAIT: Duration = Duration::from_secs(60);
/// Longest socket folder, in bytes: Unix socket paths end at 108 bytes, and PostgreSQL appends its file name.
const SOCKET_DIR_MAX: usize = 85;

/// Why there is no private PostgreSQL.
#[derive(Debug)]
pub enum PostgresError {
    /// No `initdb` and `postgres` on this machine.
    NotInstalled,
    /// Running as root, with no unprivileged account to run the server as.
    NoUser,
    /// A step failed: the step, and its output.
    Step(String, String),
    Io(String, io::Error),
    /// The server didn't come up in time.
    TimedOut,
}

impl fmt::Display for PostgresError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => f.write_str(
                "PostgreSQL is not installed. Install Debian's package 'postgresql', set LINGUAGLOW_PG_BIN to its folder, \
                 or LINGUAGLOW_DATABASE_URL to the address of a server",
            ),
            Self::NoUser => f.write_str("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it as"),
            Self::Step(what, said) => write!(f, "{what} failed: {said}"),
            Self::Io(what, error) => write!(f, "{what}: {error}"),
            Self::TimedOut => write!(f, "PostgreSQL did not start within {} seconds", START_WAIT.as_secs()),
        }
    }
}

impl std::error::Error for PostgresError {}

fn io_at(what: impl Into<String>) -> impl FnOnce(io::Error) -> PostgresError {
    move |error| PostgresError::Io(what.into(), error)
}

/// The server's crash safety.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Committed data survives a crash.
    Full,
    /// For tests: fast, but a crash may lose everything.
    None,
}

/// Options for starting the server.
#[derive(Clone, Debug)]
pub struct Options {
    pub data_dir: PathBuf,
    /// Folder of `initdb` and `postgres`; found automatically if missing.
    pub bin_dir: Option<PathBuf>,
    pub durability: Durability,
}

/// A private server: one that we own and stop, or another process's that we share.
#[derive(Debug)]
pub struct PrivatePostgres {
    socket_dir: PathBuf,
    cluster: PathBuf,
    owned: Option<Owned>,
}

#[derive(Debug)]
struct Owned {
    keeper: Arc<Keeper>,
    thread: Option<std::thread::JoinHandle<()>>,
    /// Locked for as long as we own the cluster.
    _lock: fs::File,
}

/// The folder of `initdb` and `postgres`: `given` or, without it, Debian's newest or a folder in `PATH`.
///
/// # Errors
/// [`PostgresError::NotInstalled`].
pub fn find_binaries(given: Option<&Path>) -> Result<PathBuf, PostgresError> {
    let has_both = |dir: &Path| dir.join("initdb").is_file() && dir.join("postgres").is_file();
    if let Some(dir) = given {
        return if has_both(dir) { Ok(dir.to_owned()) } else { Err(PostgresError::NotInstalled) };
    }
    let mut debian: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, dir)| has_both(dir))
        .collect();
    debian.sort();
    if let Some((_, dir)) = debian.pop() {
        return Ok(dir);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).find(|dir| has_both(dir)).ok_or(PostgresError::NotInstalled)
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

/// The account that PostgreSQL runs as if we are root.
fn unprivileged() -> Result<(u32, u32), PostgresError> {
    let accounts = fs::read_to_string("/etc/passwd").map_err(io_at("/etc/passwd"))?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| {
            let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
            let mut fields = line.split(':').skip(2);
            Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
        })
        .ok_or(PostgresError::NoUser)
}

/// FNV-1a hash of a path, as a short name for folders elsewhere that belong to it.
fn short_name(path: &Path) -> String {
    let hash = path
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

/// Whether every user can reach this folder. The database's user must, to run a cluster in it.
fn reachable(dir: &Path) -> bool {
    dir.ancestors().all(|folder| fs::metadata(folder).is_ok_and(|meta| meta.permissions().mode() & 0o001 != 0))
}

/// Parent folder of clusters whose user can't reach the data directory.
const ELSEWHERE: &str = "/var/lib/linguaglow";
/// Mode of our folders on the path to another user's cluster: others may traverse them but not list them.
const WALKED: u32 = 0o711;

/// Creates the data directory if missing, and closes it to others. If its cluster belongs to another user, that user
/// must be able to traverse it; then all others can as well, but everything inside is closed to them.
fn data_folder(given: &Path, another_user: bool) -> Result<PathBuf, PostgresError> {
    let at = || given.display().to_string();
    let new = !given.exists();
    fs::create_dir_all(given).map_err(io_at(at()))?;
    let folder = given.canonicalize().map_err(io_at(at()))?;
    let mode = fs::metadata(&folder).map_err(io_at(at()))?.permissions().mode() & 0o777;
    // A directory that was closed on purpose stays closed, unless its cluster is inside all the same.
    let open = new || mode & 0o001 != 0 || folder.join("postgres/PG_VERSION").exists();
    let walked = another_user && open && folder.parent().is_some_and(reachable);
    let wanted = if walked { WALKED } else { 0o700 };
    if mode != wanted
        && let Err(error) = fs::set_permissions(&folder, fs::Permissions::from_mode(wanted))
    {
        tracing::warn!(folder = %folder.display(), cause = %error, "failed to set this folder's permissions");
    }
    Ok(folder)
}

/// The folders of a data directory's cluster, created if missing.
struct Places {
    cluster: PathBuf,
    socket_dir: PathBuf,
    user: Option<(u32, u32)>,
}

fn places(data_dir: &Path) -> Result<Places, PostgresError> {
    let user = if is_root() { Some(unprivileged()?) } else { None };
    let data_dir = data_folder(data_dir, user.is_some())?;
    // To run as another user we need a path that this user can traverse. A cluster that is already elsewhere stays
    // there.
    let elsewhere = Path::new(ELSEWHERE).join(short_name(&data_dir));
    let moved = elsewhere.join("postgres/PG_VERSION").exists() && !data_dir.join("postgres/PG_VERSION").exists();
    let home = if user.is_some() && (moved || !reachable(&data_dir)) {
        for folder in [Path::new(ELSEWHERE), &elsewhere] {
            fs::DirBuilder::new()
                .recursive(true)
                .create(folder)
                .and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(WALKED)))
                .map_err(io_at(folder.display().to_string()))?;
        }
        tracing::info!(folder = %elsewhere.display(), "the database lives here: its user can't reach the data directory");
        elsewhere
    } else {
        data_dir.clone()
    };
    let cluster = home.join("postgres");
    let beside = home.join("pg-socket");
    let socket_dir = if beside.as_os_str().len() <= SOCKET_DIR_MAX {
        beside
    } else {
        std::env::temp_dir().join(format!("linguaglow-{}", short_name(&data_dir)))
    };
    for dir in [&cluster, &socket_dir] {
        fs::create_dir_all(dir).map_err(io_at(dir.display().to_string()))?;
        if let Some((uid, gid)) = user {
            chown(dir, Some(uid), Some(gid)).map_err(io_at(dir.display().to_string()))?;
        }
        // Whoever opens the socket becomes the database's owner, so nobody else may reach it.
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(io_at(dir.display().to_string()))?;
    }
    Ok(Places { cluster, socket_dir, user })
}

/// A command run as the cluster's user. With `dies_with_us` it ends when the thread that started it does.
fn as_user(user: Option<(u32, u32)>, program: &Path, dies_with_us: bool) -> Command {
    let mut command = Command::new("setpriv");
    // Pass on only what finds programs and their libraries: the rest of our environment has keys and passwords.
    let kept = ["PATH", "LD_LIBRARY_PATH"];
    command.env_clear().envs(kept.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    if let Some((uid, gid)) = user {
        command.arg(format!("--reuid={uid}")).arg(format!("--regid={gid}")).arg("--clear-groups");
    }
    if dies_with_us {
        // SIGINT is PostgreSQL's fast shutdown: it rolls back open transactions and writes a checkpoint.
        command.args(["--pdeathsig", "INT"]);
    }
    command.arg("--").arg(program).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8").current_dir("/");
    command
}

fn initdb(bin: &Path, places: &Places) -> Result<(), PostgresError> {
    let output = as_user(places.user, &bin.join("initdb"), false)
        .args(["--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--username", NAME, "-D"])
        .arg(&places.cluster)
        .output()
        .map_err(io_at("initdb"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(PostgresError::Step("initdb".into(), String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

/// The process id and status from the server's `postmaster.pid`.
fn postmaster(cluster: &Path) -> Option<(u32, String)> {
    let text = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    let mut lines = text.lines();
    let pid = lines.next()?.trim().parse().ok()?;
    Some((pid, lines.nth(6).unwrap_or_default().trim().to_owned()))
}

fn runs(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim().starts_with("postgres"))
}

fn wait_until(deadline: Instant, mut done: impl FnMut() -> bool) -> bool {
    while !done() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
    true
}

impl PrivatePostgres {
    /// Starts the cluster of a data directory, or shares it if another process of ours already runs it. Blocks until it
    /// accepts connections.
    ///
    /// # Errors
    /// See [`PostgresError`].
    pub fn start(options: &Options) -> Result<Self, PostgresError> {
        let bin = find_binaries(options.bin_dir.as_deref())?;
        let places = places(&options.data_dir)?;
        let deadline = Instant::now() + START_WAIT;
        let lock_path = options.data_dir.join("postgres.lock");
        let lock = fs::File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(io_at(lock_path.display().to_string()))?;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(fs::TryLockError::Error(error)) => {
                    return Err(PostgresError::Io(lock_path.display().to_string(), error));
                }
                // Another process of ours owns the cluster: use it once it is ready.
                Err(fs::TryLockError::WouldBlock) => {
                    if postmaster(&places.cluster).is_some_and(|(pid, state)| state == "ready" && runs(pid)) {
                        return Ok(Self { socket_dir: places.socket_dir, cluster: places.cluster, owned: None });
                    }
                    if Instant::now() > deadline {
                        return Err(PostgresError::TimedOut);
                    }
                    std::thread::park_timeout(Duration::from_millis(50));
                }
            }
        }
        if !places.cluster.join("PG_VERSION").exists() {
            tracing::info!(folder = %places.cluster.display(), "creating the database");
            initdb(&bin, &places)?;
        }
        // If we crashed, the old server may still be shutting down.
        if let Some((pid, _)) = postmaster(&places.cluster)
            && runs(pid)
        {
            tracing::info!(pid, "waiting for the previous database process to exit");
            if !wait_until(deadline, || !runs(pid)) {
                return Err(PostgresError::TimedOut);
            }
        }
        let (cluster, socket_dir) = (places.cluster.clone(), places.socket_dir.clone());
        let (pid, owned) = launch(bin, places, options.durability, lock)?;
        let ready = wait_until(deadline, || {
            !runs(pid) || postmaster(&cluster).is_some_and(|(now, state)| now == pid && state == "ready")
        });
        if !ready || !runs(pid) {
            // Dropping it prevents a restart.
            drop(owned);
            return Err(PostgresError::Step("starting PostgreSQL".into(), last_words(&cluster)));
        }
        owned.keeper.came_up.store(true, Ordering::SeqCst);
        Ok(Self { socket_dir, cluster, owned: Some(owned) })
    }

    /// The URL of a database on this server.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        let host = self.socket_dir.display().to_string().replace('%', "%25").replace(' ', "%20");
        format!("postgresql:///{database}?host={host}&user={NAME}")
    }

    /// The URL of our database.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of(NAME)
    }

    /// The URL of the database that always exists, for creating ours.
    #[must_use]
    pub fn maintenance_url(&self) -> String {
        self.url_of("postgres")
    }

    /// Our database's name.
    #[must_use]
    pub fn database(&self) -> &'static str {
        NAME
    }

    /// Whether we started the server, rather than share another process's.
    #[must_use]
    pub fn is_owned(&self) -> bool {
        self.owned.is_some()
    }

    /// The cluster's folder.
    #[must_use]
    pub fn cluster(&self) -> &Path {
        &self.cluster
    }

    /// The server's process id, if we own it and it is running.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.owned.as_ref().map(|owned| owned.keeper.pid.load(Ordering::SeqCst)).filter(|pid| *pid != 0)
    }
}

/// The last lines of the server's log.
fn last_words(cluster: &Path) -> String {
    let log = fs::read_to_string(cluster.join("server.log")).unwrap_or_default();
    let tail: Vec<&str> = log.lines().rev().take(5).collect();
    tail.into_iter().rev().collect::<Vec<_>>().join("; ")
}

/// Shared by the thread that keeps the server running and the code that stops it.
#[derive(Debug, Default)]
struct Keeper {
    /// 0 if the server is not running.
    pid: AtomicU32,
    /// The server has accepted connections. From then on it is restarted when it ends.
    came_up: AtomicBool,
    ending: AtomicBool,
}

/// Shortest pause before a server that ended is restarted.
const PAUSE_MIN: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// A process that ran this long did not fail to start.
const STEADY: Duration = Duration::from_secs(60);

impl Keeper {
    /// Asks the server to shut down, by the `kill` command: sending a signal ourselves would need unsafe code.
    fn interrupt(&self) {
        let pid = self.pid.load(Ordering::SeqCst);
        if pid != 0 {
            // If that fails, the server has already ended.
            let _ = Command::new("kill").args(["-INT", &pid.to_string()]).stderr(Stdio::null()).status();
        }
    }

    /// Starts the server and restarts it whenever it ends, until it is stopped. `first` receives the outcome of the
    /// first start.
    fn keep(&self, bin: &Path, places: &Places, durability: Durability, first: &mpsc::Sender<io::Result<u32>>) {
        let mut pause = PAUSE_MIN;
        loop {
            let began = Instant::now();
            match command(bin, places, durability, self.came_up.load(Ordering::SeqCst)).and_then(|mut it| it.spawn()) {
                Ok(mut child) => {
                    self.pid.store(child.id(), Ordering::SeqCst);
                    // Either a concurrent stop saw this process, or we notice the stop here.
                    if self.ending.load(Ordering::SeqCst) {
                        self.interrupt();
                    }
                    // Only the first start has a receiver; it is gone by the next.
                    let _ = first.send(Ok(child.id()));
                    let _ = child.wait();
                    self.pid.store(0, Ordering::SeqCst);
                }
                Err(error) => {
                    if !self.came_up.load(Ordering::SeqCst) {
                        let _ = first.send(Err(error));
                        return;
                    }
                    tracing::error!(cause = %error, "failed to start the database");
                }
            }
            if self.ending.load(Ordering::SeqCst) || !self.came_up.load(Ordering::SeqCst) {
                return;
            }
            if began.elapsed() > STEADY {
                pause = PAUSE_MIN;
            }
            tracing::error!(said = last_words(&places.cluster), "the database died and is being restarted");
            let until = Instant::now() + pause;
            while !self.ending.load(Ordering::SeqCst) && Instant::now() < until {
                std::thread::park_timeout(until.saturating_duration_since(Instant::now()));
            }
            if self.ending.load(Ordering::SeqCst) {
                return;
            }
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }
}

/// The server's command. On a restart it appends to the log, which says why the server ended.
fn command(bin: &Path, places: &Places, durability: Durability, again: bool) -> io::Result<Command> {
    let log_path = places.cluster.join("server.log");
    // Otherwise the log is truncated to this start, as the reason of a failure is read from it.
    let log = fs::File::options().create(true).write(true).append(again).truncate(!again).open(log_path)?;
    let mut command = as_user(places.user, &bin.join("postgres"), true);
    command.arg("-D").arg(&places.cluster).arg("-k").arg(&places.socket_dir);
    let mut settings = vec![
        "listen_addresses=",
        // Most of DATABASE_CONNECTIONS, and those of the job queue.
        "max_connections=240",
        "shared_buffers=64MB",
        "max_wal_size=512MB",
        "log_min_messages=warning",
        "timezone=UTC",
        // When idle, the server should not wake a laptop.
        "autovacuum_naptime=5min",
        // JIT leaks memory in version 15, and our queries are too short to gain from it.
        "jit=off",
    ];
    if durability == Durability::None {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
    }
    for setting in settings {
        command.args(["-c", setting]);
    }
    command.stdout(log.try_clone()?).stderr(log);
    Ok(command)
}

/// Starts the server on a thread that keeps it running.
fn launch(bin: PathBuf, places: Places, durability: Durability, lock: fs::File) -> Result<(u32, Owned), PostgresError> {
    let keeper = Arc::new(Keeper::default());
    let (send, receive) = mpsc::channel();
    let thread = std::thread::Builder::new()
        .name("postgres".into())
        .spawn({
            let keeper = Arc::clone(&keeper);
            move || keeper.keep(&bin, &places, durability, &send)
        })
        .map_err(io_at("a thread for the database"))?;
    let owned = Owned { keeper, thread: Some(thread), _lock: lock };
    let pid = receive
        .recv()
        .map_err(|_| PostgresError::Step("starting PostgreSQL".into(), "its thread ended".into()))?
        .map_err(io_at("setpriv (Debian's package util-linux)"))?;
    // Wait until `setpriv` has become `postgres`; the process id stays the same.
    let deadline = Instant::now() + Duration::from_secs(5);
    wait_until(deadline, || runs(pid) || fs::metadata(format!("/proc/{pid}")).is_err());
    Ok((pid, owned))
}

impl Drop for Owned {
    /// Stops the server by a fast shutdown and waits for it.
    fn drop(&mut self) {
        self.keeper.ending.store(true, Ordering::SeqCst);
        self.keeper.interrupt();
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
