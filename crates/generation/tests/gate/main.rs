//! Measures the gate on good tasks, and on the same tasks with one fault put in. It must catch 95% of the faults by
//! their right code and pass 95% of the good tasks. Run with `--nocapture` to print the figures, and with
//! `GATE_MISSED=1` to list what was missed.
//!
//! Faults that no rule claims to find are not tested: a wrong key, a distractor that is right by its meaning, a single
//! foreign word, an answer given away in other words, false facts. Those are for a model or a person.

#![allow(clippy::unwrap_used, reason = "a test may unwrap: that is how it fails")]
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a class of faults is of some kinds; what each kind needs has a test"
)]

mod faults;
mod good;

use std::collections::{BTreeMap, BTreeSet};

use lexicon::Levels;
use types::{
    evidence::{Finding, FindingCode, Severity},
    shuffle::Shuffler,
};

use tokio::sync::OnceCell;

use good::{Good, Maker};

/// Percentage of faults that must be caught, overall and in each class.
const CAUGHT_MIN: usize = 95;
const CAUGHT_MIN_OF_A_CLASS: usize = 90;
/// Highest percentage of good tasks that may be refused.
const REFUSED_MAX: usize = 5;
/// Fewest faults in a class for its percentage to mean anything.
const CLASS_MIN: usize = 10;

/// Built once for both tests.
async fn all_good() -> &'static [Good] {
    static GOOD: OnceCell<Vec<Good>> = OnceCell::const_new();
    GOOD.get_or_init(async || {
        let mut all = good::by_hand();
        all.extend(good::by_rules(4_711).await);
        all.extend(good::from_pack());
        all
    })
    .await
}

/// Whether it is about item writing. Hard words concern the level.
fn of_item_writing(finding: &Finding) -> bool {
    finding.severity >= Severity::Warning
        && !matches!(
            finding.code,
            FindingCode::WordAboveLevel | FindingCode::TooHard | FindingCode::LongSentences | FindingCode::NoLevelData
        )
}

fn percent(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of some thousands")]
    let share = part as f64 * 100.0 / whole.max(1) as f64;
    share
}

#[tokio::test]
async fn good_tasks_pass() {
    let levels = Levels::built_in();
    let mut counts: BTreeMap<Maker, (usize, usize)> = BTreeMap::new();
    println!("\ngood tasks that the gate finds fault with");
    for good in all_good().await {
        let report = good.report(&good.body, &levels);
        let (all, refused) = counts.entry(good.maker).or_default();
        *all += 1;
        let found: Vec<&Finding> = report.findings.iter().filter(|finding| of_item_writing(finding)).collect();
        if let Some(first) = found.first() {
            *refused += 1;
            println!("  {}: {:?} {:?} {:?}", good.name, first.code, first.text, first.other);
        }
        assert!(
            report.findings.iter().all(|finding| finding.code != FindingCode::Structure),
            "{} is not whole: {report:?}",
            good.name
        );
    }
    for (maker, (all, refused)) in &counts {
        println!("  {:<10} {refused:>3} of {all:>4}, {:.1}%", format!("{maker:?}"), percent(*refused, *all));
    }
    for (maker, (all, refused)) in counts {
        assert!(refused * 100 <= all * REFUSED_MAX, "{maker:?}: {refused} of {all}");
    }
}

/// Every kind has good and bad tasks, so that every rule about a kind is tested.
#[test]
fn every_kind_has_good_tasks_and_bad_ones() {
    let good: BTreeSet<String> = good::by_hand().iter().map(|good| good.body.kind().to_owned()).collect();
    let bad: BTreeSet<String> = good::bad().iter().map(|(bad, _, _)| bad.body.kind().to_owned()).collect();
    for meta in types::tasks::CATALOGUE {
        assert!(good.contains(meta.kind), "write some good tasks of {} into good.toml", meta.kind);
        assert!(bad.contains(meta.kind), "write some bad tasks of {} into bad.toml", meta.kind);
    }
}

#[tokio::test]
async fn faults_are_caught_by_their_name() {
    let levels = Levels::built_in();
    // A code found before the fault was put in can't show that the fault is found.
    let all: Vec<(&Good, Vec<Finding>)> =
        all_good().await.iter().map(|good| (good, good.report(&good.body, &levels).findings)).collect();
    let (mut total, mut total_caught) = (0, 0);
    let mut weak = Vec::new();
    println!("\n{:<52} {:<16} {:>6} {:>6} {:>7}", "fault", "code", "made", "caught", "percent");
    for fault in faults::all() {
        let (mut made, mut caught) = (0, 0);
        let mut missed: Vec<String> = Vec::new();
        for (n, (good, before)) in all.iter().enumerate() {
            let mut by = Shuffler::new(n as u64, fault.name);
            let is = |finding: &Finding, item: &Option<types::ids::ItemId>| {
                finding.code == fault.code
                    && finding.severity >= Severity::Warning
                    && (item.is_none() || finding.item == *item)
            };
            for mutant in (fault.make)(good, &mut by) {
                if mutant.body == good.body || before.iter().any(|finding| is(finding, &mutant.item)) {
                    continue;
                }
                made += 1;
                let report = good.report(&mutant.body, &levels);
                if report.findings.iter().any(|finding| is(finding, &mutant.item)) {
                    caught += 1;
                } else {
                    let text: String = mutant.body.plain_text().chars().take(400).collect();
                    missed.push(format!("{} {:?}: {text:?}", good.name, mutant.item));
                }
            }
        }
        println!(
            "{:<52} {:<16} {made:>6} {caught:>6} {:>6.1}%",
            fault.name,
            format!("{:?}", fault.code),
            percent(caught, made)
        );
        if std::env::var_os("GATE_MISSED").is_some() {
            missed.iter().take(12).for_each(|missed| println!("    missed: {missed}"));
        }
        assert!(made >= CLASS_MIN, "only {made} of: {}", fault.name);
        if caught * 100 < made * CAUGHT_MIN_OF_A_CLASS {
            weak.push(format!("{}: {caught} of {made}, as {:?}", fault.name, missed.first()));
        }
        (total, total_caught) = (total + made, total_caught + caught);
    }
    println!("{:<52} {:<16} {total:>6} {total_caught:>6} {:>6.1}%", "all", "", percent(total_caught, total));
    assert!(weak.is_empty(), "classes that the gate is weak at: {weak:#?}");
    assert!(total_caught * 100 >= total * CAUGHT_MIN, "{total_caught} of {total}");
}

#[test]
fn faults_as_they_are_met_are_caught() {
    let levels = Levels::built_in();
    let all = good::bad();
    let mut missed = Vec::new();
    let mut alone = Vec::new();
    for (bad, code, is_alone) in &all {
        let found = bad.report(&bad.body, &levels).findings;
        if !found.iter().any(|finding| finding.code == *code && finding.severity >= Severity::Warning) {
            let codes: Vec<FindingCode> = found.iter().map(|finding| finding.code).collect();
            missed.push(format!("{code:?} in {}: found {codes:?}", bad.name));
            if *is_alone {
                alone.push(bad.name.clone());
            }
        }
    }
    assert!(alone.is_empty(), "nothing else shows whether their rules are there: {alone:?}");
    println!("faults as they are met: {} of {} caught", all.len() - missed.len(), all.len());
    missed.iter().for_each(|missed| println!("  missed: {missed}"));
    assert!(missed.len() * 100 <= all.len() * (100 - CAUGHT_MIN), "{missed:#?}");
}
