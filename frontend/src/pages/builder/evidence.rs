//! Texts for what the quality gate found, and for why a part failed. Needs no browser.

use types::{
    evidence::{Finding, FindingCode, GateReport, Severity},
    generation::PartFault,
    ids::ItemId,
    lesson::{Author, Origin},
    locale::{Key, Locale, Plural, plural, text, text_with},
};

/// A learner's reading speed in words per minute, for the reading time.
const WORDS_A_MINUTE: u32 = 115;

/// Outcome of a check of the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Good,
    Look,
    Fault,
}

/// Summary of the gate's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Number of checks passed, of those that could be made.
    pub passed: usize,
    pub of: usize,
    /// Number of findings to look at.
    pub open: usize,
    pub worst: Outcome,
}

/// The checks are structure, item writing, level, and single answers if those were proved.
pub fn summary(report: &GateReport, items: usize) -> Summary {
    let worst_of = |mine: fn(FindingCode) -> bool| {
        report
            .findings
            .iter()
            .filter(|finding| mine(finding.code))
            .map(|finding| outcome(finding.severity))
            .max()
            .unwrap_or(Outcome::Good)
    };
    let mut checks = vec![worst_of(|code| code == FindingCode::Structure), worst_of(is_writing)];
    if report.level.is_some() {
        checks.push(worst_of(is_level));
    }
    if let Some(single) = report.single_answers {
        checks.push(if single as usize >= items { Outcome::Good } else { Outcome::Look });
    }
    Summary {
        passed: checks.iter().filter(|check| **check == Outcome::Good).count(),
        of: checks.len(),
        open: report.findings.iter().filter(|finding| outcome(finding.severity) != Outcome::Good).count(),
        worst: checks.iter().copied().max().unwrap_or(Outcome::Good),
    }
}

pub fn outcome(severity: Severity) -> Outcome {
    match severity {
        Severity::Note => Outcome::Good,
        Severity::Warning => Outcome::Look,
        Severity::Fault => Outcome::Fault,
    }
}

/// Whether a finding belongs to the panel's section on the level.
pub fn is_level(code: FindingCode) -> bool {
    matches!(
        code,
        FindingCode::WordAboveLevel | FindingCode::TooHard | FindingCode::LongSentences | FindingCode::NoLevelData
    )
}

fn is_writing(code: FindingCode) -> bool {
    !is_level(code) && code != FindingCode::Structure
}

/// A finding as a sentence; `items` are the task's, to refer to one by its number.
pub fn sentence(locale: Locale, finding: &Finding, items: &[ItemId]) -> String {
    let key = match finding.code {
        FindingCode::Structure => Key::EvidenceStructure,
        FindingCode::KeyLongest => Key::EvidenceKeyLongest,
        FindingCode::ArticleCue => Key::EvidenceArticleCue,
        FindingCode::NumberCue => Key::EvidenceNumberCue,
        FindingCode::AnswerLeaked => Key::EvidenceAnswerLeaked,
        FindingCode::AnswerInStem => Key::EvidenceAnswerInStem,
        FindingCode::KeySkewed => Key::EvidenceKeySkewed,
        FindingCode::DuplicateOption => Key::EvidenceDuplicateOption,
        FindingCode::AllOfTheAbove => Key::EvidenceAllOfTheAbove,
        FindingCode::BankAmbiguous => Key::EvidenceBankAmbiguous,
        FindingCode::WrongLanguage => Key::EvidenceWrongLanguage,
        FindingCode::Typography => Key::EvidenceTypography,
        FindingCode::StrangeLetter => Key::EvidenceStrangeLetter,
        FindingCode::FewerItems => Key::EvidenceFewerItems,
        FindingCode::WordAboveLevel => Key::EvidenceWordAboveLevel,
        FindingCode::TooHard => Key::EvidenceTooHard,
        FindingCode::LongSentences => Key::EvidenceLongSentences,
        FindingCode::NoLevelData => Key::EvidenceNoLevelData,
        FindingCode::Unknown => Key::EvidenceUnknown,
    };
    let said = text(locale, key);
    let place = finding.item.as_ref().and_then(|item| items.iter().position(|id| id == item));
    let sentence = match place {
        Some(n) => text_with(locale, Key::EvidenceAtItem, &[("n", &(n + 1).to_string()), ("what", said)]),
        None => said.to_owned(),
    };
    match (&finding.text, &finding.other) {
        (Some(made), Some(asked)) if finding.code == FindingCode::FewerItems => {
            text_with(locale, Key::EvidenceFewerItemsOf, &[("n", made), ("of", asked)])
        }
        (Some(about), Some(other)) => {
            text_with(locale, Key::EvidenceAboutBoth, &[("what", &sentence), ("text", about), ("other", other)])
        }
        (Some(about), None) => text_with(locale, Key::EvidenceAbout, &[("what", &sentence), ("text", about)]),
        (None, _) => sentence,
    }
}

/// “48 words, 25 s”.
pub fn reading_time(locale: Locale, words: u32) -> String {
    let seconds = (u64::from(words) * 60).div_ceil(u64::from(WORDS_A_MINUTE));
    let time = if seconds < 90 {
        text_with(locale, Key::EvidenceSeconds, &[("n", &seconds.to_string())])
    } else {
        text_with(locale, Key::CommonMinutes, &[("n", &((seconds + 30) / 60).to_string())])
    };
    plural(locale, Plural::TasksWords, u64::from(words)) + ", " + &time
}

/// Why a part could not be generated.
pub fn fault(locale: Locale, fault: Option<PartFault>) -> &'static str {
    text(
        locale,
        match fault {
            Some(PartFault::NotEnoughWords) => Key::GenerationNotEnoughWords,
            Some(PartFault::SourceTooShort) => Key::GenerationSourceTooShort,
            Some(PartFault::ModelTimeout) => Key::GenerationModelTimeout,
            Some(PartFault::ModelUnreachable) => Key::GenerationModelUnreachable,
            Some(PartFault::ModelBusy) => Key::GenerationModelBusy,
            Some(PartFault::ReplyCutOff) => Key::GenerationReplyCutOff,
            Some(PartFault::ReplyMalformed) => Key::GenerationReplyMalformed,
            Some(PartFault::ReplyRefused) => Key::GenerationReplyRefused,
            Some(PartFault::NeedsModel) => Key::GenerationNeedsModel,
            Some(PartFault::Internal) => Key::GenerationInternal,
            Some(PartFault::Unknown) | None => Key::GenerationUnknown,
        },
    )
}

/// Who wrote a task: “built-in, changed by you”.
pub fn written_by(locale: Locale, origin: &Origin) -> String {
    let by = text(
        locale,
        match origin.author {
            Author::Teacher => Key::BuilderByYou,
            Author::BuiltIn => Key::BuilderBuiltIn,
            Author::Model => Key::BuilderByAi,
            Author::Unknown => Key::BuilderByUnknown,
        },
    );
    if origin.edited && origin.author != Author::Teacher {
        text_with(locale, Key::BuilderChangedByYou, &[("by", by)])
    } else {
        by.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::{evidence::LevelEvidence, levels::CefrLevel};

    fn finding(code: FindingCode, severity: Severity) -> Finding {
        Finding { code, severity, item: None, path: None, text: None, other: None }
    }

    #[test]
    fn checks_are_counted_that_were_made() {
        let mut report = GateReport { version: 1, ..GateReport::default() };
        assert_eq!(summary(&report, 5), Summary { passed: 2, of: 2, open: 0, worst: Outcome::Good });
        report.level = Some(LevelEvidence { target: CefrLevel::B1, words: 48, above: 2, longest_sentence: 12 });
        report.single_answers = Some(5);
        report.findings = vec![
            finding(FindingCode::WordAboveLevel, Severity::Warning),
            finding(FindingCode::Typography, Severity::Note),
        ];
        assert_eq!(summary(&report, 5), Summary { passed: 3, of: 4, open: 1, worst: Outcome::Look });
        report.findings.push(finding(FindingCode::Structure, Severity::Fault));
        assert_eq!(summary(&report, 6), Summary { passed: 1, of: 4, open: 2, worst: Outcome::Fault });
    }

    #[test]
    fn a_finding_names_its_item_and_what_it_is_about() {
        let items = [ItemId::nth(0), ItemId::nth(1)];
        let mut found = finding(FindingCode::BankAmbiguous, Severity::Warning);
        found.item = Some(ItemId::nth(1));
        found.text = Some("gate".into());
        found.other = Some("door".into());
        for locale in Locale::ALL {
            let said = sentence(locale, &found, &items);
            assert!(said.contains('2') && said.contains("gate") && said.contains("door"), "{said}");
            assert!(!said.contains('{'), "{said}");
        }
    }

    #[test]
    fn reading_takes_its_time() {
        assert_eq!(reading_time(Locale::En, 48), "48 words, 26 s");
        assert_eq!(reading_time(Locale::Ru, 400), "400 слов, 3 мин");
        assert_eq!(reading_time(Locale::En, 0), "0 words, 0 s");
    }

    #[test]
    fn changing_what_one_wrote_oneself_is_no_news() {
        let mut origin = Origin { edited: true, ..Origin::teacher() };
        assert_eq!(written_by(Locale::En, &origin), "by you");
        origin.author = Author::BuiltIn;
        assert_eq!(written_by(Locale::En, &origin), "built-in, changed by you");
    }
}
