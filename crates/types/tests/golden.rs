//! Everything that earlier builds stored must be readable by this one: contents and answers of each template in each
//! version, a class run's log, what a browser keeps to send, and requests for lessons. Never change these files; add a
//! file for a new form.

use std::{collections::BTreeSet, fs, path::PathBuf};

use linguaglow_types::{
    classroom::{Event, EventBody, Proposal},
    generation::StoredRequest,
    ids::ItemId,
    levels::Language,
    marks::Verdict,
    tasks::{CATALOGUE, TaskBody, TaskView},
};
use serde::Deserialize;
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn read<T: serde::de::DeserializeOwned>(file: &str) -> T {
    serde_json::from_str(&fs::read_to_string(folder().join(file)).expect(file)).expect(file)
}

#[derive(Deserialize)]
struct RightAnswer {
    item: ItemId,
    answer: Value,
}

#[derive(Deserialize)]
struct Stored {
    kind: String,
    version: i16,
    content: Value,
    right_answers: Vec<RightAnswer>,
    /// The seed of `view`, the view that was sent to students.
    seed: u64,
    view: Value,
}

fn contents() -> Vec<Stored> {
    let files = fs::read_dir(folder()).expect("the golden files").map(|file| file.expect("a file").file_name());
    // `<kind>.<version>.json`
    let names = files.map(|name| name.into_string().expect("UTF-8")).filter(|name| name.split('.').count() == 3);
    let all: Vec<Stored> = names.map(|name| read(&name)).collect();
    assert!(!all.is_empty());
    all
}

#[test]
fn stored_contents_open_and_their_answers_are_still_right() {
    for stored in contents() {
        let (kind, version) = (&stored.kind, stored.version);
        let body = TaskBody::from_stored(kind, version, stored.content.clone());
        assert!(!body.is_unread() && body.meta().is_some(), "{kind} of version {version} can't be read");
        assert_eq!(body.validate(), [], "{kind} of version {version}");
        if body.version() == version {
            assert_eq!(body.content(), stored.content, "{kind}: this version is written in another form");
        }
        let marked: BTreeSet<ItemId> = stored.right_answers.iter().map(|right| right.item.clone()).collect();
        assert!(marked.is_subset(&body.items().into_iter().collect()), "{kind}: an item is gone");
        for RightAnswer { item, answer } in &stored.right_answers {
            let mark = body.score(item, answer, Language::En).expect(kind);
            assert_eq!(mark.verdict, Verdict::Right, "{kind} {item}: {answer}");
            assert!(body.answer_text(answer).is_some(), "{kind}: {answer}");
        }
        // A phone with an older program in an open tab has such a view.
        let view = serde_json::json!({"kind": kind, "view": stored.view});
        let view: TaskView = serde_json::from_value(view).expect("a view");
        assert!(!matches!(view, TaskView::Unknown(_)), "{kind}: an old view can't be read");
        // The order of options must survive a restart: reports and papers refer to it.
        let now = serde_json::to_value(body.student_view(stored.seed)).expect("a view");
        assert_eq!(now["view"], stored.view, "{kind}: another view of the same content and seed");
    }
}

#[test]
fn every_template_has_the_contents_that_it_stores_today_among_them() {
    let known: BTreeSet<(String, i16)> = contents().into_iter().map(|stored| (stored.kind, stored.version)).collect();
    for meta in CATALOGUE {
        let version = TaskBody::blank(meta.kind).expect(meta.kind).version();
        for version in 1..=version {
            assert!(
                known.contains(&(meta.kind.to_owned(), version)),
                "put a stored content into crates/types/tests/golden/{}.{version}.json",
                meta.kind
            );
        }
    }
}

#[derive(Deserialize)]
struct Classroom {
    events: Vec<Value>,
    proposals: Vec<Value>,
}

#[test]
fn a_class_that_was_taught_is_read_as_it_was_logged() {
    let Classroom { events, proposals } = read("classroom.json");
    for logged in events {
        let event: Event = serde_json::from_value(logged.clone()).expect("an event");
        assert_ne!(event.body, EventBody::Unknown, "{logged}");
        assert_eq!(serde_json::to_value(&event).expect("JSON"), logged, "it is logged in another form now");
    }
    for kept in proposals {
        let proposal: Proposal = serde_json::from_value(kept.clone()).expect("a proposal");
        assert_ne!(proposal, Proposal::Unknown, "{kept}");
        assert_eq!(serde_json::to_value(&proposal).expect("JSON"), kept, "it is sent in another form now");
    }
    let later: EventBody =
        serde_json::from_str(r#"{"type": "fireworks", "colour": "red"}"#).expect("read all the same");
    assert_eq!(later, EventBody::Unknown);
}

#[test]
fn requests_for_lessons_and_tasks_are_read_as_they_were_stored() {
    for stored in read::<Vec<Value>>("requests.json") {
        let request: StoredRequest = serde_json::from_value(stored.clone()).expect("a request");
        assert_eq!(serde_json::to_value(&request).expect("JSON"), stored, "it is stored in another form now");
        assert_eq!(request.topic(), stored["topic"].as_str().expect("a topic"));
        assert_eq!(request.wish(), stored["wish"].as_str().filter(|wish| !wish.is_empty()));
    }
}
