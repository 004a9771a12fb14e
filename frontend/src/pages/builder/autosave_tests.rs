//! Tests of the autosave state machine, event by event.

use types::{
    ids::ItemId,
    tasks::matching::{Content, Pair, Side},
};

use super::{
    super::places::tests::{make, sid, tid},
    *,
};

fn written(title: &str) -> Written {
    let side = |text: &str| Side::from(text.to_owned());
    let pairs = (0..2)
        .map(|n| Pair { id: ItemId::nth(n), left: side(&format!("l{n}")), right: side(&format!("r{n}")) })
        .collect();
    Written {
        title: title.into(),
        instructions: String::new(),
        body: TaskBody::Matching(Content { pairs, extra: Vec::new() }),
    }
}

fn task(title: &str, revision: i32) -> Task {
    let Written { title, instructions, body } = written(title);
    Task { title, instructions, body, revision, ..make(tid(1), sid(0)) }
}

#[test]
fn it_waits_for_a_pause_and_sends_once() {
    let mut saver = Saver::new(&task("a", 3));
    assert_eq!((saver.state(), saver.wait(0.0)), (State::Saved, None));
    saver.write(written("b"), 0.0);
    saver.write(written("bc"), 500.0);
    assert_eq!(saver.next(1_000.0), None, "still writing");
    let sent = saver.next(1_300.0).unwrap();
    assert_eq!((sent.revision, sent.title.as_str()), (3, "bc"));
    assert_eq!(saver.state(), State::Saving);
    saver.write(written("bcd"), 1_400.0);
    assert_eq!(saver.next(9_000.0), None, "one save at a time");
    let before = saver.took(&task("bc", 4), 9_000.0).unwrap();
    assert_eq!(before.title, "a");
    assert_eq!(saver.state(), State::Waiting);
    assert_eq!(saver.next(9_800.0).unwrap().revision, 4);
    saver.took(&task("bcd", 5), 9_900.0);
    assert_eq!((saver.state(), saver.kept()), (State::Saved, None));
}

#[test]
fn a_new_task_is_not_saved_before_the_server_has_it() {
    let blank = Task { body: TaskBody::blank("matching").unwrap(), ..task("Matching", 0) };
    let mut saver = Saver::new(&blank);
    assert_eq!((saver.state(), saver.is_dirty()), (State::Unfinished, false));
    saver.write(written("mine"), 0.0);
    let sent = saver.next(800.0).unwrap();
    assert_eq!(sent.revision, 0);
    saver.took(&task("mine", 1), 900.0);
    assert_eq!((saver.state(), saver.is_new()), (State::Saved, false));
}

#[test]
fn what_is_not_whole_is_kept_here_and_not_sent() {
    let mut saver = Saver::new(&task("a", 1));
    saver.write(written(" "), 0.0);
    assert_eq!(saver.next(5_000.0), None);
    assert_eq!(saver.state(), State::Unfinished);
    assert!(saver.kept().is_some());
    saver.write(written("b"), 6_000.0);
    assert!(saver.next(6_800.0).is_some());
}

#[test]
fn without_a_network_it_is_kept_and_tried_again_less_and_less_often() {
    let mut saver = Saver::new(&task("a", 1));
    saver.write(written("b"), 0.0);
    let mut now = 800.0;
    let mut waits = Vec::new();
    for _ in 0..7 {
        saver.next(now).unwrap();
        saver.failed(Failure::Later { offline: true }, now);
        assert_eq!(saver.state(), State::Kept { offline: true });
        let wait = saver.wait(now).unwrap();
        waits.push(wait);
        now += wait;
    }
    assert_eq!(waits, [2_000.0, 4_000.0, 8_000.0, 16_000.0, 32_000.0, 60_000.0, 60_000.0]);
    saver.write(written("bc"), now - 59_000.0);
    assert!(saver.wait(now - 59_000.0).unwrap() > PAUSE_MS, "typing does not shorten the wait");
    saver.hurry(now);
    assert_eq!(saver.next(now).unwrap().title, "bc");
}

#[test]
fn unfinished_work_is_sent_when_it_is_whole_even_after_a_failed_try() {
    let mut saver = Saver::new(&task("a", 1));
    saver.write(written("b"), 0.0);
    saver.next(800.0).unwrap();
    saver.failed(Failure::Later { offline: false }, 800.0);
    saver.write(written(""), 1_000.0);
    assert_eq!(saver.next(3_000.0), None);
    saver.write(written("c"), 3_100.0);
    assert_eq!(saver.next(3_900.0).unwrap().title, "c");
}

#[test]
fn nobodys_work_is_overwritten_in_silence() {
    let mut saver = Saver::new(&task("a", 1));
    saver.write(written("mine"), 0.0);
    saver.next(800.0).unwrap();
    saver.failed(Failure::Stale(Box::new(task("theirs", 2))), 900.0);
    assert_eq!(saver.state(), State::Conflict);
    assert_eq!(saver.next(90_000.0), None);
    let mut other = saver.clone();

    saver.keep_mine(1_000.0);
    let sent = saver.next(1_000.0).unwrap();
    assert_eq!((sent.revision, sent.title.as_str()), (2, "mine"));
    assert_eq!(saver.took(&task("mine", 3), 1_100.0).unwrap().title, "theirs", "undo brings theirs back");

    other.take_theirs();
    assert_eq!((other.state(), other.draft().title.as_str()), (State::Saved, "theirs"));
    assert_eq!(other.next(99_000.0), None);
}

#[test]
fn a_save_of_which_only_the_answer_was_lost_is_no_conflict() {
    let mut saver = Saver::new(&task("a", 1));
    saver.write(written("b"), 0.0);
    saver.next(800.0).unwrap();
    saver.failed(Failure::Later { offline: true }, 900.0);
    saver.next(3_000.0).unwrap();
    saver.failed(Failure::Stale(Box::new(task("b", 2))), 3_100.0);
    assert_eq!(saver.state(), State::Saved);
}

#[test]
fn a_move_under_the_pen_is_no_conflict() {
    let mut saver = Saver::new(&task("a", 1));
    saver.write(written("b"), 0.0);
    saver.next(800.0).unwrap();
    saver.failed(Failure::Stale(Box::new(task("a", 2))), 900.0);
    assert_eq!(saver.next(900.0).unwrap().revision, 2);
}

#[test]
fn what_the_server_refuses_waits_for_a_change() {
    let mut saver = Saver::new(&task("a", 1));
    saver.write(written("b"), 0.0);
    saver.next(800.0).unwrap();
    saver.failed(Failure::Refused(vec![FieldError::new("title", types::problem::FieldCode::NotAllowed)]), 900.0);
    assert_eq!((saver.state(), saver.next(9_000.0)), (State::Unfinished, None));
    saver.write(written("c"), 9_000.0);
    assert!(saver.refused().is_empty() && saver.next(9_800.0).is_some());
}

#[test]
fn a_kept_draft_goes_on_or_becomes_a_choice() {
    let mut writing = Saver::new(&task("a", 1));
    writing.write(written("b"), 0.0);
    let kept = writing.kept().unwrap();
    let kept: KeptDraft = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();

    let mut same = Saver::new(&task("a", 1));
    assert!(same.recall(&kept, 0.0));
    assert_eq!(same.next(0.0).unwrap().title, "b");

    let mut newer = Saver::new(&task("theirs", 2));
    assert!(newer.recall(&kept, 0.0));
    assert_eq!(newer.state(), State::Conflict);
    newer.keep_mine(0.0);
    assert_eq!(newer.next(0.0).unwrap().revision, 2);

    let mut arrived = Saver::new(&task("b", 2));
    assert!(!arrived.recall(&kept, 0.0));
    assert_eq!(arrived.state(), State::Saved);
}

#[test]
fn a_task_made_again_is_followed_unless_something_is_being_written() {
    let mut idle = Saver::new(&task("a", 1));
    assert!(idle.read(&task("made again", 2)));
    assert_eq!(idle.draft().title, "made again");
    assert!(!idle.read(&task("made again", 3)), "moved: nothing to follow");

    let mut writing = Saver::new(&task("a", 1));
    writing.write(written("b"), 0.0);
    assert!(!writing.read(&task("a", 2)));
    assert_eq!(writing.next(800.0).unwrap().revision, 2, "a move under the pen is no conflict");

    let mut clash = Saver::new(&task("a", 1));
    clash.write(written("b"), 0.0);
    clash.read(&task("made again", 2));
    assert_eq!(clash.state(), State::Conflict);
}

#[test]
fn what_was_written_in_a_task_that_was_deleted_elsewhere_is_kept() {
    let task = task("a", 3);
    let mut saver = Saver::new(&task);
    saver.write(written("mine"), 0.0);
    assert!(saver.next(PAUSE_MS).is_some());
    saver.failed(Failure::Gone, PAUSE_MS);
    assert_eq!(saver.state(), State::Gone);
    let kept = saver.kept().expect("it is kept in the browser");
    // Once restored elsewhere, a page that opens then finds it again.
    let mut later = Saver::new(&task);
    assert!(later.recall(&kept, 0.0));
    assert_eq!(later.draft().title, "mine");
    // Put back by this page: undo leads to what the server had.
    let (_, mut back) = kept.of_deleted(tid(1), sid(0), DateTime::UNIX_EPOCH);
    assert_eq!(back.state(), State::Gone);
    assert!(!back.read(&task));
    back.hurry(0.0);
    let sent = back.next(0.0).expect("it is sent");
    assert_eq!((sent.revision, sent.title.as_str()), (3, "mine"));
    assert_eq!(back.took(&self::task("mine", 4), 0.0), Some(Written::from(&task)));
}
