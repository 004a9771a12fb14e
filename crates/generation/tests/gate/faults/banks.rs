//! Banks in which more than one word fits a gap, or only one agrees with its article.

use lexicon::{Entry, Pos, could_fill, pack, readings_of};
use types::{
    ids::ItemId,
    levels::Language,
    shuffle::Shuffler,
    tasks::{
        TaskBody,
        gaps::{Part, gaps},
        word_bank::{Content, Gap},
    },
    text::fold,
};

use super::{Mutant, one, pick};
use crate::good::Good;

fn content(good: &Good) -> Option<&Content> {
    match &good.body {
        TaskBody::WordBank(task) => Some(task),
        _ => None,
    }
}

/// The task with one more line: `before`, a gap, `after`.
fn with_line(task: &Content, before: &str, key: &str, after: &str) -> (Content, ItemId) {
    let mut task = task.clone();
    let id = ItemId::fresh(gaps(&task.parts).map(|gap| &gap.id));
    task.parts.push(Part::Text(format!("\n{before}")));
    task.parts.push(Part::Gap(Gap { id: id.clone(), key: key.to_owned(), variants: Vec::new() }));
    task.parts.push(Part::Text(after.to_owned()));
    (task, id)
}

pub fn article_cue(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = content(good).filter(|_| good.language == Language::En) else { return Vec::new() };
    let frames = [("There was ", " on the table."), ("We talked about ", " all evening."), ("She drew ", " for us.")];
    let mut all = Vec::new();
    for (article, keys) in [("an", ["umbrella", "hour", "orange"]), ("a", ["violin", "uniform", "European"])] {
        // All other chips must agree with the other article.
        if task.bank().iter().all(|chip| lexicon::article(chip) != article) {
            let (before, after) = pick(&frames, by);
            let (body, id) = with_line(task, &format!("{before}{article} "), one(&keys, by), after);
            all.push(Mutant::of(TaskBody::WordBank(body), &id));
        }
    }
    all
}

/// The entry whose example was used for a gap of a task by rules.
fn entry_of(task: &Content, gap: &Gap) -> Option<&'static Entry> {
    let text = types::tasks::gaps::filled(&task.parts);
    readings_of(&gap.key).iter().map(|reading| reading.entry).find(|entry| text.contains(&entry.example.sentence))
}

pub fn also_fits(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = content(good) else { return Vec::new() };
    let mut found = Vec::new();
    for gap in gaps(&task.parts) {
        let Some(entry) = entry_of(task, gap) else { continue };
        let topic = pack().topic(&entry.topic).expect("its topic");
        let others = topic.entries.iter().filter(|other| other.lemma != entry.lemma && could_fill(entry, other));
        found.extend(others.map(|other| (gap.id.clone(), other.example.target.clone())));
    }
    found.retain(|(_, chip)| task.bank().iter().all(|other| fold(other) != fold(chip)));
    if found.is_empty() {
        return Vec::new();
    }
    let (id, chip) = pick(&found, by).clone();
    let mut task = task.clone();
    task.distractors.push(chip);
    vec![Mutant::of(TaskBody::WordBank(task), &id)]
}

pub fn of_one_class(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = content(good).filter(|_| good.language == Language::En) else { return Vec::new() };
    let topic = pick(&pack().topics, by);
    let plain = |entry: &&Entry| {
        entry.pos == Pos::Noun
            && !entry.plural_only
            && !entry.uncountable
            && lexicon::article(&entry.lemma) == "a"
            && !task.bank().iter().any(|chip| fold(chip) == fold(&entry.lemma))
    };
    let nouns: Vec<&Entry> = topic.entries.iter().filter(plain).collect();
    let one = *pick(&nouns, by);
    let like: Vec<&&Entry> =
        nouns.iter().filter(|other| other.class == one.class && other.lemma != one.lemma).collect();
    if like.is_empty() {
        return Vec::new();
    }
    let other = *pick(&like, by);
    let frames = [
        ("I dreamt about a ", " last night."),
        ("The story begins with a ", "."),
        ("Tom has never seen a ", " before."),
    ];
    let (before, after) = pick(&frames, by);
    let (mut body, id) = with_line(task, before, &one.lemma, after);
    body.distractors.push(other.lemma.clone());
    vec![Mutant::of(TaskBody::WordBank(body), &id)]
}

/// A key of one gap is also right in another, whose own key is wrong in the first: a student who uses it there has no
/// right word left for the first.
pub fn dead_end(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    let Some(task) = content(good) else { return Vec::new() };
    let mut task = task.clone();
    let all: Vec<(ItemId, String)> = gaps(&task.parts).map(|gap| (gap.id.clone(), gap.key.clone())).collect();
    if all.len() < 2 {
        return Vec::new();
    }
    let from = by.below(all.len());
    let to = (from + 1 + by.below(all.len() - 1)) % all.len();
    for part in &mut task.parts {
        if let Part::Gap(gap) = part
            && gap.id == all[to].0
        {
            gap.variants.push(all[from].1.clone());
        }
    }
    vec![Mutant::of(TaskBody::WordBank(task), &all[to].0)]
}
