//! Mutations that put one fault into a good task, for every fault that the gate's stages 0 to 2 claim to find.

mod banks;
mod gaps;
mod levels;
mod options;
mod setting;
mod structure;
mod tongues;

use types::{
    evidence::FindingCode,
    ids::ItemId,
    levels::Language,
    shuffle::Shuffler,
    tasks::{TaskBody, gaps::Part},
    text::{fold, words},
};

use crate::good::Good;

/// A good task with one fault in it.
pub struct Mutant {
    pub body: TaskBody,
    /// The item at fault; `None` for the whole task, or for whichever item the gate names.
    pub item: Option<ItemId>,
}

impl Mutant {
    pub fn of(body: TaskBody, item: &ItemId) -> Self {
        Self { body, item: Some(item.clone()) }
    }

    pub fn whole(body: TaskBody) -> Self {
        Self { body, item: None }
    }
}

/// A mutation that spoils a task.
pub struct Fault {
    pub name: &'static str,
    /// The code that the gate should report.
    pub code: FindingCode,
    pub make: fn(&Good, &mut Shuffler) -> Vec<Mutant>,
}

/// All mutations.
pub fn all() -> Vec<Fault> {
    use FindingCode as Code;
    let fault = |name, code, make| Fault { name, code, make };
    vec![
        fault("structure: what is missing, doubled or too much", Code::Structure, structure::broken),
        fault("an option that differs by article, capital or stop", Code::DuplicateOption, options::repeated_option),
        fault("a question that is asked twice", Code::DuplicateOption, options::repeated_question),
        fault("a statement that stands twice", Code::DuplicateOption, options::repeated_statement),
        fault("two right sides that differ by an article", Code::DuplicateOption, options::repeated_side),
        fault("the key is the longest by far", Code::KeyLongest, options::long_key),
        fault("'all of the above' and its like", Code::AllOfTheAbove, options::leaning),
        fault("a or an tells the answer: question", Code::ArticleCue, options::article_cue),
        fault("a or an tells the answer: box", Code::ArticleCue, banks::article_cue),
        fault("only the key agrees in number", Code::NumberCue, options::number_cue),
        fault("the key stands in its question", Code::AnswerInStem, options::key_in_stem),
        fault("a form of the key stands in its question", Code::AnswerInStem, options::form_in_stem),
        fault("the word stands in its meaning", Code::AnswerInStem, options::word_in_meaning),
        fault("the key stands in its gap's sentence", Code::AnswerInStem, gaps::key_in_sentence),
        fault("the key stands in another question", Code::AnswerLeaked, options::key_in_other_stem),
        fault("a form of the key stands in another question", Code::AnswerLeaked, options::form_in_other_stem),
        fault("the key stands in another gap's sentence", Code::AnswerLeaked, gaps::key_in_other_sentence),
        fault("(nearly) all statements true, or false", Code::KeySkewed, options::one_truth),
        fault("the same answer to every question", Code::KeySkewed, options::one_answer),
        fault("box: a word that the pack says also fits", Code::BankAmbiguous, banks::also_fits),
        fault("box: two of a class in sentences of one's own", Code::BankAmbiguous, banks::of_one_class),
        fault("box: a right word that leaves another gap without", Code::BankAmbiguous, banks::dead_end),
        fault("another script", Code::WrongLanguage, tongues::other_script),
        fault("another language of the same script", Code::WrongLanguage, tongues::same_script),
        fault("a word two levels up", Code::WordAboveLevel, levels::hard_word),
        fault("sentences of two levels up", Code::TooHard, levels::hard_sentences),
        fault("a sentence too long for the level", Code::LongSentences, levels::long_sentence),
        fault("two spaces", Code::Typography, setting::two_spaces),
        fault("a space before a stop or comma", Code::Typography, setting::space_before_stop),
        fault("no space after a stop or comma", Code::Typography, setting::no_space_after),
        fault("a stop or comma twice", Code::Typography, setting::stop_twice),
        fault("a bracket that is never closed", Code::Typography, setting::open_bracket),
        fault("a letter of another script in a word", Code::StrangeLetter, setting::mixed_scripts),
        fault("no stop at the end", Code::Typography, setting::no_stop),
        fault("a small word twice", Code::Typography, setting::word_twice),
    ]
}

/// Picks one from a list.
pub fn pick<'a, T>(list: &'a [T], by: &mut Shuffler) -> &'a T {
    &list[by.below(list.len())]
}

/// Picks one from a list of texts.
pub fn one<'a>(list: &[&'a str], by: &mut Shuffler) -> &'a str {
    list[by.below(list.len())]
}

/// English words that occur in any text.
const GRAMMAR: &str = "a an the and or but if of to in on at by for from with about into over under after before since \
    until up down out off as than then so very too not no some any much many more most every each both all one two three \
    this that these those there here my your his her its our their mine me you him us them it we they she he who whose \
    which what when where why how is are am was were be been being have has had having do does did done doing will would \
    can could should must may might never always again just only back go goes going went get got";

/// Whether an answer has a meaning of its own, so that its occurring elsewhere gives it away.
pub fn tells(answer: &str, language: Language, letters: usize) -> bool {
    let is_grammar = |word: &str| {
        let word = fold(word);
        GRAMMAR.split_whitespace().any(|other| other == word.trim_end_matches("n't"))
    };
    answer.chars().count() >= letters && (language != Language::En || words(answer).any(|word| !is_grammar(word)))
}

/// Changes one text of a task in the language taught; `None` if the kind has no such text.
///
/// Prefers statements, questions and their sentences to single words.
pub fn with_text(body: &TaskBody, by: &mut Shuffler, change: &dyn Fn(&str) -> Option<String>) -> Option<Mutant> {
    let mut body = body.clone();
    let item = match &mut body {
        TaskBody::SingleChoice(task) => {
            let at = by.below(task.questions.len());
            let question = &mut task.questions[at];
            question.stem = change(&question.stem)?;
            Some(question.id.clone())
        }
        TaskBody::TrueFalse(task) => {
            let at = by.below(task.statements.len());
            let statement = &mut task.statements[at];
            statement.text = change(&statement.text)?;
            Some(statement.id.clone())
        }
        TaskBody::Matching(task) => {
            let at = by.below(task.pairs.len());
            let pair = &mut task.pairs[at];
            pair.right.text = change(&pair.right.text)?;
            Some(pair.id.clone())
        }
        TaskBody::WordList(task) => {
            let at = by.below(task.words.len());
            let word = &mut task.words[at];
            word.meaning.definition = Some(change(word.meaning.definition.as_deref()?)?);
            Some(word.id.clone())
        }
        TaskBody::WordBank(task) => text_around(&mut task.parts, by, change)?,
        TaskBody::GapFill(task) => text_around(&mut task.parts, by, change)?,
        TaskBody::Text(task) => {
            task.markdown = change(&task.markdown)?;
            None
        }
        _ => return None,
    };
    Some(Mutant { body, item })
}

/// Changes a text between two gaps: the first changeable one from a random place on. The gate names a line by its first
/// gap, so this names no item.
fn text_around<G>(
    parts: &mut [Part<G>],
    by: &mut Shuffler,
    change: &dyn Fn(&str) -> Option<String>,
) -> Option<Option<ItemId>> {
    let from = by.below(parts.len());
    for n in 0..parts.len() {
        let at = (from + n) % parts.len();
        let Part::Text(text) = &mut parts[at] else { continue };
        if let Some(changed) = change(text) {
            *text = changed;
            return Some(None);
        }
    }
    None
}
