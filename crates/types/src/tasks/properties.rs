//! What must hold for every template, proved over generated contents: a right answer scores full, a student's
//! view holds no key, and which answer is right doesn't show.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::ids::ItemId;

/// A word that occurs nowhere else: where it turns up, a key has leaked.
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

fn contents() -> impl Strategy<Value = TaskBody> {
    let gap_fill = gap_text(|id, key| gap_fill::Gap {
        id,
        key,
        variants: vec![],
        hint: Some("hint".into()),
        tested: None,
        neighbours: vec![],
    })
    .prop_flat_map(|parts| (Just(parts), any::<bool>(), any::<bool>()))
    .prop_map(|(parts, typos, contractions_matter)| {
        TaskBody::GapFill(gap_fill::Content { parts, typos, contractions_matter })
    });
    let word_bank = (gap_text(|id, key| word_bank::Gap { id, key, variants: vec![] }), distinct_words(0..4)).prop_map(
        |(parts, extra)| {
            let keys: Vec<String> = gaps::gaps(&parts).map(|gap| gap.key.clone()).collect();
            let distractors = extra.into_iter().filter(|word| !keys.contains(word)).collect();
            TaskBody::WordBank(word_bank::Content { parts, distractors })
        },
    );
    let single_choice = proptest::collection::vec((words(), distinct_words(2..8)), 1..6).prop_map(|questions| {
        let questions = questions
            .into_iter()
            .enumerate()
            .map(|(n, (stem, mut options))| single_choice::Question {
                id: ItemId::nth(n),
                stem,
                right: options.remove(0),
                distractors: options,
                explanation: Some("because".into()),
            })
            .collect();
        TaskBody::SingleChoice(single_choice::Content { questions })
    });
    let true_false = proptest::collection::vec((words(), 0..3u8), 1..8).prop_map(|statements| {
        let statements = statements
            .into_iter()
            .enumerate()
            .map(|(n, (text, truth))| true_false::Statement {
                id: ItemId::nth(n),
                text,
                truth: [true_false::Truth::True, true_false::Truth::False, true_false::Truth::NotStated]
                    [usize::from(truth)],
                explanation: None,
            })
            .collect();
        TaskBody::TrueFalse(true_false::Content { statements, with_not_stated: true })
    });
    let matching = (distinct_words(2..9), proptest::collection::vec(words(), 8), distinct_words(0..3)).prop_map(
        |(lefts, rights, extra)| {
            let pairs: Vec<matching::Pair> = lefts
                .into_iter()
                .enumerate()
                .map(|(n, left)| matching::Pair {
                    id: ItemId::nth(n),
                    left: left.into(),
                    right: rights[n].clone().into(),
                })
                .collect();
            let extra = extra
                .into_iter()
                .filter(|word| pairs.iter().all(|pair| pair.right.text != *word))
                .map(matching::Side::from)
                .collect();
            TaskBody::Matching(matching::Content { pairs, extra })
        },
    );
    let sentences = proptest::collection::vec(distinct_words(3..9), 1..4).prop_map(|sentences| {
        let sentences = sentences
            .into_iter()
            .enumerate()
            .map(|(n, chips)| sentence_builder::Sentence {
                id: ItemId::nth(n),
                orders: vec![chips],
                ending: ".".into(),
            })
            .collect();
        TaskBody::SentenceBuilder(sentence_builder::Content { sentences })
    });
    prop_oneof![gap_fill, word_bank, single_choice, true_false, matching, sentences]
}

/// The keys that are not options shown to all: where they stand in the view, they have leaked.
fn with_nonces(body: &TaskBody) -> Option<(TaskBody, Vec<String>)> {
    let mut body = body.clone();
    let mut secrets = Vec::new();
    let mut secret = |n: usize| {
        let word = nonce(n);
        secrets.push(word.clone());
        word
    };
    match &mut body {
        TaskBody::GapFill(content) => {
            for (n, part) in content.parts.iter_mut().enumerate() {
                if let gaps::Part::Gap(gap) = part {
                    gap.key = secret(n * 4);
                    gap.variants = vec![secret(n * 4 + 1)];
                    gap.hint = Some(secret(n * 4 + 2));
                    gap.neighbours = vec![secret(n * 4 + 3)];
                }
            }
        }
        TaskBody::SingleChoice(content) => {
            for (n, question) in content.questions.iter_mut().enumerate() {
                question.explanation = Some(secret(n));
            }
        }
        TaskBody::TrueFalse(content) => {
            for (n, statement) in content.statements.iter_mut().enumerate() {
                statement.explanation = Some(secret(n));
            }
        }
        // Their keys are chips and options that every student sees; the second proof is for them.
        TaskBody::WordBank(_)
        | TaskBody::Matching(_)
        | TaskBody::SentenceBuilder(_)
        | TaskBody::WordList(_)
        | TaskBody::Text(_)
        | TaskBody::Unknown(_) => return None,
    }
    Some((body, secrets))
}

/// The same task with another answer right.
fn with_another_key(body: &TaskBody) -> TaskBody {
    let mut body = body.clone();
    match &mut body {
        TaskBody::GapFill(content) => {
            for part in &mut content.parts {
                if let gaps::Part::Gap(gap) = part {
                    gap.key = format!("other{}", gap.key);
                }
            }
        }
        TaskBody::WordBank(content) => {
            let mut keys: Vec<String> = gaps::gaps(&content.parts).map(|gap| gap.key.clone()).collect();
            keys.rotate_left(1);
            let mut keys = keys.into_iter();
            for part in &mut content.parts {
                if let gaps::Part::Gap(gap) = part {
                    gap.key = keys.next().unwrap_or_default();
                }
            }
        }
        TaskBody::SingleChoice(content) => {
            for question in &mut content.questions {
                std::mem::swap(&mut question.right, &mut question.distractors[0]);
            }
        }
        TaskBody::TrueFalse(content) => {
            for statement in &mut content.statements {
                statement.truth = match statement.truth {
                    true_false::Truth::True => true_false::Truth::False,
                    true_false::Truth::False => true_false::Truth::NotStated,
                    true_false::Truth::NotStated => true_false::Truth::True,
                };
            }
        }
        TaskBody::Matching(content) => {
            let mut rights: Vec<matching::Side> = content.pairs.iter().map(|pair| pair.right.clone()).collect();
            rights.rotate_left(1);
            for (pair, right) in content.pairs.iter_mut().zip(rights) {
                pair.right = right;
            }
        }
        TaskBody::SentenceBuilder(content) => {
            for sentence in &mut content.sentences {
                sentence.orders[0].rotate_left(1);
            }
        }
        TaskBody::WordList(_) | TaskBody::Text(_) | TaskBody::Unknown(_) => {}
    }
    body
}

proptest! {
    #[test]
    fn generated_contents_are_valid_and_survive_json(body in contents()) {
        prop_assert_eq!(body.validate(), vec![]);
        let json = serde_json::to_value(&body).unwrap();
        prop_assert_eq!(serde_json::from_value::<TaskBody>(json).unwrap(), body);
    }

    #[test]
    fn the_key_scores_full_in_any_order(body in contents(), shift in 0usize..20) {
        let mut items = body.items();
        let by = shift % items.len().max(1);
        items.rotate_left(by);
        for item in &items {
            let key = body.key(item).unwrap();
            let mark = body.score(item, &key).unwrap();
            prop_assert_eq!(mark.points, mark.max);
            prop_assert_eq!(mark.verdict, crate::marks::Verdict::Right);
        }
    }

    #[test]
    fn no_mark_is_above_its_max_whatever_is_sent(body in contents(), text in "\\PC{0,30}") {
        for item in body.items() {
            for answer in [json!({"text": text}), json!({"option": text}), json!({"right": text}), json!({"order": [text]}), json!({"choice": "true"}), json!(text), Value::Null] {
                if let Ok(mark) = body.score(&item, &answer) {
                    prop_assert!(mark.points <= mark.max);
                }
            }
        }
        prop_assert_eq!(body.score(&ItemId::new("not-there").unwrap(), &body.key(&body.items()[0]).unwrap()), Err(AnswerFault::NoSuchItem));
    }

    #[test]
    fn no_view_holds_a_key(body in contents(), seed in any::<u64>()) {
        if let Some((secret_body, secrets)) = with_nonces(&body) {
            let view = serde_json::to_string(&secret_body.student_view(seed)).unwrap();
            for secret in secrets {
                prop_assert!(!view.contains(&secret), "{} leaks into {}", secret, view);
            }
        }
    }

    #[test]
    fn which_answer_is_right_does_not_show(body in contents(), seed in any::<u64>()) {
        let other = with_another_key(&body);
        let (TaskView::SentenceBuilder(a), TaskView::SentenceBuilder(b)) = (body.student_view(seed), other.student_view(seed)) else {
            let (a, b) = (serde_json::to_vec(&body.student_view(seed)).unwrap(), serde_json::to_vec(&other.student_view(seed)).unwrap());
            prop_assert_eq!(a, b);
            return Ok(());
        };
        // A start may not be an answer, so the two agree wherever the common draw answers neither.
        let (TaskBody::SentenceBuilder(one), TaskBody::SentenceBuilder(two)) = (&body, &other) else { unreachable!() };
        for (n, (x, y)) in a.sentences.iter().zip(&b.sentences).enumerate() {
            if x.chips != two.sentences[n].orders[0] && y.chips != one.sentences[n].orders[0] {
                prop_assert_eq!(x, y);
            }
            prop_assert_ne!(&x.chips, &one.sentences[n].orders[0]);
        }
    }

    #[test]
    fn each_equal_chip_is_as_good_as_the_other(words in distinct_words(2..5)) {
        let mut chips = words.clone();
        chips.push(words[0].clone());
        let content = sentence_builder::Content { sentences: vec![sentence_builder::Sentence { id: ItemId::nth(0), orders: vec![chips.clone()], ending: String::new() }] };
        let mut swapped = chips.clone();
        let last = swapped.len() - 1;
        swapped.swap(0, last);
        let mark = content.score(&ItemId::nth(0), &sentence_builder::Answer { order: swapped }).unwrap();
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
    assert_eq!(body.score(&ItemId::nth(0), &Value::Null), Err(AnswerFault::NotMarked));
}

#[test]
fn content_of_a_later_version_is_kept_whole() {
    let stored = json!({"kind": "matching", "content": {"pairs": "in another form"}});
    let body: TaskBody = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(serde_json::to_value(&body).unwrap(), stored);
}

#[test]
fn half_a_sentence_in_order_gets_part_of_the_point() {
    let chips = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let content = sentence_builder::Content {
        sentences: vec![sentence_builder::Sentence {
            id: ItemId::nth(0),
            orders: vec![chips("a b c d")],
            ending: ".".into(),
        }],
    };
    let points =
        |text: &str| content.score(&ItemId::nth(0), &sentence_builder::Answer { order: chips(text) }).unwrap().points;
    assert_eq!(points("a b d c"), crate::marks::Points::new(3, 4));
    assert_eq!(points("d c b a"), crate::marks::Points::ZERO);
    assert_eq!(points("a b c d d"), crate::marks::Points::ZERO);
    assert_eq!(points("A B C D"), crate::marks::Points::ONE);
}

fn body(kind: &str, content: Value) -> TaskBody {
    TaskBody::from_stored(kind, content)
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
        assert_eq!(task.score(&item, &wrong), Ok(Mark::WRONG), "{}", task.kind());
        assert_eq!(task.score(&item, &task.key(&item).unwrap()), Ok(Mark::RIGHT), "{}", task.kind());
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
