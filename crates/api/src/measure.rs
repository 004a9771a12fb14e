//! What the gate says of a task in its lesson.

use generation::GateInput;
use types::{
    evidence::GateReport,
    lesson::Task,
    levels::{CefrLevel, Language},
    tasks::TaskBody,
};

use crate::state::App;

/// `around`: the lesson's other tasks.
pub fn measure<'a>(
    app: &App,
    body: &TaskBody,
    level: CefrLevel,
    language: Language,
    around: impl Iterator<Item = &'a Task>,
) -> GateReport {
    // What the lesson itself teaches is not above anybody's level.
    let taught = generation::taught_words(around);
    generation::check(&GateInput { body, level, language, levels: &app.levels, taught: &taught })
}
