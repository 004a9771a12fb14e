//! Remembers what was last chosen in this browser, so that it needn't be chosen again, and what has been tried.

use leptos::prelude::*;
use types::levels::{CefrLevel, Language};

use crate::web;

/// Something worth trying once; the checklist on Home counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Changed a task.
    Edited,
    /// Downloaded a PDF.
    Printed,
}

impl Step {
    const ALL: [Self; 2] = [Self::Edited, Self::Printed];

    fn name(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Printed => "printed",
        }
    }
}

#[derive(Clone, Copy)]
pub struct Memory {
    level: RwSignal<Option<CefrLevel>>,
    target: RwSignal<Option<Language>>,
    students: RwSignal<Option<Language>>,
    steps: RwSignal<Vec<Step>>,
}

impl Memory {
    pub(crate) fn new() -> Self {
        let language = |name| web::stored(name).and_then(|text| text.parse().ok());
        let done = |step: &Step| web::stored(step.name()).is_some();
        Self {
            level: RwSignal::new(web::stored("level").and_then(|text| text.parse().ok())),
            target: RwSignal::new(language("target")),
            students: RwSignal::new(language("students")),
            steps: RwSignal::new(Step::ALL.into_iter().filter(done).collect()),
        }
    }

    /// The level of the last lesson created.
    pub fn level(self) -> CefrLevel {
        self.level.get().unwrap_or(CefrLevel::A2)
    }

    pub fn set_level(self, level: CefrLevel) {
        self.level.set(Some(level));
        web::store("level", level.as_str());
    }

    pub fn target(self) -> Option<Language> {
        self.target.get()
    }

    pub fn students(self) -> Option<Language> {
        self.students.get()
    }

    pub fn set_languages(self, target: Language, students: Language) {
        self.target.set(Some(target));
        self.students.set(Some(students));
        web::store("target", target.as_str());
        web::store("students", students.as_str());
    }

    pub fn has_done(self, step: Step) -> bool {
        self.steps.with(|steps| steps.contains(&step))
    }

    /// Marks a step as done on the checklist.
    pub fn did(self, step: Step) {
        if !self.steps.with_untracked(|steps| steps.contains(&step)) {
            self.steps.update(|steps| steps.push(step));
            web::store(step.name(), "1");
        }
    }
}
