//! A real PostgreSQL server for tests, with binaries found as for the product's private one. The first test process of
//! a run starts it in a folder of the machine's temporary directory; every test gets a copy of a migrated template.
//!
//! `cargo nextest` runs a process per test. The first to get the lock starts the server with `pg_ctl` (through
//! `setpriv` if it runs as root), so that the server outlives it; the others find its socket. `dev` stops it when the
//! run ends; the next run joins one that was left running.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use services::postgres::find_binaries;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// A database for one test. Drop it with [`TestDatabase::remove`].
pub struct TestDatabase {
    pub url: String,
    name: String,
    server: Server,
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
        Ok(Self { url: server.url(&name), name, server })
    }

    /// Closes every connection, as a restart of the server would.
    ///
    /// # Errors
    /// If the server can't be reached.
    pub async fn cut_connections(&self) -> Result<(), Error> {
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", self.name);
        store::batch(&self.server.url("postgres"), &[&end]).await
    }

    /// Drops the database.
    ///
    /// # Errors
    /// If the server can't be reached.
    pub async fn remove(self) -> Result<(), Error> {
        store::batch(&self.server.url("postgres"), &[&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)])
            .await
    }
}

/// Unique within this run: process id, counter and time.
fn uuid_like() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_nanos());
    format!("{}_{}_{nanos}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
