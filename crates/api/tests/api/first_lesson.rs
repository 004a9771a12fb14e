//! The commands that `docs/API.md` shows to newcomers work as written.

use std::process::Command;

use types::account::Scope;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_gets_from_a_token_to_a_lesson_on_paper() {
    let guide = include_str!("../../../../docs/API.md");
    let (_, rest) = guide.split_once("```sh\n").unwrap();
    let (first, commands) = rest.split_once("```").unwrap().0.split_once('\n').unwrap();
    assert!(first.starts_with("SERVER="), "the first line says where and who");
    let test = TestApp::start().await;
    let teacher = test.teacher().await;
    let scopes = [Scope::LessonsRead, Scope::LessonsWrite, Scope::Generate];
    let token = test.token(&teacher, &scopes).await.token.unwrap();
    let folder = test.folder.clone();
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", commands])
        .env("SERVER", &test.base)
        .env("TOKEN", token)
        .env("no_proxy", "127.0.0.1")
        .current_dir(&folder);
    let done = tokio::task::spawn_blocking(move || bash.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    assert!(said.lines().count() > 10, "it shows topics and tasks: {said}");
    assert!(std::fs::read(folder.join("lesson.pdf")).unwrap().starts_with(b"%PDF"));
}
