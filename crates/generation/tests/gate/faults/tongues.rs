//! Texts in another language than the lesson's.

use types::{
    levels::Language,
    shuffle::Shuffler,
    tasks::{TaskBody, gaps::Part},
};

use super::{Mutant, pick};
use crate::good::Good;

/// Typical coursebook sentences, six to twelve words each.
fn sentences(language: Language) -> &'static [&'static str] {
    match language {
        Language::En => &[
            "She was born in a small village near the sea.",
            "What do you usually have for breakfast?",
            "My brother is going to visit us next weekend.",
            "They have lived here for more than ten years.",
        ],
        Language::De => &[
            "Meine Schwester wohnt seit einem Jahr in Hamburg.",
            "Was hast du gestern Abend gemacht?",
            "Er muss morgen sehr früh aufstehen.",
            "Wir haben kein Brot mehr zu Hause.",
        ],
        Language::Fr => &[
            "Ma sœur habite à Lyon depuis un an.",
            "Qu'est-ce que tu as fait hier soir ?",
            "Nous n'avons plus de pain à la maison.",
            "Il doit se lever très tôt demain.",
        ],
        Language::Es => &[
            "Mi hermana vive en Sevilla desde hace un año.",
            "¿Qué hiciste ayer por la noche?",
            "Ya no tenemos pan en casa.",
            "Mañana tiene que levantarse muy temprano.",
        ],
        Language::It => &[
            "Mia sorella abita a Torino da un anno.",
            "Che cosa hai fatto ieri sera?",
            "Non abbiamo più pane in casa.",
            "Domani deve alzarsi molto presto.",
        ],
        Language::Pt => &[
            "A minha irmã mora no Porto há um ano.",
            "O que fizeste ontem à noite?",
            "Já não temos pão em casa.",
            "Amanhã ele tem de se levantar muito cedo.",
        ],
        Language::Tr => &[
            "Kız kardeşim bir yıldır İzmir'de yaşıyor.",
            "Dün akşam ne yaptın, nereye gittin?",
            "Evde artık hiç ekmek kalmadı.",
            "Yarın sabah çok erken kalkması gerekiyor.",
        ],
        Language::Pl => &[
            "Moja siostra od roku mieszka w Gdańsku.",
            "Co robiłeś wczoraj wieczorem po pracy?",
            "Nie mamy już chleba w domu.",
            "Jutro musi wstać bardzo wcześnie rano.",
        ],
        Language::Ru => &[
            "Моя сестра уже год живёт в Казани.",
            "Что ты делал вчера вечером?",
            "У нас дома больше нет хлеба.",
            "Завтра ему нужно встать очень рано.",
        ],
        Language::Uk => &[
            "Моя сестра вже рік живе у Львові.",
            "Що ти робив учора ввечері?",
            "У нас удома більше немає хліба.",
            "Завтра йому треба дуже рано встати.",
        ],
        Language::Zh => {
            &["我妹妹在上海住了一年。", "你昨天晚上做了什么？", "我们家里没有面包了。", "他明天早上要很早起床。"]
        }
        Language::Ja => &[
            "妹は一年前から大阪に住んでいます。",
            "昨日の夜は何をしましたか。",
            "家にはもうパンがありません。",
            "彼は明日とても早く起きます。",
        ],
        Language::Ko => &[
            "제 여동생은 일 년째 부산에 살아요.",
            "어제 저녁에 뭐 했어요?",
            "집에 빵이 하나도 없어요.",
            "그는 내일 아주 일찍 일어나야 해요.",
        ],
        Language::Ar => &[
            "تسكن أختي في القاهرة منذ سنة.",
            "ماذا فعلت مساء أمس؟",
            "لم يعد عندنا خبز في البيت.",
            "يجب أن يستيقظ غدا مبكرا جدا.",
        ],
        Language::He => &[
            "אחותי גרה בחיפה כבר שנה.",
            "מה עשית אתמול בערב?",
            "אין לנו יותר לחם בבית.",
            "מחר הוא צריך לקום מוקדם מאוד.",
        ],
    }
}

/// Languages that share letters.
fn family(language: Language) -> u8 {
    match language {
        Language::En
        | Language::De
        | Language::Fr
        | Language::Es
        | Language::It
        | Language::Pt
        | Language::Tr
        | Language::Pl => 0,
        Language::Ru | Language::Uk => 1,
        Language::Zh | Language::Ja => 2,
        Language::Ko => 3,
        Language::Ar => 4,
        Language::He => 5,
    }
}

/// The task with one text in another language.
fn spoilt(good: &Good, by: &mut Shuffler, sentence: &str) -> Option<Mutant> {
    let mut body = good.body.clone();
    let item = match &mut body {
        TaskBody::SingleChoice(task) => {
            let at = by.below(task.questions.len());
            let question = &mut task.questions[at];
            if by.below(3) == 0 {
                question.right = sentence.trim_end_matches('.').to_owned();
            } else {
                question.stem = sentence.to_owned();
            }
            Some(question.id.clone())
        }
        TaskBody::TrueFalse(task) => {
            let at = by.below(task.statements.len());
            task.statements[at].text = sentence.to_owned();
            Some(task.statements[at].id.clone())
        }
        // One side may be a translation, so both are put in another language.
        TaskBody::Matching(task) => {
            let at = by.below(task.pairs.len());
            let pair = &mut task.pairs[at];
            (pair.left.text, pair.right.text) = (format!("{sentence} (1)"), sentence.to_owned());
            Some(pair.id.clone())
        }
        TaskBody::WordList(task) => {
            let at = by.below(task.words.len());
            task.words[at].meaning.definition = Some(sentence.to_owned());
            Some(task.words[at].id.clone())
        }
        TaskBody::SentenceBuilder(task) => {
            let at = by.below(task.sentences.len());
            let words: Vec<String> = sentence.trim_end_matches('.').split(' ').map(str::to_owned).collect();
            if words.len() < 3 {
                return None;
            }
            task.sentences[at].orders = vec![words];
            Some(task.sentences[at].id.clone())
        }
        TaskBody::WordBank(task) => {
            task.parts.push(Part::Text(format!("\n{sentence}")));
            None
        }
        TaskBody::GapFill(task) => {
            task.parts.push(Part::Text(format!("\n{sentence}")));
            None
        }
        TaskBody::Text(task) => {
            task.markdown += &format!("\n\n{sentence}");
            None
        }
        _ => return None,
    };
    Some(Mutant { body, item })
}

fn mutants(good: &Good, by: &mut Shuffler, same: bool) -> Vec<Mutant> {
    let others: Vec<Language> = Language::ALL
        .into_iter()
        .filter(|other| *other != good.language && (family(*other) == family(good.language)) == same)
        .collect();
    if others.is_empty() {
        return Vec::new();
    }
    (0..3)
        .filter_map(|_| {
            let sentence = pick(sentences(*pick(&others, by)), by);
            spoilt(good, by, sentence)
        })
        .collect()
}

pub fn other_script(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    mutants(good, by, false)
}

pub fn same_script(good: &Good, by: &mut Shuffler) -> Vec<Mutant> {
    mutants(good, by, true)
}
