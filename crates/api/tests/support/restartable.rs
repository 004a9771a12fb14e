//! The program as a separate process that can be killed and restarted at the same address.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// Killed when dropped.
pub struct Program {
    child: Option<Child>,
    pub address: String,
    folder: PathBuf,
    settings: Vec<(String, String)>,
}

impl Program {
    /// Settings are without their prefix.
    pub fn start(settings: &[(&str, &str)]) -> Self {
        let probe = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = probe.local_addr().unwrap().to_string();
        drop(probe);
        let folder = std::env::temp_dir().join(format!("linguaglow-program-{}", uuid::Uuid::now_v7()));
        let settings =
            settings.iter().map(|(name, value)| (format!("LINGUAGLOW_{name}"), (*value).to_owned())).collect();
        let mut program = Self { child: None, address, folder, settings };
        program.start_again();
        program
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Kills it without warning.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn start_again(&mut self) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_linguaglow"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("LINGUAGLOW_LISTEN", &self.address)
            .env("LINGUAGLOW_DATA_DIR", &self.folder)
            .env("LINGUAGLOW_WORKERS", "0")
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        self.child = Some(child);
        let mut said = String::new();
        loop {
            let line = lines.next().unwrap_or_else(|| panic!("it ended: {said}")).unwrap();
            if line.contains("LinguaGlow is ready") {
                break;
            }
            said += &line;
            said.push('\n');
        }
        // Keep reading, so that it never blocks on a full pipe; show what it complains about.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if line.contains("ERROR") || line.contains("panicked") {
                    eprintln!("{line}");
                }
            }
        });
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
