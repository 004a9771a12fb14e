//! Texts for people, in one catalogue for server and browser. The server sends codes; the page puts them into words.

use serde::{Deserialize, Serialize};

pub use words::{install, is_installed};

use crate::marks::Points;

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    #[default]
    En,
    Ru,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::En, Self::Ru];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }

    /// The language's name in that language.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ru => "Русский",
        }
    }

    /// Matches a BCP 47 tag by its primary subtag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|locale| locale.as_str().eq_ignore_ascii_case(primary))
    }
}

/// A text from the catalogue, as is.
#[must_use]
pub fn text(locale: Locale, key: Key) -> &'static str {
    words::text(locale, key)
}

/// A text with its placeholders filled.
#[must_use]
pub fn text_with(locale: Locale, key: Key, values: &[(&str, &str)]) -> String {
    fill(text(locale, key), values)
}

/// A plural text; `{n}` is the number.
#[must_use]
pub fn plural(locale: Locale, key: Plural, n: u64) -> String {
    plural_with(locale, key, n, &[])
}

/// A plural text with further placeholders.
#[must_use]
pub fn plural_with(locale: Locale, key: Plural, n: u64, values: &[(&str, &str)]) -> String {
    let form = words::form(locale, key, category(locale, n));
    fill(&fill(form, &[("n", &n.to_string())]), values)
}

/// Points in digits, with the language's decimal separator.
#[must_use]
pub fn decimal(locale: Locale, points: Points) -> String {
    let text = points.to_string();
    match locale {
        Locale::En => text,
        Locale::Ru => text.replace('.', ","),
    }
}

/// The index of the number's plural category among the forms of a language.
fn category(locale: Locale, n: u64) -> usize {
    match locale {
        Locale::En => usize::from(n != 1),
        Locale::Ru => russian(n),
    }
}

/// CLDR: one (1, 21, 31…), few (2–4, 22–24…), many.
fn russian(n: u64) -> usize {
    match (n % 10, n % 100) {
        (1, tail) if tail != 11 => 0,
        (2..=4, tail) if !(12..=14).contains(&tail) => 1,
        (_, _) => 2,
    }
}

/// Fills placeholders in one pass from left to right, so that braces in a value are never expanded.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) => {
                match values.iter().find(|(key, _)| *key == name) {
                    Some((_, value)) => out.push_str(value),
                    None => {
                        out.push('{');
                        out.push_str(name);
                        out.push('}');
                    }
                }
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The server has the texts of all languages compiled in.
#[cfg(feature = "server")]
mod words {
    use super::{Key, Locale, PLURALS_EN, PLURALS_RU, Plural, TEXTS_EN, TEXTS_RU};

    pub(super) fn text(locale: Locale, key: Key) -> &'static str {
        match locale {
            Locale::En => TEXTS_EN[key as usize],
            Locale::Ru => TEXTS_RU[key as usize],
        }
    }

    pub(super) fn form(locale: Locale, key: Plural, category: usize) -> &'static str {
        match locale {
            Locale::En => PLURALS_EN[key as usize][category],
            Locale::Ru => PLURALS_RU[key as usize][category],
        }
    }

    /// Does nothing on the server; see the browser's version.
    ///
    /// # Errors
    /// Never.
    pub fn install(_locale: Locale, _file: &str) -> Result<(), serde_json::Error> {
        Ok(())
    }

    /// Whether the texts of this language are loaded.
    #[must_use]
    pub fn is_installed(_locale: Locale) -> bool {
        true
    }
}

/// A browser has only the languages that it loaded, usually one.
#[cfg(not(feature = "server"))]
mod words {
    use std::sync::OnceLock;

    use serde::Deserialize;

    use super::{Key, Locale, Plural};

    /// A file of texts as written by `build.rs`, in the order of [`Key`] and of [`Plural`].
    #[derive(Deserialize)]
    struct Words {
        texts: Vec<String>,
        plurals: Vec<Vec<String>>,
    }

    static LOADED: [OnceLock<Words>; Locale::ALL.len()] = [const { OnceLock::new() }; Locale::ALL.len()];

    pub(super) fn text(locale: Locale, key: Key) -> &'static str {
        LOADED[locale as usize].get().and_then(|words| words.texts.get(key as usize)).map_or("", String::as_str)
    }

    pub(super) fn form(locale: Locale, key: Plural, category: usize) -> &'static str {
        let words = LOADED[locale as usize].get();
        words.and_then(|words| words.plurals.get(key as usize)?.get(category)).map_or("", String::as_str)
    }

    /// Installs the texts of a language from its file, which must be of this [`super::CATALOGUE`]. They can't be
    /// replaced afterwards.
    ///
    /// # Errors
    /// If the file can't be read as texts.
    pub fn install(locale: Locale, file: &str) -> Result<(), serde_json::Error> {
        let words = crate::json::from_str(file)?;
        // A second file of the same language has the same content.
        let _ = LOADED[locale as usize].set(words);
        Ok(())
    }

    /// Whether the texts of this language are loaded.
    #[must_use]
    pub fn is_installed(locale: Locale) -> bool {
        LOADED[locale as usize].get().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_counts_as_russians_do() {
        let forms: Vec<usize> = [0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111].into_iter().map(russian).collect();
        assert_eq!(forms, [2, 0, 1, 1, 2, 2, 2, 2, 0, 1, 2, 0, 2]);
    }

    #[test]
    fn a_fraction_has_the_languages_own_mark() {
        assert_eq!(decimal(Locale::En, Points::new(7, 5)), "1.4");
        assert_eq!(decimal(Locale::Ru, Points::new(7, 5)), "1,4");
        assert_eq!(decimal(Locale::Ru, Points::ONE), "1");
    }

    #[test]
    fn a_value_with_braces_is_not_filled_again() {
        assert_eq!(fill("{a} and {b}", &[("a", "{b}"), ("b", "x")]), "{b} and x");
    }
}
