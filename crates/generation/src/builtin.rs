//! Shared by the built-in makers: which words of a topic a task uses, in which order, and what it must not repeat.

use std::collections::HashMap;

use lexicon::{Entry, Pos, Topic, pack};
use types::{
    levels::{CefrLevel, Language},
    shuffle::{Shuffler, mix},
};

use crate::{
    job::{PartFailure, PartJob},
    made::not_enough,
    plan::PackPlan,
    prose::Haystack,
};

/// Entries in a word list; fewer if the topic's classes don't provide them.
pub(crate) const LIST_WORDS: usize = 12;
/// Fewest entries in a word list.
pub(crate) const LIST_WORDS_MIN: usize = 8;

/// The input of a maker.
pub(crate) struct MakerContext<'a> {
    pub job: &'a PartJob,
    pub plan: &'a PackPlan,
    pub topic: &'static Topic,
    pub level: CefrLevel,
    /// The entries to use, best first.
    pub entries: Vec<&'static Entry>,
    pub shuffler: Shuffler,
}

impl<'a> MakerContext<'a> {
    /// Orders the topic's entries for a job; each `attempt` gives a different order.
    ///
    /// # Errors
    /// [`PartFault::NotEnoughWords`] if the pack no longer has the topic.
    pub fn new(job: &'a PartJob, plan: &'a PackPlan, attempt: u64) -> Result<Self, PartFailure> {
        let topic = pack().topic(&plan.topic).ok_or_else(not_enough)?;
        let mut shuffler = Shuffler::new(mix(job.seed, attempt), &job.kind);
        let mut lesson: Vec<&'static Entry> = plan.words.iter().filter_map(|lemma| topic.entry(lemma)).collect();
        // The first attempt keeps the plan's order, which spreads the lesson's words over its tasks.
        let fresh = job.replaces.is_some() || attempt > 0 || lesson.is_empty();
        if lesson.is_empty() {
            lesson = words_of_lesson(&plan.taught, topic, job.level);
        }
        if fresh {
            shuffler.shuffle(&mut lesson);
        }
        let mut rest: Vec<&'static Entry> =
            topic.at(job.level).filter(|entry| !lesson.iter().any(|other| other.lemma == entry.lemma)).collect();
        shuffler.shuffle(&mut rest);
        lesson.extend(rest);
        lesson.retain(|entry| !plan.keep_off.contains(&entry.lemma));
        let before = job.previous().map(|body| Haystack::new(&body.plain_text()));
        if let Some(before) = before {
            let used = |entry: &&'static Entry| {
                before.holds(&entry.definition) || before.holds(&entry.example.sentence) || before.holds(&entry.lemma)
            };
            lesson.sort_by_key(used);
        }
        Ok(Self { job, plan, topic, level: job.level, entries: lesson, shuffler })
    }

    /// The number of items requested, clamped to 1..=`most`, or else `usual`.
    pub fn count(&self, usual: usize, most: usize) -> usize {
        self.plan.items.map_or(usual, |items| usize::try_from(items).unwrap_or(usual).clamp(1, most))
    }

    /// Moves entries to the end if another task of the lesson shows their example: it would give the answer away.
    pub fn spare_examples_of_other_tasks(&mut self) {
        let others: Vec<Haystack> = self.job.others().map(|task| Haystack::new(&task.body.plain_text())).collect();
        self.entries.sort_by_key(|entry| others.iter().any(|text| text.holds(&entry.example.sentence)));
    }

    /// The Russian translation, if the students' language is Russian.
    pub fn translation(&self, entry: &Entry) -> Option<String> {
        (self.job.students_language == Language::Ru).then(|| entry.ru.clone()).flatten()
    }
}

/// The topic's entries that the lesson teaches, up to its level.
fn words_of_lesson(taught: &[String], topic: &'static Topic, level: CefrLevel) -> Vec<&'static Entry> {
    taught.iter().filter_map(|word| topic.entry(word)).filter(|entry| entry.level <= level).collect()
}

/// Draws the words of a lesson: mixed parts of speech, at most two of a class (three if there are too few).
pub(crate) fn draw_words(
    topic: &'static Topic,
    level: CefrLevel,
    shuffler: &mut Shuffler,
    count: usize,
) -> Vec<&'static Entry> {
    let mut all: Vec<&'static Entry> = topic.at(level).collect();
    shuffler.shuffle(&mut all);
    draw_from(all, count)
}

/// Like [`draw_words`], from entries in order of preference.
pub(crate) fn draw_from(all: Vec<&'static Entry>, count: usize) -> Vec<&'static Entry> {
    let mut drawn: Vec<&'static Entry> = Vec::new();
    let most_of = |pos: Pos| match pos {
        Pos::Noun => count.div_ceil(2),
        Pos::Verb => count.div_ceil(3),
        Pos::Adjective | Pos::Adverb | Pos::Phrase => count.div_ceil(4),
    };
    // First within each part of speech's share, then without it; last, with a third word of a class.
    for (mind_pos, of_class) in [(true, 2), (false, 2), (false, 3)] {
        if of_class > 2 && drawn.len() >= LIST_WORDS_MIN.min(count) {
            break;
        }
        for entry in &all {
            let mut classes: HashMap<&str, usize> = HashMap::new();
            let mut of_pos = 0;
            for other in &drawn {
                *classes.entry(&other.class).or_default() += 1;
                of_pos += usize::from(other.pos == entry.pos);
            }
            let class = classes.get(entry.class.as_str()).copied().unwrap_or(0);
            let known = drawn.iter().any(|other| other.lemma == entry.lemma);
            if drawn.len() < count && !known && class < of_class && !(mind_pos && of_pos >= most_of(entry.pos)) {
                drawn.push(entry);
            }
        }
    }
    drawn
}
