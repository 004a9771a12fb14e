//! The lesson from top to bottom: tasks, and parts still being generated, in the places where they will be. Needs no
//! browser.

use std::collections::BTreeMap;

use types::{
    evidence::Severity,
    generation::{Part, PartStatus, Run, RunStatus},
    ids::{GenerationPartId, GenerationRunId, SectionId, TaskId},
    lesson::Lesson,
    problem::ProblemCode,
    tasks::Skill,
};

use crate::api::ApiError;

/// One place in the lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryId {
    Task(TaskId),
    Part(GenerationPartId),
}

/// The state of a place, for the outline's icon and the ribbon's segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Good,
    /// Worth a look.
    Look,
    /// Students can't do the task as it is.
    Fault,
    /// Not measured by the gate.
    Unmeasured,
    Waiting,
    Writing,
    Failed,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub id: EntryId,
    /// 1-based, counted through the lesson.
    pub number: usize,
    pub title: String,
    pub skill: Skill,
    pub standing: Standing,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OutlineSection {
    pub id: SectionId,
    /// 1-based.
    pub number: usize,
    pub title: String,
    pub entries: Vec<Entry>,
}

/// After which task the page asked each run to put its task: the run itself doesn't say.
pub type Wished = BTreeMap<GenerationRunId, TaskId>;

fn standing_of_part(part: &Part) -> Option<Standing> {
    match part.status {
        PartStatus::Waiting => Some(Standing::Waiting),
        PartStatus::Writing => Some(Standing::Writing),
        PartStatus::Failed => Some(Standing::Failed),
        PartStatus::Ready | PartStatus::Stopped | PartStatus::Unknown => None,
    }
}

/// The task that a part makes again. Such a part names it from the start, and has no place of its own.
pub fn replaces(part: &Part) -> Option<TaskId> {
    if part.status == PartStatus::Ready { None } else { part.task_id }
}

/// The outline of a lesson.
pub fn outline(lesson: &Lesson, runs: &[Run], wished: &Wished) -> Vec<OutlineSection> {
    let mut number = 0;
    lesson
        .sections
        .iter()
        .enumerate()
        .map(|(s, section)| {
            let mut entries: Vec<Entry> = section
                .tasks
                .iter()
                .map(|task| Entry {
                    id: EntryId::Task(task.id),
                    number: 0,
                    title: task.title.clone(),
                    skill: task.body.skill(),
                    standing: match task.evidence.worst() {
                        _ if task.evidence.version == 0 => Standing::Unmeasured,
                        None | Some(Severity::Note) => Standing::Good,
                        Some(Severity::Warning) => Standing::Look,
                        Some(Severity::Fault) => Standing::Fault,
                    },
                })
                .collect();
            for run in runs {
                put_parts(&mut entries, run, section.id, wished.get(&run.id).copied());
            }
            for entry in &mut entries {
                number += 1;
                entry.number = number;
            }
            OutlineSection { id: section.id, number: s + 1, title: section.title.clone(), entries }
        })
        .collect()
}

/// Inserts parts where the server will put them: after the requested task, else after the run's nearest earlier part in
/// the section; else a single task goes last and a lesson's first part first.
fn put_parts(entries: &mut Vec<Entry>, run: &Run, section: SectionId, wished: Option<TaskId>) {
    let mine = || run.parts.iter().filter(|part| part.section_id == section && replaces(part).is_none());
    for (n, part) in mine().enumerate() {
        let Some(standing) = standing_of_part(part) else { continue };
        let at = |entries: &[Entry], id: EntryId| entries.iter().position(|entry| entry.id == id);
        let earlier = mine().take(n).collect::<Vec<_>>();
        let anchor = wished.and_then(|task| at(entries, EntryId::Task(task))).or_else(|| {
            earlier.iter().rev().find_map(|before| {
                let task = before.task_id.and_then(|task| at(entries, EntryId::Task(task)));
                task.or_else(|| at(entries, EntryId::Part(before.id)))
            })
        });
        let place = match anchor {
            Some(n) => n + 1,
            None if run.parts.len() == 1 => entries.len(),
            None => 0,
        };
        let entry =
            Entry { id: EntryId::Part(part.id), number: 0, title: part.title.clone(), skill: part.skill, standing };
        entries.insert(place, entry);
    }
}

/// Generation progress, summed over all running runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub running: bool,
    pub ready: usize,
    pub failed: usize,
    pub total: usize,
}

/// Sums up the running runs; if none is running, those with failed parts, which need attention.
pub fn progress(runs: &[Run]) -> Progress {
    let running = runs.iter().any(is_running);
    let counted = |run: &&Run| if running { is_running(run) } else { run.failed() > 0 };
    runs.iter().filter(counted).fold(Progress { running, ..Progress::default() }, |sum, run| Progress {
        running,
        ready: sum.ready + run.ready(),
        failed: sum.failed + run.failed(),
        total: sum.total + run.parts.iter().filter(|part| part.status != PartStatus::Stopped).count(),
    })
}

pub fn is_running(run: &Run) -> bool {
    run.status == RunStatus::Running
}

/// The tasks that are being made again right now.
pub fn being_made_again(runs: &[Run]) -> Vec<TaskId> {
    let open = |part: &&Part| matches!(part.status, PartStatus::Waiting | PartStatus::Writing);
    runs.iter().filter(|run| is_running(run)).flat_map(|run| &run.parts).filter(open).filter_map(replaces).collect()
}

/// What changed between two polls of the runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunChanges {
    /// Tasks became ready, or a run left the list: the lesson has to be read again.
    pub lesson_changed: bool,
    /// Something is still being generated.
    pub running: bool,
    /// Generation ended between the two polls.
    pub finished: bool,
}

/// Compares two polls of a lesson's runs. A run that ends with nothing failed leaves the list.
pub fn run_changes(before: &[Run], after: &[Run]) -> RunChanges {
    let ready = |runs: &[Run]| -> usize { runs.iter().map(Run::ready).sum() };
    let left = before.iter().any(|run| is_running(run) && !after.iter().any(|now| now.id == run.id));
    let running = after.iter().any(is_running);
    RunChanges {
        lesson_changed: left || ready(after) != ready(before) || before.iter().any(is_running) && !running,
        running,
        finished: before.iter().any(is_running) && !running,
    }
}

/// Pause before the next poll, in milliseconds.
pub fn pause_ms(hidden: bool, failures: u32) -> u32 {
    let base = if hidden { 5_000 } else { 700 };
    base * 2_u32.pow(failures.min(4))
}

/// Whether the error would come back for ever: the lesson is gone, or nobody is logged in.
pub fn ends_polling(error: &ApiError) -> bool {
    matches!(error.code(), Some(ProblemCode::NotFound | ProblemCode::NotLoggedIn))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use types::{
        evidence::{Finding, FindingCode, GateReport},
        ids::LessonId,
        problem::Problem,
    };
    use uuid::Uuid;

    use super::{
        super::places::tests::{lesson, sid, tid},
        *,
    };

    fn part(n: u128, section: SectionId, status: PartStatus, task: Option<TaskId>) -> Part {
        Part {
            id: Uuid::from_u128(n).into(),
            kind: "matching".into(),
            skill: Skill::Vocabulary,
            title: format!("Part {n}"),
            section_id: section,
            status,
            task_id: task,
            fault: None,
            detail: None,
        }
    }

    fn run(parts: Vec<Part>) -> Run {
        Run {
            id: Uuid::from_u128(77).into(),
            lesson_id: LessonId(Uuid::nil()),
            status: RunStatus::Running,
            parts,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    fn shown(sections: &[OutlineSection]) -> Vec<String> {
        sections
            .iter()
            .flat_map(|section| &section.entries)
            .map(|entry| match entry.id {
                EntryId::Task(task) => format!("{}:t{}", entry.number, task.0.as_u128()),
                EntryId::Part(part) => format!("{}:p{}", entry.number, part.0.as_u128()),
            })
            .collect()
    }

    #[test]
    fn parts_stand_where_their_tasks_will() {
        use PartStatus::{Failed, Ready, Waiting, Writing};
        let l = lesson(&[2, 0]);
        let made = run(vec![
            part(10, sid(0), Failed, None),
            part(11, sid(0), Ready, Some(tid(1))),
            part(12, sid(0), Writing, None),
            part(13, sid(0), Waiting, None),
            part(14, sid(0), Ready, Some(tid(2))),
            part(15, sid(1), Waiting, None),
        ]);
        let all = outline(&l, &[made], &Wished::new());
        assert_eq!(shown(&all), ["1:p10", "2:t1", "3:p12", "4:p13", "5:t2", "6:p15"]);
        assert_eq!(all[0].entries[0].standing, Standing::Failed);
    }

    #[test]
    fn one_more_task_stands_last_or_where_it_was_asked_for() {
        let l = lesson(&[2]);
        let one = run(vec![part(10, sid(0), PartStatus::Waiting, None)]);
        assert_eq!(shown(&outline(&l, std::slice::from_ref(&one), &Wished::new())), ["1:t1", "2:t2", "3:p10"]);
        let wished = Wished::from([(one.id, tid(1))]);
        assert_eq!(shown(&outline(&l, &[one], &wished)), ["1:t1", "2:p10", "3:t2"]);
    }

    #[test]
    fn a_task_that_is_made_again_keeps_its_one_place() {
        let l = lesson(&[1]);
        let again = [run(vec![part(10, sid(0), PartStatus::Writing, Some(tid(1)))])];
        assert_eq!(shown(&outline(&l, &again, &Wished::new())), ["1:t1"]);
        assert_eq!(being_made_again(&again), [tid(1)]);
    }

    #[test]
    fn counts_are_exact() {
        use PartStatus::{Failed, Ready, Stopped, Waiting};
        let mut made = run(vec![
            part(1, sid(0), Ready, Some(tid(1))),
            part(2, sid(0), Failed, None),
            part(3, sid(0), Waiting, None),
        ]);
        assert_eq!(progress(std::slice::from_ref(&made)), Progress { running: true, ready: 1, failed: 1, total: 3 });
        made.status = RunStatus::Stopped;
        made.parts[2].status = Stopped;
        assert_eq!(progress(std::slice::from_ref(&made)), Progress { running: false, ready: 1, failed: 1, total: 2 });
        assert_eq!(progress(&[]), Progress::default());
    }

    #[test]
    fn a_run_that_leaves_the_list_is_done() {
        let writing = run(vec![part(1, sid(0), PartStatus::Writing, None)]);
        let both = std::slice::from_ref(&writing);
        assert_eq!(run_changes(both, both), RunChanges { lesson_changed: false, running: true, finished: false });
        assert_eq!(run_changes(both, &[]), RunChanges { lesson_changed: true, running: false, finished: true });
        let mut ready = writing.clone();
        ready.parts[0].status = PartStatus::Ready;
        assert!(run_changes(both, &[ready]).lesson_changed);
        assert_eq!(run_changes(&[], &[]), RunChanges::default());
    }

    #[test]
    fn the_weightiest_finding_shows() {
        let mut l = lesson(&[3]);
        let finding = |severity| Finding {
            code: FindingCode::Typography,
            severity,
            item: None,
            path: None,
            text: None,
            other: None,
        };
        l.sections[0].tasks[0].evidence =
            GateReport { version: 1, findings: vec![finding(Severity::Note)], ..GateReport::default() };
        l.sections[0].tasks[1].evidence = GateReport {
            version: 1,
            findings: vec![finding(Severity::Note), finding(Severity::Fault)],
            ..GateReport::default()
        };
        let standings: Vec<Standing> =
            outline(&l, &[], &Wished::new())[0].entries.iter().map(|entry| entry.standing).collect();
        assert_eq!(standings, [Standing::Good, Standing::Fault, Standing::Unmeasured]);
    }

    #[test]
    fn a_lesson_that_is_gone_is_not_asked_for_again() {
        let problem = |code| ApiError::Problem(Box::new(Problem::new(code)));
        for code in [ProblemCode::NotFound, ProblemCode::NotLoggedIn] {
            assert!(ends_polling(&problem(code)), "{code:?}");
        }
        for error in [problem(ProblemCode::Unavailable), problem(ProblemCode::TooManyRequests), ApiError::Offline] {
            assert!(!ends_polling(&error), "{error:?}");
        }
    }

    #[test]
    fn a_hidden_page_and_a_silent_server_are_asked_less_often() {
        assert_eq!(
            [pause_ms(false, 0), pause_ms(true, 0), pause_ms(false, 2), pause_ms(true, 99)],
            [700, 5_000, 2_800, 80_000]
        );
    }
}
