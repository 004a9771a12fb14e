//! Properties that must hold for every template, tested over generated contents: a right answer scores full points, a
//! student's view contains no key, and it doesn't show which answer is right.

use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use super::*;
use crate::ids::ItemId;

// Each template's generator, and which parts of its content are secret, is in a separate file next to the rules that
// need it.
mod gap_fill;
mod inline_choice;
mod matching;
mod multiple_choice;
mod ordering;
mod sentence_builder;
mod single_choice;
mod sorting;
mod text;
mod true_false;
mod unscramble;
mod word_bank;
mod word_list;

/// What the property tests need from a template. The catalogue requires it: a template that lacks it doesn't compile.
pub(super) trait Specimen: Template + 'static {
    /// Generates valid contents.
    fn any() -> BoxedStrategy<Self>;

    /// Puts a secret wherever only the author may look. Keys that every student sees as chips or options stay;
    /// [`Specimen::with_another_key`] covers those.
    fn hide(&mut self, secret: &mut dyn FnMut() -> String);

    /// The same task with a different answer right.
    fn with_another_key(&self) -> Self;

    /// Whether the views of two contents that differ in their keys reveal nothing about the difference.
    fn look_alike(one: (&Self, &Self::View), other: (&Self, &Self::View)) -> bool {
        one.1 == other.1
    }
}

/// A word that occurs nowhere else: if it turns up in a view, a key has leaked.
fn nonce(n: usize) -> String {
    format!("zq{n}xkey{n}")
}

fn words() -> impl Strategy<Value = String> {
    proptest::collection::vec("[a-z]{2,8}", 1..5).prop_map(|words| words.join(" "))
}

fn distinct_words(range: std::ops::Range<usize>) -> impl Strategy<Value = Vec<String>> {
    proptest::collection::btree_set("[a-z]{3,9}", range)
        .prop_map(|set| set.into_iter().collect::<Vec<_>>())
        .prop_shuffle()
}

fn gap_text<G: std::fmt::Debug + Clone + 'static>(
    make: impl Fn(ItemId, String) -> G + Clone + 'static,
) -> impl Strategy<Value = Vec<gaps::Part<G>>> {
    (distinct_words(1..8), proptest::collection::vec(words(), 8)).prop_map(move |(keys, texts)| {
        let mut parts = Vec::new();
        for (n, key) in keys.into_iter().enumerate() {
            parts.push(gaps::Part::Text(format!("{} ", texts[n])));
            parts.push(gaps::Part::Gap(make(ItemId::nth(n), key)));
            parts.push(gaps::Part::Text(".\n".to_owned()));
        }
        parts
    })
}

macro_rules! of_each_template {
    ($($variant:ident $module:ident),+ $(,)?) => {
        fn contents() -> impl Strategy<Value = TaskBody> {
            prop_oneof![$(super::$module::Content::any().prop_map(TaskBody::$variant)),+]
        }

        /// The same task with a secret wherever only the author may look, and the list of secrets.
        fn with_nonces(body: &TaskBody) -> (TaskBody, Vec<String>) {
            let (mut body, mut secrets) = (body.clone(), Vec::new());
            let mut secret = || {
                secrets.push(nonce(secrets.len()));
                secrets[secrets.len() - 1].clone()
            };
            match &mut body {
                $(TaskBody::$variant(content) => content.hide(&mut secret),)+
                TaskBody::Unknown(_) => {}
            }
            (body, secrets)
        }

        /// Whether the view hides which answer is right.
        fn keys_do_not_show(body: &TaskBody, seed: u64) -> bool {
            match body {
                $(TaskBody::$variant(content) => {
                    let other = content.with_another_key();
                    let (one_view, other_view) = (content.student_view(seed), other.student_view(seed));
                    Specimen::look_alike((content, &one_view), (&other, &other_view))
                })+
                TaskBody::Unknown(_) => true,
            }
        }
    };
}

crate::for_each_task_template!(of_each_template);

proptest! {
    #[test]
    fn generated_contents_are_valid_and_survive_json(body in contents()) {
        prop_assert_eq!(body.validate(), vec![]);
        let json = serde_json::to_value(&body).unwrap();
        prop_assert_eq!(serde_json::from_value::<TaskBody>(json).unwrap(), body);
    }

    #[test]
    fn the_key_scores_full_in_any_order(body in contents(), shift in 0usize..20, language in select(&Language::ALL[..])) {
        let mut items = body.items();
        let by = shift % items.len().max(1);
        items.rotate_left(by);
        for item in &items {
            let key = body.key(item).unwrap();
            let mark = body.score(item, &key, language).unwrap();
            prop_assert_eq!(mark.points, mark.max);
            prop_assert_eq!(mark.verdict, crate::marks::Verdict::Right);
        }
    }

    #[test]
    fn no_mark_is_above_its_max_whatever_is_sent(body in contents(), text in "\\PC{0,30}", language in select(&Language::ALL[..])) {
        for item in body.items() {
            for answer in [json!({"text": text}), json!({"option": text}), json!({"right": text}), json!({"order": [text]}), json!({"choice": "true"}), json!(text), Value::Null] {
                if let Ok(mark) = body.score(&item, &answer, language) {
                    prop_assert!(mark.points <= mark.max);
                }
            }
        }
        if let Some(first) = body.items().first() {
            prop_assert_eq!(body.score(&ItemId::new("not-there").unwrap(), &body.key(first).unwrap(), language), Err(AnswerFault::NoSuchItem));
        }
    }

    #[test]
    fn no_view_holds_a_key(body in contents(), seed in any::<u64>()) {
        let (secret_body, secrets) = with_nonces(&body);
        let view = serde_json::to_string(&secret_body.student_view(seed)).unwrap();
        for secret in secrets {
            prop_assert!(!view.contains(&secret), "{} leaks into {}", secret, view);
        }
    }

    #[test]
    fn which_answer_is_right_does_not_show(body in contents(), seed in any::<u64>()) {
        prop_assert!(keys_do_not_show(&body, seed), "{} shows its key", body.kind());
    }

    #[test]
    fn each_equal_chip_is_as_good_as_the_other(words in distinct_words(2..5)) {
        let mut chips = words.clone();
        chips.push(words[0].clone());
        let content = super::sentence_builder::Content { sentences: vec![super::sentence_builder::Sentence { id: ItemId::nth(0), orders: vec![chips.clone()], ending: String::new() }] };
        let mut swapped = chips.clone();
        let last = swapped.len() - 1;
        swapped.swap(0, last);
        let mark = content.score(&ItemId::nth(0), &super::sentence_builder::Answer { order: swapped }, Language::En).unwrap();
        prop_assert_eq!(mark, crate::marks::Mark::RIGHT);
    }
}

#[test]
fn an_unknown_kind_is_kept_whole_and_shows_nothing() {
    let stored = json!({"kind": "crossword", "content": {"grid": ["cat"], "secret": 7}});
    let body: TaskBody = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(serde_json::to_value(&body).unwrap(), stored);
    let view = serde_json::to_string(&body.student_view(1)).unwrap();
    assert!(!view.contains("secret") && !view.contains("cat"), "{view}");
    assert_eq!(body.score(&ItemId::nth(0), &Value::Null, Language::En), Err(AnswerFault::NotMarked));
}

#[test]
fn content_goes_through_every_version_to_todays() {
    let upgrade = |version: i16, content: Value| json!({"of": version, "was": content});
    assert_eq!(upgraded(3, 3, &json!(1), upgrade), Some(json!(1)));
    assert_eq!(upgraded(1, 3, &json!(1), upgrade), Some(json!({"of": 2, "was": {"of": 1, "was": 1}})));
    assert_eq!(upgraded(4, 3, &json!(1), upgrade), None);
}

#[test]
fn content_that_cannot_be_read_is_kept_whole_with_its_version_and_is_no_unknown_kind() {
    let odd = json!({"pairs": "in another form"});
    let later = json!({"pairs": []});
    for (version, content) in [(1, odd), (7, later)] {
        let body = TaskBody::from_stored("matching", version, content.clone());
        assert!(body.is_unread());
        assert_eq!((body.kind(), body.version(), body.content()), ("matching", version, content));
    }
    assert!(!TaskBody::from_stored("crossword", 1, json!({})).is_unread());
}

#[test]
fn half_a_sentence_in_order_gets_part_of_the_point() {
    let chips = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let content = super::sentence_builder::Content {
        sentences: vec![super::sentence_builder::Sentence {
            id: ItemId::nth(0),
            orders: vec![chips("a b c d")],
            ending: ".".into(),
        }],
    };
    let points = |text: &str| {
        content
            .score(&ItemId::nth(0), &super::sentence_builder::Answer { order: chips(text) }, Language::En)
            .unwrap()
            .points
    };
    assert_eq!(points("a b d c"), crate::marks::Points::new(3, 4));
    assert_eq!(points("d c b a"), crate::marks::Points::ZERO);
    assert_eq!(points("a b c d d"), crate::marks::Points::ZERO);
    assert_eq!(points("A B C D"), crate::marks::Points::ONE);
}

fn body(kind: &str, content: Value) -> TaskBody {
    TaskBody::from_stored(kind, 1, content)
}

#[test]
fn a_question_about_capitals_can_be_asked() {
    let item = ItemId::nth(0);
    let choice = body(
        "single_choice",
        json!({"questions": [{"id": "i1", "stem": "She comes from Warsaw. She is ___.", "right": "Polish", "distractors": ["polish", "POLISH"]}]}),
    );
    let bank = body(
        "word_bank",
        json!({"parts": [{"text": "I like "}, {"gap": {"id": "i1", "key": "Turkey"}}, {"text": "."}], "distractors": ["turkey"]}),
    );
    let pairs = body(
        "matching",
        json!({"pairs": [{"id": "i1", "left": {"text": "Polish"}, "right": {"text": "March"}}, {"id": "i2", "left": {"text": "polish"}, "right": {"text": "march"}}]}),
    );
    for (task, wrong) in [
        (&choice, json!({"option": "polish"})),
        (&bank, json!({"text": "turkey"})),
        (&pairs, json!({"right": "march"})),
    ] {
        assert_eq!(task.validate(), [], "{}", task.kind());
        assert_eq!(task.score(&item, &wrong, Language::En), Ok(Mark::WRONG), "{}", task.kind());
        assert_eq!(task.score(&item, &task.key(&item).unwrap(), Language::En), Ok(Mark::RIGHT), "{}", task.kind());
    }
}

#[test]
fn doubles_among_what_is_also_right_are_left_out() {
    let task = body(
        "gap_fill",
        json!({"parts": [{"gap": {"id": "i1", "key": "went\u{200E}", "variants": ["Went", "walked", "walked ", "drove"], "tested": [0, 2]}}]}),
    );
    assert_eq!(task.validate(), []);
    let TaskBody::GapFill(tidy) = task.tidied() else { panic!("it stays a gap fill") };
    let gap = gaps::gaps(&tidy.parts).next().unwrap();
    assert_eq!((gap.key.as_str(), gap.variants.join(",")), ("went", "walked,drove".to_owned()));
    let orders = body(
        "sentence_builder",
        json!({"sentences": [{"id": "i1", "orders": [["a", "b", "c"], ["b", "a", "c"], ["b", "a", "C"]]}]}),
    );
    let TaskBody::SentenceBuilder(tidy) = orders.tidied() else { panic!("it stays one") };
    assert_eq!(tidy.sentences[0].orders.len(), 2);
}

#[test]
fn every_blank_says_what_is_missing() {
    for meta in CATALOGUE {
        let blank = TaskBody::blank(meta.kind).unwrap();
        assert!(!blank.validate().is_empty(), "{} is valid when blank", meta.kind);
        assert_eq!(blank.kind(), meta.kind);
    }
}
