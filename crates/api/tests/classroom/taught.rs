//! The list of taught runs: issue 7, line 1.

use serde_json::json;
use types::{
    classroom::{ClassInfo, TaughtRun},
    page::Page,
};
use uuid::Uuid;

use crate::support::{
    Options, TestApp,
    room::{Class, RoomClient, check, text},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taught_is_listed_page_by_page_and_by_lesson() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let class = Class::start(&test).await;
    let teacher = &class.teacher;
    let ana = class.guest("Ana").await;
    let mut client = RoomClient::enter(&ana, class.run).await;
    let gaps = class.gaps;
    assert!(client.ask(check(gaps, &[("i1", text("go"))])).await.is_ok());
    // Two more runs of the class: the first ends when the second starts.
    let again = |id: Uuid| json!({"id": id, "lesson_id": class.lesson});
    let path = format!("/api/v1/classes/{}/runs", class.info.id);
    for _ in 0..2 {
        teacher.post(&path, again(Uuid::now_v7())).await.expect(201);
    }
    let all: Page<TaughtRun> = teacher.get("/api/v1/runs").await.expect(200).read();
    assert_eq!((all.total, all.items.len(), all.next.is_none()), (3, 3, true));
    assert_eq!(all.items.iter().filter(|taught| taught.run.ended_at.is_none()).count(), 1);
    let oldest = all.items.last().unwrap();
    assert_eq!((oldest.run.id, oldest.run.students, oldest.members), (class.run, 1, 1));
    assert_eq!((oldest.class, oldest.class_title.as_str()), (class.info.id, "A lesson"));

    // Reading it page by page gives the same list.
    let mut ids = Vec::new();
    let mut cursor = String::new();
    loop {
        let page: Page<TaughtRun> = teacher.get(&format!("/api/v1/runs?limit=1{cursor}")).await.expect(200).read();
        ids.extend(page.items.iter().map(|taught| taught.run.id));
        let Some(next) = page.next else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(ids, all.items.iter().map(|taught| taught.run.id).collect::<Vec<_>>());

    // By lesson. Another teacher's lesson was never taught here, and another teacher's list is empty.
    let (other_lesson, _) = teacher.lesson().await;
    for (lesson, count) in [(class.lesson.as_str(), 3), (&other_lesson, 0)] {
        let page: Page<TaughtRun> = teacher.get(&format!("/api/v1/runs?lesson={lesson}")).await.expect(200).read();
        assert_eq!(page.total, count, "{lesson}");
    }
    let other = test.teacher().await;
    let page: Page<TaughtRun> = other.get(&format!("/api/v1/runs?lesson={}", class.lesson)).await.expect(200).read();
    assert_eq!(page.total, 0);

    // A deleted lesson is no longer linked, but its runs stay.
    teacher.delete(&format!("/api/v1/lessons/{}", class.lesson)).await.expect(204);
    let page: Page<TaughtRun> = teacher.get("/api/v1/runs").await.expect(200).read();
    assert!(page.items.len() == 3 && page.items.iter().all(|taught| taught.run.lesson_id.is_none()));

    for bad in ["limit=0", "limit=101", "cursor=rubbish", "lesson=x", "more=1"] {
        teacher.get(&format!("/api/v1/runs?{bad}")).await.expect(422);
    }
    let _: ClassInfo = teacher.get(&format!("/api/v1/classes/{}", class.info.id)).await.expect(200).read();
}
