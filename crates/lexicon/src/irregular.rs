//! The irregular forms as authored, in `packs/en/forms.toml`.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use serde::Deserialize;

use crate::pack::read_toml;

/// A verb whose forms don't follow the spelling rules. The form taught comes first in each list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IrregularVerb {
    pub base: String,
    pub past: Vec<String>,
    #[serde(default)]
    pub past_plural: Option<String>,
    pub participle: Vec<String>,
    #[serde(default)]
    pub third: Option<String>,
    #[serde(default)]
    pub ing: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IrregularNoun {
    base: String,
    plural: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IrregularAdjective {
    pub base: String,
    pub comparative: String,
    pub superlative: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    double: HashSet<String>,
    er: HashSet<String>,
    more_double: HashSet<String>,
    an_exceptions: Vec<String>,
    a_exceptions: Vec<String>,
    verb: Vec<IrregularVerb>,
    noun: Vec<IrregularNoun>,
    adjective: Vec<IrregularAdjective>,
}

/// The lists, indexed for lookup.
pub(crate) struct Irregular {
    /// Verbs that double their last consonant.
    pub double: HashSet<String>,
    /// Adjectives that take -er.
    pub er: HashSet<String>,
    /// Those among them that double their last consonant.
    pub more_double: HashSet<String>,
    pub an_exceptions: Vec<String>,
    pub a_exceptions: Vec<String>,
    pub verbs: HashMap<String, IrregularVerb>,
    pub nouns: HashMap<String, String>,
    pub adjectives: HashMap<String, IrregularAdjective>,
    /// From an irregular form to its bases.
    pub bases: HashMap<String, Vec<String>>,
}

fn read() -> Result<Irregular, String> {
    let raw: Raw = read_toml("forms", include_str!("../packs/en/forms.toml"))?;
    let mut bases: HashMap<String, Vec<String>> = HashMap::new();
    let mut add = |form: &str, base: &str| {
        let list = bases.entry(form.to_owned()).or_default();
        if form != base && !list.iter().any(|known| known == base) {
            list.push(base.to_owned());
        }
    };
    for verb in &raw.verb {
        let single = [&verb.past_plural, &verb.third, &verb.ing];
        let forms = verb.past.iter().chain(&verb.participle).chain(single.into_iter().flatten());
        forms.for_each(|form| add(form, &verb.base));
    }
    for form in ["am", "are", "is", "was", "were"] {
        add(form, "be");
    }
    for noun in &raw.noun {
        add(&noun.plural, &noun.base);
    }
    for adjective in &raw.adjective {
        add(&adjective.comparative, &adjective.base);
        add(&adjective.superlative, &adjective.base);
    }
    Ok(Irregular {
        double: raw.double,
        er: raw.er,
        more_double: raw.more_double,
        an_exceptions: raw.an_exceptions,
        a_exceptions: raw.a_exceptions,
        verbs: raw.verb.into_iter().map(|verb| (verb.base.clone(), verb)).collect(),
        nouns: raw.noun.into_iter().map(|noun| (noun.base, noun.plural)).collect(),
        adjectives: raw.adjective.into_iter().map(|adjective| (adjective.base.clone(), adjective)).collect(),
        bases,
    })
}

/// The irregular forms.
pub(crate) fn irregular() -> &'static Irregular {
    static LISTS: OnceLock<Irregular> = OnceLock::new();
    LISTS.get_or_init(|| match read() {
        Ok(lists) => lists,
        Err(why) => panic!("the built-in forms can't be read: {why}"),
    })
}
