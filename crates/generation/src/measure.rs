//! The whole gate: its general rules, applied to what a template reports about its task.

use types::evidence::{FindingCode, GateReport, Severity};

use crate::{
    gate::{Findings, GateInput, VERSION, language, level, typography},
    registry,
};

/// Most findings in a report.
const FINDINGS_MAX: usize = 60;

/// Checks a task.
#[must_use]
pub fn check(input: &GateInput<'_>) -> GateReport {
    let mut found = Findings::default();
    for error in input.body.validate() {
        found.task(FindingCode::Structure, Severity::Fault).path = Some(error.path);
    }
    let single_answers = registry::check(input.body, input.language, &mut found);
    let pieces = registry::pieces(input.body);
    language::check(&pieces, input.language, &mut found);
    typography::check(&pieces, input.language, &mut found);
    let (level, word_count) = level::check(input, &registry::taught(input.body), &pieces, &mut found);
    let mut findings = found.all;
    // Most severe first; equally severe ones in the order of the task.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings.truncate(FINDINGS_MAX);
    GateReport { version: VERSION, findings, level, single_answers, word_count }
}
