//! Whether a task is in the language taught: by its script, and among languages of one script by small words.

use types::{
    evidence::{FindingCode, Severity},
    ids::ItemId,
    levels::Language,
    tasks::{TaskBody, gaps, gaps::AnyGap},
    text::{fold, words},
};

use super::Findings;

/// A text of a task in the language taught, and the item that it belongs to.
pub(super) struct Piece {
    pub item: Option<ItemId>,
    pub text: String,
}

fn piece(item: Option<&ItemId>, text: impl Into<String>) -> Piece {
    Piece { item: item.cloned(), text: text.into() }
}

/// The texts of a task that should be in the language taught. Translations and notes are not among them.
pub(super) fn pieces(body: &TaskBody) -> Vec<Piece> {
    match body {
        TaskBody::WordList(list) => list
            .words
            .iter()
            .flat_map(|word| {
                let meaning = [&word.meaning.definition, &word.meaning.example];
                let texts = meaning.into_iter().flatten().map(|text| piece(Some(&word.id), text));
                std::iter::once(piece(Some(&word.id), &word.word)).chain(texts).collect::<Vec<_>>()
            })
            .collect(),
        TaskBody::Matching(task) => task
            .pairs
            .iter()
            .flat_map(|pair| [piece(Some(&pair.id), &pair.left.text), piece(Some(&pair.id), &pair.right.text)])
            .collect(),
        TaskBody::WordBank(task) => of_gaps(&task.parts),
        TaskBody::GapFill(task) => of_gaps(&task.parts),
        TaskBody::SingleChoice(task) => task
            .questions
            .iter()
            .flat_map(|question| {
                let options = std::iter::once(&question.right).chain(&question.distractors);
                std::iter::once(piece(Some(&question.id), &question.stem))
                    .chain(options.map(|option| piece(Some(&question.id), option)))
                    .collect::<Vec<_>>()
            })
            .collect(),
        TaskBody::TrueFalse(task) => {
            task.statements.iter().map(|statement| piece(Some(&statement.id), &statement.text)).collect()
        }
        TaskBody::SentenceBuilder(task) => {
            task.sentences.iter().map(|sentence| piece(Some(&sentence.id), sentence.shown())).collect()
        }
        TaskBody::Text(_) => body.plain_text().lines().map(|line| piece(None, line)).collect(),
        TaskBody::Unknown(_) => Vec::new(),
    }
}

/// A gapped text line by line, each under its first gap.
fn of_gaps<G: AnyGap>(parts: &[gaps::Part<G>]) -> Vec<Piece> {
    let mut out = vec![piece(None, "")];
    for part in parts {
        match part {
            gaps::Part::Text(text) => {
                for (n, line) in text.split('\n').enumerate() {
                    if n > 0 {
                        out.push(piece(None, ""));
                    }
                    if let Some(last) = out.last_mut() {
                        last.text.push_str(line);
                    }
                }
            }
            gaps::Part::Gap(gap) => {
                if let Some(last) = out.last_mut() {
                    last.text.push_str(gap.key());
                    last.item.get_or_insert_with(|| gap.id().clone());
                }
            }
        }
    }
    out.retain(|piece| !piece.text.trim().is_empty());
    out
}

/// Is the letter of the language's script?
pub(super) fn of_script(language: Language, c: char) -> bool {
    match language {
        Language::En
        | Language::De
        | Language::Fr
        | Language::Es
        | Language::It
        | Language::Pt
        | Language::Tr
        | Language::Pl => c.is_ascii_alphabetic() || matches!(c, '\u{00C0}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}'),
        Language::Ru | Language::Uk => matches!(c, '\u{0400}'..='\u{04FF}'),
        Language::Zh => matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{2FA1F}'),
        Language::Ja => matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{FF66}'..='\u{FF9D}'),
        Language::Ko => matches!(c, '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7AF}' | '\u{3130}'..='\u{318F}'),
        Language::Ar => matches!(c, '\u{0600}'..='\u{06FF}' | '\u{0750}'..='\u{077F}' | '\u{FB50}'..='\u{FEFF}'),
        Language::He => matches!(c, '\u{0590}'..='\u{05FF}'),
    }
}

/// The small words by which a language shows itself, for those that share a script.
pub(crate) fn small_words(language: Language) -> &'static [&'static str] {
    match language {
        Language::En => &[
            "the", "and", "is", "are", "of", "to", "in", "that", "it", "you", "was", "for", "with", "his", "her",
            "they", "this", "have", "from", "at", "we", "not", "she", "he", "my", "what", "your", "can", "do", "does",
            "were", "been", "would",
        ],
        Language::De => &[
            "der", "die", "das", "und", "ist", "sind", "nicht", "ein", "eine", "einen", "ich", "wir", "sie", "er",
            "mit", "auf", "für", "von", "zu", "den", "dem", "im", "haben", "hat", "war", "auch", "aber", "es", "mein",
            "meine", "sich", "wie",
        ],
        Language::Fr => &[
            "le", "la", "les", "et", "est", "sont", "un", "une", "des", "du", "de", "que", "qui", "je", "nous", "vous",
            "il", "elle", "ne", "pas", "pour", "dans", "avec", "sur", "mon", "ma", "au", "aux", "ce", "cette", "être",
            "avoir", "j'ai",
        ],
        Language::Es => &[
            "el", "la", "los", "las", "y", "es", "son", "un", "una", "de", "del", "que", "en", "con", "por", "para",
            "no", "se", "mi", "su", "yo", "nosotros", "ella", "está", "muy", "pero", "como", "al", "lo", "tiene",
            "hay", "era",
        ],
        Language::It => &[
            "il", "lo", "la", "gli", "le", "e", "è", "sono", "un", "una", "di", "del", "della", "che", "in", "con",
            "per", "non", "si", "mio", "mia", "io", "noi", "lei", "ma", "come", "al", "ha", "molto", "anche", "nel",
            "era",
        ],
        Language::Pt => &[
            "o", "a", "os", "as", "e", "é", "são", "um", "uma", "de", "do", "da", "que", "em", "no", "na", "com",
            "por", "para", "não", "se", "meu", "minha", "eu", "nós", "ela", "ele", "muito", "mas", "como", "ao",
            "está",
        ],
        Language::Tr => &[
            "ve", "bir", "bu", "için", "ile", "çok", "ben", "sen", "biz", "o", "da", "de", "ne", "var", "yok", "mi",
            "mı", "gibi", "ama", "daha", "her", "değil", "olarak", "kadar", "sonra",
        ],
        Language::Pl => &[
            "i", "w", "na", "nie", "się", "jest", "są", "to", "z", "do", "że", "jak", "ale", "o", "po", "mój", "moja",
            "ja", "on", "ona", "my", "oni", "dla", "przez", "od", "był", "była", "bardzo", "czy", "ma",
        ],
        Language::Ru => &[
            "и",
            "в",
            "на",
            "не",
            "что",
            "это",
            "я",
            "мы",
            "он",
            "она",
            "с",
            "как",
            "но",
            "по",
            "из",
            "у",
            "к",
            "за",
            "то",
            "они",
            "все",
            "его",
            "её",
            "был",
            "была",
            "очень",
            "есть",
            "мой",
            "для",
            "от",
        ],
        Language::Uk => &[
            "і", "й", "та", "в", "у", "на", "не", "що", "це", "я", "ми", "він", "вона", "з", "як", "але", "по", "до",
            "від", "вони", "всі", "його", "її", "був", "була", "дуже", "є", "мій", "для", "за",
        ],
        Language::Zh | Language::Ja | Language::Ko | Language::Ar | Language::He => &[],
    }
}

/// The other languages written in the same script.
fn rivals(language: Language) -> impl Iterator<Item = Language> {
    let probe = match language {
        Language::Ru | Language::Uk => 'а',
        Language::Zh => '中',
        Language::Ja => 'あ',
        Language::Ko => '한',
        Language::Ar => 'ا',
        Language::He => 'א',
        Language::En
        | Language::De
        | Language::Fr
        | Language::Es
        | Language::It
        | Language::Pt
        | Language::Tr
        | Language::Pl => 'a',
    };
    Language::ALL.into_iter().filter(move |other| *other != language && of_script(*other, probe))
}

fn hits(all: &[String], language: Language) -> usize {
    let small = small_words(language);
    all.iter().filter(|word| small.contains(&word.as_str())).count()
}

/// A language of the same script that the words rather are in: several of its small words, hardly any of the right one.
fn rather(all: &[String], language: Language) -> Option<Language> {
    let own = hits(all, language);
    rivals(language).map(|other| (hits(all, other), other)).max_by_key(|(count, _)| *count).and_then(
        |(count, other)| {
            let sure = (own == 0 && count >= 3) || (count >= 6 && count > own * 3);
            sure.then_some(other)
        },
    )
}

/// What is wrong with the language of a text: another script (`Some(None)`), or another language of the same script.
pub(crate) fn stranger(text: &str, language: Language) -> Option<Option<Language>> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    if letters.len() < 3 {
        return None;
    }
    let own = letters.iter().filter(|c| of_script(language, **c)).count();
    // Chinese with kana is Japanese.
    let kana = language == Language::Zh && letters.iter().any(|c| matches!(c, '\u{3040}'..='\u{30FF}'));
    if own * 2 < letters.len() || kana {
        return Some(None);
    }
    let all: Vec<String> = words(text).map(fold).collect();
    if all.len() < 4 { None } else { rather(&all, language).map(Some) }
}

pub(super) fn check(pieces: &[Piece], body: &TaskBody, language: Language, found: &mut Findings) {
    let mut add = |item: Option<&ItemId>, text: &str, other: Option<Language>| {
        let finding = found.task(FindingCode::WrongLanguage, Severity::Fault);
        finding.item = item.cloned();
        finding.text = Some(text.chars().take(80).collect());
        finding.other = other.map(|other| other.as_str().to_owned());
    };
    if let TaskBody::Matching(task) = body {
        // One side may be a translation, on the left or on the right.
        for pair in &task.pairs {
            let (left, right) = (stranger(&pair.left.text, language), stranger(&pair.right.text, language));
            if let (Some(other), Some(_)) = (left, right) {
                add(Some(&pair.id), &pair.left.text, other);
            }
        }
        return;
    }
    // A stem may be a translation, where the options are in the language taught.
    let mut translated: Vec<(&ItemId, &str)> = Vec::new();
    if let TaskBody::SingleChoice(task) = body {
        let asks = task.questions.iter().filter(|question| {
            let options = std::iter::once(&question.right).chain(&question.distractors);
            options.map(String::as_str).all(|option| stranger(option, language).is_none())
        });
        translated.extend(asks.map(|question| (&question.id, question.stem.as_str())));
    }
    let is_translation =
        |piece: &Piece| translated.iter().any(|(id, stem)| piece.item.as_ref() == Some(*id) && piece.text == *stem);
    for piece in pieces.iter().filter(|piece| !is_translation(piece)) {
        if let Some(other) = stranger(&piece.text, language) {
            add(piece.item.as_ref(), &piece.text, other);
        }
    }
}
