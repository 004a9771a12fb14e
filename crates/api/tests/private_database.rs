//! The program with a private PostgreSQL, started, killed and started again.

#[path = "support/program.rs"]
mod program;

use std::{fs, process::Command};

use program::{Program, folder, postmaster, runs, wait_until};
use serde_json::json;

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
    // At once, while the old cluster may still be on its way out.
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
