//! Measures a task in its lesson with the quality gate.

use generation::GateInput;
use types::{
    evidence::GateReport,
    lesson::Task,
    levels::{CefrLevel, Language},
    tasks::TaskBody,
};

use crate::state::App;

/// Checks a task; `around` has the lesson's other tasks.
pub fn measure<'a>(
    app: &App,
    body: &TaskBody,
    level: CefrLevel,
    language: Language,
    around: impl Iterator<Item = &'a Task>,
) -> GateReport {
    // Words that the lesson itself teaches don't count as above the level.
    let taught = generation::taught_words(around);
    generation::check(&GateInput { body, level, language, levels: &app.levels, taught: &taught })
}
