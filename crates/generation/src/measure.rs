//! The gate as a whole: its rules over what a template says of its task.

use types::evidence::{FindingCode, GateReport, Severity};

use crate::{
    gate::{Findings, GateInput, VERSION, language, level, typography},
    registry,
};

/// At most this many findings a report.
const FINDINGS_MAX: usize = 60;

/// Measures a task.
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
    // The weightiest first; among equals the order in which they stand in the task.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings.truncate(FINDINGS_MAX);
    GateReport { version: VERSION, findings, level, single_answers, word_count }
}
