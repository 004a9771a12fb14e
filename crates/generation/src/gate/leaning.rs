//! Options that only refer to the others: 'all of the above', 'both A and B'.

use types::text::{fold, words};

/// First words of such an option in English.
const FIRST: &[&str] = &["all", "none", "any", "both", "neither", "either", "each"];
/// Words in it that refer to the other options.
const ABOUT: &[&str] = &[
    "above",
    "answer",
    "answers",
    "option",
    "options",
    "choice",
    "choices",
    "these",
    "those",
    "statements",
    "three",
    "four",
];
/// Other words that it may contain.
const AROUND: &[&str] = &[
    "of", "the", "are", "is", "correct", "right", "true", "wrong", "possible", "and", "or", "nor", "them", "a", "b",
    "c", "d", "e",
];
/// Words that join the letters of options.
const JOINS: &[&str] = &[
    "and", "or", "nor", "both", "neither", "either", "only", "und", "oder", "et", "ou", "y", "e", "o", "и", "или", "і",
    "та", "i", "lub", "ve",
];
/// Letters that label options.
const LETTERS: &[&str] = &["a", "b", "c", "d", "e", "а", "б", "в", "г"];
/// How such options begin in other languages.
const BEGINNINGS: &[&str] = &[
    "все вышеперечисл",
    "всё вышеперечисл",
    "все перечисл",
    "всё перечисл",
    "все варианты",
    "все ответы",
    "ничего из",
    "ни один из вариантов",
    "ни один из ответов",
    "ни один ответ",
    "оба варианта",
    "оба ответа",
    "усе перелічен",
    "все перелічен",
    "усі варіанти",
    "всі варіанти",
    "усі відповіді",
    "всі відповіді",
    "жоден з варіантів",
    "жодна з відповідей",
    "alle oben",
    "alle genannt",
    "alle antworten",
    "keine der genannt",
    "keine der antworten",
    "keine der oben",
    "keine davon",
    "beide antworten",
    "toutes les réponses",
    "toutes ces réponses",
    "aucune de ces réponses",
    "aucune des réponses",
    "aucune de ces propositions",
    "tout ce qui précède",
    "todas las anteriores",
    "todas las respuestas",
    "todas son correctas",
    "todo lo anterior",
    "ninguna de las anteriores",
    "ninguna de las respuestas",
    "ninguna es correcta",
    "tutte le precedenti",
    "tutte le risposte",
    "nessuna delle precedenti",
    "nessuna delle risposte",
    "todas as anteriores",
    "todas as respostas",
    "nenhuma das anteriores",
    "nenhuma das respostas",
    "wszystkie powyższe",
    "wszystkie odpowiedzi",
    "żadna z powyższych",
    "żadna z odpowiedzi",
    "yukarıdakilerin",
    "以上都",
    "以上皆",
    "上のすべて",
    "上記のすべて",
    "上記のいずれ",
    "どれでもない",
    "위의 모든",
    "모두 정답",
];

/// Whether an option refers to the others.
pub(super) fn leans(option: &str) -> bool {
    let folded = fold(option);
    if BEGINNINGS.iter().any(|start| folded.starts_with(start))
        || matches!(folded.as_str(), "all of them" | "none of them" | "hepsi" | "hiçbiri")
    {
        return true;
    }
    let all: Vec<&str> = words(&folded).collect();
    // 'A and B', '(a), (b) and (c)': at least two letters, and nothing but words that join them.
    let letters = all.iter().filter(|word| LETTERS.contains(word)).count();
    let joined = all.len() > letters || folded.contains([',', '+', '&']);
    if letters >= 2 && joined && all.iter().all(|word| LETTERS.contains(word) || JOINS.contains(word)) {
        return true;
    }
    let Some((first, rest)) = all.split_first() else { return false };
    FIRST.contains(first)
        && rest.iter().any(|word| ABOUT.contains(word))
        && rest.iter().all(|word| ABOUT.contains(word) || AROUND.contains(word))
        || (*first == "none" && folded.starts_with("none of them"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leans_is_told_from_what_stands() {
        for option in [
            "All of the above",
            "both A and C",
            "(a), (b)",
            "none of these answers.",
            "A et B",
            "все ответы верны",
            "以上都对",
        ] {
            assert!(leans(option), "{option}");
        }
        for option in ["All right", "all day", "both", "neither of us", "a", "an apple and a pear", "all my friends"] {
            assert!(!leans(option), "{option}");
        }
    }
}
