//! The built program as a separate process, with a private PostgreSQL in a folder of the test.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// A running server.
pub struct Program {
    pub child: Child,
    pub base: String,
    said: Arc<Mutex<String>>,
}

/// Waits until a condition holds; fails after a minute.
pub fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

impl Program {
    /// Starts it with a data folder and waits until it serves.
    pub fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    /// Like [`Program::start`], with further settings, without the prefix.
    pub fn start_with(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let probe = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = probe.local_addr().unwrap().to_string();
        drop(probe);
        let mut child = Command::new(env!("CARGO_BIN_EXE_linguaglow"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("LINGUAGLOW_LISTEN", &address)
            .env("LINGUAGLOW_DATA_DIR", folder)
            .envs(settings.iter().map(|(name, value)| (format!("LINGUAGLOW_{name}"), value)))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = Arc::new(Mutex::new(String::new()));
        loop {
            let line = lines.next().unwrap_or_else(|| panic!("it ended: {}", said.lock().unwrap())).unwrap();
            let ready = line.contains("LinguaGlow is ready");
            *said.lock().unwrap() += &(line + "\n");
            if ready {
                break;
            }
        }
        // Keep reading, so that it never blocks on a full pipe.
        let log = Arc::clone(&said);
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| *log.lock().unwrap() += &(line + "\n")));
        Self { child, base: format!("http://{address}"), said }
    }

    /// Its output so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Kills it like a power cut.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    /// A failing test leaves no server behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The process id of the PostgreSQL in a folder.
pub fn postmaster(folder: &Path) -> Option<u32> {
    fs::read_to_string(folder.join("postgres/postmaster.pid")).ok()?.lines().next()?.parse().ok()
}

/// Whether the process exists and is not a zombie.
pub fn runs(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

pub fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("lg-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}
