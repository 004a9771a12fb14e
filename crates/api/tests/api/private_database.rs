//! The program with a private PostgreSQL: started, killed and started again.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use serde_json::json;

use crate::support::program::{Program, folder, postmaster, runs, wait_until};

fn login(base: &str, email: &str) -> u16 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    runtime.block_on(async {
        let body = json!({"email": email, "password": "correct horse"});
        reqwest::Client::new()
            .post(format!("{base}/api/v1/auth/login"))
            .json(&body)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    })
}

fn register(base: &str, email: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    runtime.block_on(async {
        let body = json!({"name": "A", "email": email, "password": "correct horse", "locale": "en"});
        let answer =
            reqwest::Client::new().post(format!("{base}/api/v1/auth/register")).json(&body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 201);
    });
}

#[test]
fn killed_it_leaves_no_database_behind_and_comes_back_with_its_data() {
    let folder = folder("kill");
    let mut first = Program::start(&folder);
    register(&first.base, "a@test.example");
    let database = postmaster(&folder).expect("a running cluster");
    assert!(runs(database));
    first.kill();
    // Right away, while the old cluster may still be shutting down.
    let mut second = Program::start(&folder);
    assert!(!runs(database), "the old PostgreSQL is gone");
    assert_eq!(login(&second.base, "a@test.example"), 200);
    let database = postmaster(&folder).expect("a running cluster");

    let status = Command::new("kill").args(["-INT", &second.child.id().to_string()]).status().unwrap();
    assert!(status.success());
    assert!(second.child.wait().unwrap().success());
    wait_until("PostgreSQL ends with its server", || !runs(database));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_wrong_setting_stops_the_start_with_its_name() {
    let out = Command::new(env!("CARGO_BIN_EXE_linguaglow")).env("LINGUAGLOW_WORKERS", "many").output().unwrap();
    assert!(!out.status.success());
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(said.contains("LINGUAGLOW_WORKERS is \"many\"") && said.lines().count() == 1, "{said}");
    let help = Command::new(env!("CARGO_BIN_EXE_linguaglow")).arg("--help").output().unwrap();
    let text = String::from_utf8_lossy(&help.stdout);
    for setting in linguaglow_api::config::SETTINGS {
        assert!(text.contains(setting.name), "{} is not in --help", setting.name);
    }
}

#[test]
fn the_demo_beside_a_running_server_uses_its_database() {
    let folder = folder("demo");
    let mut server = Program::start(&folder);
    let demo = || {
        Command::new(env!("CARGO_BIN_EXE_linguaglow")).arg("demo").env("LINGUAGLOW_DATA_DIR", &folder).output().unwrap()
    };
    let first = demo();
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(first.status.success(), "{said}{}", String::from_utf8_lossy(&first.stderr));
    assert!(said.contains("anna@demo.example") && said.contains("marina@demo.example"), "{said}");
    let again = demo();
    assert!(again.status.success() && String::from_utf8_lossy(&again.stdout).contains("there already"));
    // It did not take the running server's database down with it.
    assert_eq!(login(&server.base, "nobody@test.example"), 401);
    server.kill();
    let database = postmaster(&folder);
    wait_until("PostgreSQL ends with its killed server", || database.is_none_or(|pid| !runs(pid)));
    fs::remove_dir_all(folder).unwrap();
}

fn health(base: &str) -> u16 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    runtime.block_on(async { reqwest::get(format!("{base}/healthz")).await.unwrap().status().as_u16() })
}

/// The number of letters in the outbox.
fn letters(folder: &Path) -> usize {
    fs::read_dir(folder.join("outbox")).map_or(0, Iterator::count)
}

#[test]
fn a_database_that_is_killed_is_started_again_and_work_goes_on() {
    let folder = folder("dead");
    let server = Program::start_with(
        &folder,
        &[("LLM_URL", "http://127.0.0.1:9/v1"), ("LLM_MODEL", "m"), ("LLM_KEY", "sk-secret")],
    );
    register(&server.base, "a@test.example");
    wait_until("the first letter", || letters(&folder) == 1);
    assert_eq!(health(&server.base), 200);
    let first = postmaster(&folder).expect("a running cluster");

    // The environment passed to it has no key, and no setting that leaks.
    let environment = String::from_utf8_lossy(&fs::read(format!("/proc/{first}/environ")).unwrap()).into_owned();
    assert!(
        environment.contains("PATH=") && !environment.contains("LINGUAGLOW") && !environment.contains("secret"),
        "{environment}"
    );
    let command = String::from_utf8_lossy(&fs::read(format!("/proc/{first}/cmdline")).unwrap()).into_owned();
    assert!(command.contains("jit=off"), "{command}");

    for _ in 0..2 {
        let before = postmaster(&folder).expect("a running cluster");
        assert!(Command::new("kill").args(["-KILL", &before.to_string()]).status().unwrap().success());
        wait_until("healthz says that it is gone", || health(&server.base) == 503);
        wait_until("it is back", || health(&server.base) == 200);
        assert_ne!(postmaster(&folder), Some(before));
    }
    assert_eq!(login(&server.base, "a@test.example"), 200);
    // Jobs still run.
    register(&server.base, "b@test.example");
    wait_until("the second letter", || letters(&folder) == 2);
    assert!(server.said().contains("the database died and is being restarted"));

    let database = postmaster(&folder).expect("a running cluster");
    let pid = server.child.id();
    assert!(Command::new("kill").args(["-INT", &pid.to_string()]).status().unwrap().success());
    wait_until("PostgreSQL ends with its server", || !runs(database));
    fs::remove_dir_all(folder).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_it_keeps_is_for_its_own_eyes() {
    let folder = folder("private");
    // Left open by an earlier version.
    let (outbox, files) = (folder.join("outbox"), folder.join("files"));
    for open in [&outbox, &files] {
        fs::create_dir_all(open).unwrap();
        fs::set_permissions(open, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(open.join("old"), "link").unwrap();
        fs::set_permissions(open.join("old"), fs::Permissions::from_mode(0o644)).unwrap();
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let mut server = Program::start(&folder);
    register(&server.base, "a@test.example");
    wait_until("the letter", || letters(&folder) == 2);
    // If the database runs as another user, that user has to traverse the folder.
    let others = mode(&folder) & 0o077;
    assert!(others == 0 || others == 0o011, "{others:o}");
    for closed in [&outbox, &files, &folder.join("postgres"), &folder.join("pg-socket")] {
        assert_eq!(mode(closed), 0o700, "{}", closed.display());
    }
    for file in fs::read_dir(&outbox).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
    assert_eq!(mode(&files.join("old")), 0o600);
    server.kill();
    let database = postmaster(&folder);
    wait_until("PostgreSQL ends with its killed server", || database.is_none_or(|pid| !runs(pid)));
    // After a restart it finds its data in the same place.
    let mut again = Program::start(&folder);
    assert_eq!(login(&again.base, "a@test.example"), 200);
    again.kill();
    let database = postmaster(&folder);
    wait_until("PostgreSQL ends with its killed server", || database.is_none_or(|pid| !runs(pid)));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn letters_that_leave_need_an_address_to_lead_to() {
    let start = |settings: &[(&str, &str)]| {
        let settings = settings.iter().map(|(name, value)| (format!("LINGUAGLOW_{name}"), (*value).to_owned()));
        Command::new(env!("CARGO_BIN_EXE_linguaglow")).envs(settings).output().unwrap()
    };
    let out = start(&[("SMTP_URL", "smtp://u:secret@mail.example:587")]);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!out.status.success() && said.contains("LINGUAGLOW_PUBLIC_URL") && !said.contains("secret"), "{said}");
}

#[test]
fn a_letter_that_fails_is_not_in_the_log() {
    let folder = folder("failing");
    let settings = [("SMTP_URL", "smtp://127.0.0.1:9"), ("PUBLIC_URL", "http://school.example"), ("LOG", "debug")];
    let mut server = Program::start_with(&folder, &settings);
    register(&server.base, "a@test.example");
    wait_until("it fails", || server.said().contains("job failed"));
    // The queue reports the failure as well, right afterwards.
    register(&server.base, "b@test.example");
    wait_until("it fails again", || server.said().matches("job failed").count() > 1);
    let said = server.said();
    assert!(!said.contains("confirm-email?token") && !said.contains("a@test.example"), "{said}");
    server.kill();
    let database = postmaster(&folder);
    wait_until("PostgreSQL ends with its killed server", || database.is_none_or(|pid| !runs(pid)));
    fs::remove_dir_all(folder).unwrap();
}
