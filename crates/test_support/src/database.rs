//! A real PostgreSQL server for tests, with binaries found as for the product's private one. The first test process of
//! a run starts it in a folder of the machine's temporary directory; every test gets a copy of a migrated template.
//!
//! `cargo nextest` runs a process per test. The first to get the lock starts the server with `pg_ctl` (through
//! `setpriv` if it runs as root), so that the server outlives it; the others find its socket. `dev` stops it when the
//! run ends; the next run joins one that was left running.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use services::postgres::find_binaries;
use store::JobLeft;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// A database for one test. It ends with this, also when the test panics; a test that passes and leaves jobs in the
/// queue fails, unless [`TestDatabase::leaves_jobs`] names them.
pub struct TestDatabase {
    pub url: String,
    name: String,
    server: Server,
    /// Names of the jobs that the test leaves on purpose.
    leaves: BTreeSet<&'static str>,
}

#[derive(Clone)]
struct Server {
    socket: PathBuf,
}

impl Server {
    fn url(&self, database: &str) -> String {
        format!("postgresql:///{database}?host={}&user=linguaglow", self.socket.display())
    }
}

fn unprivileged() -> Option<(String, String)> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"));
    root.then(|| ("postgres".to_owned(), "postgres".to_owned()))
}

fn run(command: &mut Command) -> Result<(), Error> {
    let out = command.stdin(Stdio::null()).output()?;
    if out.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&out.stderr).into_owned().into()) }
}

fn as_user(program: &Path) -> Command {
    match unprivileged() {
        Some((user, group)) => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", &user, "--regid", &group, "--clear-groups", "--"]).arg(program).current_dir("/");
            command
        }
        None => Command::new(program),
    }
}

fn ready(socket: &Path) -> bool {
    std::os::unix::net::UnixStream::connect(socket.join(".s.PGSQL.5432")).is_ok()
}

/// The run's server; the first caller starts it.
fn server() -> Result<Server, Error> {
    let home = std::env::temp_dir().join("linguaglow-tests");
    fs::create_dir_all(&home)?;
    let lock = fs::File::options().create(true).truncate(false).write(true).open(home.join("lock"))?;
    lock.lock()?;
    let (cluster, socket) = (home.join("cluster"), home.join("socket"));
    if ready(&socket) {
        return Ok(Server { socket });
    }
    let bin = find_binaries(std::env::var_os("LINGUAGLOW_PG_BIN").as_deref().map(Path::new))?;
    // Left over from an earlier run, and unused.
    let _ = fs::remove_dir_all(&cluster);
    let _ = fs::remove_dir_all(&socket);
    fs::create_dir_all(&cluster)?;
    fs::create_dir_all(&socket)?;
    if let Some((user, group)) = unprivileged() {
        run(Command::new("chown").arg(format!("{user}:{group}")).arg(&cluster).arg(&socket))?;
    }
    run(as_user(&bin.join("initdb"))
        .args(["--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--username=linguaglow", "--no-sync", "-D"])
        .arg(&cluster))?;
    let options = format!(
        "-k {} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c timezone=UTC",
        socket.display()
    );
    run(as_user(&bin.join("pg_ctl"))
        .arg("-D")
        .arg(&cluster)
        .args(["-w", "-l"])
        .arg(cluster.join("log"))
        .args(["-o", &options, "start"]))?;
    let deadline = Instant::now() + Duration::from_secs(30);
    while !ready(&socket) {
        if Instant::now() > deadline {
            return Err("the tests' PostgreSQL did not start".into());
        }
        std::thread::yield_now();
    }
    Ok(Server { socket })
}

impl TestDatabase {
    /// Creates a copy of the template. `migrate` brings the template up to date; it runs once per build of the
    /// migrations.
    ///
    /// # Errors
    /// If PostgreSQL is missing or doesn't start.
    pub async fn create<F>(template_key: &str, migrate: impl FnOnce(String) -> F) -> Result<Self, Error>
    where
        F: Future<Output = Result<(), Error>>,
    {
        let server = tokio::task::spawn_blocking(server).await??;
        let template = format!("template_{template_key}");
        let lock = fs::File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(std::env::temp_dir().join("linguaglow-tests/template.lock"))?;
        // A template can't be copied while anything is connected to it, so copy one at a time; each takes about 0.1 s.
        let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await??;
        let maintenance = server.url("postgres");
        if !store::exists(&maintenance, &template).await? {
            let making = format!("{template}_new");
            store::batch(
                &maintenance,
                &[&format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)"), &format!("CREATE DATABASE {making}")],
            )
            .await?;
            migrate(server.url(&making)).await?;
            // The migration's connection pool may close late.
            let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{making}'");
            store::batch(&maintenance, &[&end, &format!("ALTER DATABASE {making} RENAME TO {template}")]).await?;
        }
        let name = format!("test_{}", uuid_like());
        store::batch(&maintenance, &[&format!("CREATE DATABASE {name} TEMPLATE {template}")]).await?;
        drop(lock);
        Ok(Self { url: server.url(&name), name, server, leaves: BTreeSet::new() })
    }

    /// Says which jobs the test leaves in the queue on purpose: all of these, and no others.
    pub fn leaves_jobs(&mut self, names: &[&'static str]) {
        self.leaves.extend(names);
    }

    /// Closes every connection, as a restart of the server would.
    ///
    /// # Errors
    /// If the server can't be reached.
    pub async fn cut_connections(&self) -> Result<(), Error> {
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", self.name);
        store::batch(&self.server.url("postgres"), &[&end]).await
    }

    /// Closes every connection and refuses new ones, until it is called with `false`.
    ///
    /// # Errors
    /// If the server can't be reached.
    pub async fn set_lost(&self, lost: bool) -> Result<(), Error> {
        let allow = format!("ALTER DATABASE {} ALLOW_CONNECTIONS {}", self.name, !lost);
        store::batch(&self.server.url("postgres"), &[&allow]).await?;
        if lost { self.cut_connections().await } else { Ok(()) }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // A second panic would end the process, and every other test with it.
        let failing = std::thread::panicking();
        let (url, name, maintenance) = (self.url.as_str(), &self.name, self.server.url("postgres"));
        let ended = finish(async {
            let left = if failing { Vec::new() } else { store::jobs_left(url).await? };
            store::batch(&maintenance, &[&format!("DROP DATABASE {name} WITH (FORCE)")]).await?;
            Ok::<_, Error>(left)
        });
        match ended {
            Ok(_) if failing => {}
            Ok(left) => check_left(&self.leaves, &left),
            Err(error) if failing => eprintln!("the database {name} is left behind: {error}"),
            Err(error) => panic!("the database {name} is left behind: {error}"),
        }
    }
}

/// Fails unless the jobs left are of the names expected.
fn check_left(expected: &BTreeSet<&str>, left: &[JobLeft]) {
    let names: BTreeSet<&str> = left.iter().map(|job| job.name.as_str()).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for job in left {
        *counts.entry(job.to_string()).or_default() += 1;
    }
    let list: Vec<String> = counts.iter().map(|(job, times)| format!("{times} × {job}")).collect();
    assert!(names == *expected, "the test leaves these jobs: [{}], and says {expected:?}", list.join(", "));
}

/// Runs a future to its end on a thread and runtime of its own; for `Drop`, which can't await.
///
/// # Panics
/// If the future does, or the system can't start a thread.
pub fn finish<T: Send>(future: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| {
        let finishing = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(future)
        });
        finishing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Unique within this run: process id, counter and time.
fn uuid_like() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_nanos());
    format!("{}_{}_{nanos}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(names: &[&str]) -> Vec<JobLeft> {
        let job = |name: &&str| JobLeft { name: (*name).to_owned(), attempts: 1, last_error: None };
        names.iter().map(job).collect()
    }

    #[test]
    fn only_the_jobs_that_a_test_names_may_be_left() {
        check_left(&BTreeSet::new(), &[]);
        check_left(&["send_letter"].into(), &left(&["send_letter", "send_letter"]));
        for (expected, jobs) in [
            (BTreeSet::new(), left(&["send_letter"])),
            (["send_letter"].into(), left(&["send_letter", "generate_part"])),
            // What the test says is no longer so.
            (["send_letter"].into(), left(&[])),
        ] {
            assert!(std::panic::catch_unwind(|| check_left(&expected, &jobs)).is_err(), "{expected:?}: {jobs:?}");
        }
    }

    #[test]
    fn a_future_is_finished_within_a_runtime() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let waited = async { finish(async { tokio::time::sleep(Duration::from_millis(1)).await }) };
        runtime.block_on(waited);
    }
}
