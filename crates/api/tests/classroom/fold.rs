//! The stored state equals the folded events: whatever is proposed, the room kept up to date, the room folded from its
//! log and the room read from the database are the same, including for each student's view.

use chrono::Utc;
use linguaglow_api::classroom::view::of_student;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use types::{
    classroom::{
        Answer, Proposal, Viewer,
        decide::{PendingProposal, Undecided, decide},
    },
    ids::{AttemptId, ProposalId, TaskId, UserId},
};
use uuid::Uuid;

use crate::support::{
    Options, TestApp,
    room::{Class, item, pretty, text},
};

/// Anything that anybody may propose, sensible or not.
fn proposals(students: Vec<UserId>, tasks: Vec<TaskId>) -> impl Strategy<Value = (usize, Proposal)> {
    let task = prop::sample::select(tasks);
    let name = prop::sample::select(vec!["i1", "i2", "i9"]);
    let student = prop::sample::select(students);
    let word = prop::sample::select(vec!["go", "went", "gone", ""]);
    let who = 0..4_usize;
    let teacher = Just(0_usize);
    prop_oneof![
        6 => (1..4_usize, task.clone(), name.clone(), prop::option::of(word.clone())).prop_map(|(who, task, name, word)| {
            (who, Proposal::Draft { task, item: item(name), response: word.map(text) })
        }),
        8 => (1..4_usize, task.clone(), prop::collection::vec((name.clone(), word), 1..3)).prop_map(|(who, task, answers)| {
            let answers = answers.into_iter().map(|(name, word)| Answer { item: item(name), response: text(word) }).collect();
            (who, Proposal::Check { task, answers, at: Utc::now() })
        }),
        1 => (who.clone(), any::<bool>()).prop_map(|(who, following)| (who, Proposal::Follow { following })),
        1 => (teacher, task.clone()).prop_map(|(who, task)| (who, Proposal::Focus { task })),
        1 => (teacher, task.clone(), prop::collection::vec(name.clone(), 0..2)).prop_map(|(who, task, items)| {
            (who, Proposal::Reveal { task, items: items.into_iter().map(item).collect() })
        }),
        1 => (who.clone(), task.clone(), any::<bool>()).prop_map(|(who, task, locked)| (who, Proposal::Lock { task, locked })),
        2 => (teacher, prop::option::of(student), task, prop::collection::vec(name, 0..2)).prop_map(|(who, student, task, items)| {
            (who, Proposal::Reset { student, task, items: items.into_iter().map(item).collect() })
        }),
        1 => (who, any::<bool>()).prop_map(|(who, open)| (who, Proposal::Door { open })),
    ]
}

fn new_id() -> AttemptId {
    AttemptId(Uuid::now_v7())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_room_its_log_and_the_database_come_to_the_same() {
    let test = TestApp::start_with(Options { no_workers: true, ..Options::default() }).await;
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    for _ in 0..6 {
        let class = Class::start(&test).await;
        let mut people = vec![class.teacher.me.as_ref().unwrap().id];
        for name in ["Ana", "Ben", "Ana"] {
            people.push(class.guest(name).await.me.unwrap().id);
        }
        let start = test.app.store.room(class.run).await.unwrap();
        let mut kept = start.room.clone();
        let asked = prop::collection::vec(
            prop::collection::vec(proposals(people[1..].to_vec(), vec![class.pairs, class.gaps]), 1..12),
            25,
        );
        let batches = asked.new_tree(&mut runner).unwrap().current();
        let mut before: Option<PendingProposal> = None;
        for batch in batches {
            let mut proposals: Vec<PendingProposal> = batch
                .into_iter()
                .map(|(who, what)| PendingProposal { user: people[who], id: ProposalId(Uuid::now_v7()), what })
                .collect();
            // Repeat an earlier proposal.
            proposals.extend(before.take());
            before = proposals.first().cloned();
            let ids: Vec<ProposalId> = proposals.iter().map(|proposal| proposal.id).collect();
            let (tx, done) = test.app.store.begin_room(class.run, &ids).await.unwrap();
            assert_eq!(tx.seq, kept.upto);
            let undecided = Undecided { owner: people[0], proposals: &proposals, done: &done, at: tx.at, new_id };
            let (batch, outcomes) = decide(&kept, &undecided);
            assert_eq!(outcomes.len(), proposals.len());
            tx.write(&batch).await.unwrap();
            batch.events.iter().for_each(|event| kept.apply(event));
        }
        let stored = test.app.store.room(class.run).await.unwrap().room;
        pretty(&kept, &stored);
        let events = test.app.store.events_after(class.run, start.room.upto, i64::MAX).await.unwrap();
        assert!(events.iter().enumerate().all(|(n, event)| event.seq == start.room.upto + 1 + n as u64));
        let mut folded = start.room.clone();
        events.iter().for_each(|event| folded.apply(event));
        pretty(&folded, &stored);
        for student in &people[1..] {
            let mut folded = of_student(&start.room, "T", *student).unwrap();
            for event in events.iter().filter(|event| event.seen_by(Viewer::Student(*student))) {
                folded.apply(event);
            }
            folded.upto = stored.upto;
            pretty(&folded, &of_student(&stored, "T", *student).unwrap());
        }
    }
}
